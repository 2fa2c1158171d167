"""One type scale, one spacing scale, one palette; and no rule for what no page has."""

import re
from pathlib import Path

import django
import pytest

from tests.running import ROOT

CSS = ROOT / "static" / "css"
COMPONENTS = sorted(path for path in CSS.glob("*.css") if path.name != "tokens.css")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CLASS = re.compile(r"\.([a-zA-Z][\w-]+)")
SPACING = re.compile(r"^\s*(?:[a-z-]*padding|margin|[a-z-]*gap)[a-z-]*: .*[\d.]+rem", re.MULTILINE)
TYPE = re.compile(r"^\s*font-size: (?!var\(--text-|inherit|[\d.]+em).*", re.MULTILINE)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[;,) ])|\b(?:rgb|hsl)\([^v]")
# Set by htmx while it waits; made of the names of Django's fields and models.
OF_FIELDS = {"field-name", "field-signal", "field-points", "field-intent", "column-intent"}
BY_OTHERS = {"htmx-request", "model-definition", *OF_FIELDS}


DJANGOS = Path(django.__file__).parent
WHERE_CLASSES_ARE_NAMED = (
    (ROOT / "templates", "html"),
    (ROOT / "static" / "js", "js"),
    (ROOT / "leadhub", "py"),
    (ROOT / "scoring", "py"),
    (ROOT / "handoff", "py"),
    (DJANGOS / "contrib" / "admin", "html"),
    (DJANGOS / "contrib" / "admin", "py"),
    (DJANGOS / "contrib" / "admin" / "static", "js"),
    (DJANGOS / "forms", "py"),
)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_sizes_distances_and_colours_are_of_the_scales(path):
    text = COMMENT.sub("", path.read_text())
    own = [found.group() for rule in (SPACING, TYPE, COLOUR) for found in rule.finditer(text)]
    assert own == []


def test_every_class_is_used():
    names = {
        name
        for folder, kind in WHERE_CLASSES_ARE_NAMED
        for path in folder.rglob(f"*.{kind}")
        for name in re.findall(r"[\w-]+", path.read_text())
    }
    # Of "grade--{{ grade }}" the part before what is filled in.
    begun = tuple(name for name in names if name.endswith(("--", "__")) and len(name) > 2)

    unused = {
        f"{path.name}: {name}"
        for path in COMPONENTS
        for name in CLASS.findall(re.sub(r"url\(.*?\)", "", COMMENT.sub("", path.read_text())))
        if name not in names | BY_OTHERS and not name.startswith(begun)
    }

    assert unused == set()
