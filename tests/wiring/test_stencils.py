"""Stencils: what their templates draw, with the words of each call."""

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from leadhub.stencils import Stencil

NASTY = "<i>\"100 %s\" & 'x' {0} \\1 \N{SYMBOL FOR NULL}</i>"
OF_A_ROW = {
    "pk": "7", "key": "7:1", "href": "/inbox/7?q=a&b", "is_open": False, "follows": False,
    "name": "Ada", "works": NASTY, "total": "64", "cooled_to": "", "grade": mark_safe("<b>A</b>"),
    "hand_raise": "", "has_come_back": False, "stage": "", "snoozed": "", "reason": "", "why": "",
    "since": mark_safe("<time>now</time>"), "owner": "", "avatar": "",
}  # fmt: skip
OTHERWISE = [
    {},
    {"name": NASTY, "why": NASTY, "href": NASTY},
    {"is_open": True, "follows": True, "has_come_back": True},
    {"hand_raise": NASTY, "cooled_to": "12", "reason": NASTY, "owner": NASTY, "grade": ""},
    {"stage": mark_safe("<i>x</i>"), "snoozed": "in 3 h", "avatar": "AB", "owner": "Ada B"},
    {"name": "\0why\0", "why": "\0name\0"},
]


def test_a_row_is_what_its_template_draws():
    row = Stencil("handoff/_row.html")
    for said in [OF_A_ROW | changes for changes in OTHERWISE * 2]:
        assert row(**said) == render_to_string("handoff/_row.html", said).removesuffix("\n")


def test_an_outline_is_cut_once():
    row = Stencil("handoff/_row.html")
    for name in ("Ada", "Ben", NASTY):
        row(**OF_A_ROW | {"name": name})
    assert row.cut.cache_info().currsize == 1
    row(**OF_A_ROW | {"is_open": True})
    assert row.cut.cache_info().currsize == 2


def test_a_template_that_asks_more_of_a_word_than_whether_there_is_one_is_refused():
    counting = Stencil("components/_receipt_given.html")
    with pytest.raises(LookupError, match="_receipt_given"):
        counting(given="word")


@pytest.mark.parametrize(
    "changing", ["lower", "upper", "truncatechars:20", "linebreaksbr", "safe", "length", "first"]
)
def test_a_template_that_changes_a_word_is_refused(settings, tmp_path, changing):
    (tmp_path / "changing.html").write_text(
        "<b>{{ name|CHANGED }}</b>".replace("CHANGED", changing)
    )
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    with pytest.raises(LookupError, match="changing"):
        Stencil("changing.html")(name="Ada")
