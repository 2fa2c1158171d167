"""Links between the documents lead somewhere, to the heading that they name; pictures exist."""

import re

import pytest

from tests.docs.documents import DOCS, DOCUMENTS, ROOT, anchors_of, links_of

NAMED_FILE = re.compile(
    r"`((?:bench|docs|handoff|leadhub|scoring|script|static|templates|tests)/[\w/.-]+)`"
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    for link in links_of(document):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        if anchor:
            assert anchor in anchors_of(target), link


def test_every_picture_is_shown():
    shown = {
        (document.parent / link).resolve()
        for document in DOCUMENTS
        for link in links_of(document)
        if link.endswith((".png", ".svg"))
    }
    assert shown
    assert shown == {path for path in (DOCS / "images").iterdir() if path.suffix != ".md"}


def test_every_decision_is_listed():
    listed = set(links_of(DOCS / "adr/README.md"))
    assert listed == {path.name for path in (DOCS / "adr").glob("0*.md")}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_are_named_exist(document):
    """Such as `scoring/ledger.py`, or `scoring/freshening.score_contacts` in it."""
    for named in NAMED_FILE.findall(document.read_text()):
        module, _, name = named.partition(".")
        held = ROOT / f"{module}.py"
        assert (ROOT / named).exists() or (held.exists() and name in held.read_text()), named
