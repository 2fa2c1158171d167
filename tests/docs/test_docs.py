"""What the documents say is so: settings, links, and the lines to copy."""

import re
from pathlib import Path

import pytest

from leadhub import onboarding

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#]+)\)")


def test_the_readme_lists_exactly_the_settings_that_are_read():
    read = re.findall(
        r"env\.\w+(?:, |\(|,\s+)\"([A-Z_]+)\"", (ROOT / "leadhub/settings.py").read_text()
    )
    listed = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    assert listed
    assert sorted(listed) == sorted(set(read))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document):
    for link in LINK.findall(document.read_text()):
        if "://" not in link:
            assert (document.parent / link).exists(), link


def test_the_readme_shows_the_lines_that_the_start_page_shows():
    for snippet in onboarding.snippets(address="http://127.0.0.1:8000", keys={}):
        assert f"\n{snippet.code}\n```" in README, snippet.title
