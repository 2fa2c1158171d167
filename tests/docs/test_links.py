"""Links between the documents lead somewhere, to the heading that they name; pictures exist."""

import pytest

from tests.docs.documents import DOCS, DOCUMENTS, ROOT, anchors_of, links_of


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
