"""`script/docs` makes the site without a warning, and the site loads nothing from elsewhere."""

import re
import subprocess
import sys

import pytest

from tests.docs.documents import DOCS, DOCUMENTS

LOADED = re.compile(
    r"<(?:script|img|iframe|source)[^>]+\bsrc=\"([^\"]+)\"|<link[^>]+\bhref=\"([^\"]+)\""
)


@pytest.mark.slow
def test_the_site_is_made_of_every_document_and_loads_nothing_from_elsewhere(tmp_path):
    script = (DOCS.parent / "script/docs").read_text()
    arguments = ["--fresh-env", "--fail-on-warning", "--keep-going", "--quiet"]
    assert f"-m sphinx {' '.join(arguments)} docs" in script
    made = subprocess.run(
        [sys.executable, "-m", "sphinx", *arguments, DOCS, tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (made.returncode, made.stderr) == (0, "")
    for document in DOCUMENTS:
        if document.is_relative_to(DOCS):
            assert (tmp_path / document.relative_to(DOCS)).with_suffix(".html").exists()
    for page in tmp_path.rglob("*.html"):
        for loaded in LOADED.findall(page.read_text()):
            assert "//" not in "".join(loaded), (page, loaded)
    for sheet in tmp_path.rglob("*.css"):
        assert not re.search(r"url\([\"']?(https?:)?//|@import", sheet.read_text()), sheet
