"""What the guides call by its name on the screen is called so. What they emphasise is a label: it
comes from a template, a form, a model, a key's command, or a choice.
"""

import html
import re
from functools import cache

import pytest
from django.apps import apps

from tests.docs.documents import DOCS, ROOT, prose_of

GUIDES = [DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("*.md"))]
EMPHASISED = re.compile(r"\*\*([^*]+)\*\*|(?<![\w*])\*([^*\n|]+)\*")
NAME = r"(?:{{[^}]*}}|{%[^%]*%}|<[^>]*>)"


@cache
def screens() -> str:
    """All words that the source can put on a screen, without what stands between them."""
    sources = [
        *ROOT.glob("templates/**/*.html"),
        *(ROOT / "static/js").glob("*.js"),
        *(
            path
            for room in ("leadhub", "scoring", "handoff")
            for path in ROOT.glob(f"{room}/**/*.py")
        ),
    ]
    text = "\n".join(plain(path.read_text()) for path in sources)
    for model in apps.get_models():
        names = model._meta
        text += f"\n{names.verbose_name_plural}\nAdd {names.verbose_name}"
    return text.casefold()


def plain(source: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(NAME, " ", source)))


def without_code(document) -> str:
    return re.sub(r"`[^`]*`", "", prose_of(document))


def labels_of(document) -> list[str]:
    found = (bold or italic for bold, italic in EMPHASISED.findall(without_code(document)))
    return [re.sub(r"\s+", " ", label).strip(" .:") for label in found]


@pytest.mark.parametrize("document", GUIDES, ids=lambda path: path.stem)
def test_labels_stand_on_a_screen(document):
    for label in labels_of(document):
        for part in label.split(" … "):
            assert part.casefold() in screens(), label
