"""What can't be compared is refused, and the message names the row."""

import pytest

from leadhub.conditions.describe import describe
from leadhub.conditions.fields import ATTRIBUTES, EVENT
from leadhub.conditions.fold import fold
from leadhub.conditions.fold_arrays import fold_array
from leadhub.conditions.parse import ConditionError, parse
from scoring import engine


def nested(levels: int) -> dict:
    row = {"field": "name", "is": "x"}
    for _ in range(levels):
        row = {"all": [row]}
    return row


REFUSED = [
    ([], "conditions: needs a field"),
    ({}, "conditions: there is no field None"),
    ({"all": []}, "conditions: needs at least one row"),
    ({"all": "x"}, 'conditions: a group is "all" or "any"'),
    ({"all": [{"field": "name", "is": "x"}], "any": []}, 'conditions: a group is "all" or "any"'),
    ({"all": [{"field": "name", "is": "x"}, {"field": "nmae", "is": "x"}]}, "row 2: there is no"),
    ({"all": [{"any": [{"field": "name", "is": ""}]}]}, "row 1.1: “is” needs a text"),
    ({"field": "name"}, "needs exactly one of"),
    ({"field": "name", "is": "x", "contains": "y"}, "needs exactly one of"),
    ({"field": "name", "is": "a\x00b"}, "valid characters"),
    ({"field": "name", "is": "\ud800"}, "valid characters"),
    ({"field": "name", "above": 3}, "can't compare name, a text"),
    ({"field": "properties.x", "above": "3"}, "needs a number"),
    ({"field": "properties.x", "above": True}, "needs a number"),
    ({"field": "properties.x", "above": float("nan")}, "needs a number"),
    ({"field": "properties.x", "above": 10**400}, "needs a number"),
    ({"field": "properties.x", "before": "soon"}, "needs a date"),
    ({"field": "properties.x", "is_one_of": []}, "needs a list of values"),
    ({"field": "properties.x", "is_known": "yes"}, "needs true or false"),
    ({"field": "properties.x", "within_days": 3}, "is for attributes only"),
    ({"field": "properties.", "is": "x"}, "there is no field"),
    ({"field": 'properties.a"b', "is": "x"}, "there is no field"),
    ({"field": "properties.*", "is": "x"}, "there is no field"),
    ({"field": "properties.a.*", "is": "x"}, "there is no field"),
    ({"field": ["name"], "is": "x"}, "there is no field"),
    (nested(500), "nested too deeply"),
]


@pytest.mark.parametrize(("stored", "message"), REFUSED)
def test_is_refused_and_the_place_named(stored, message):
    with pytest.raises(ConditionError) as refused:
        parse(stored, EVENT)
    assert message in str(refused.value)


def test_an_attribute_may_lie_within_the_last_days():
    node = parse({"field": "contact.attributes.trial_ends", "within_days": 14}, ATTRIBUTES)
    assert describe(node) == "trial ends is within the last 14 days"


def test_reads_as_a_sentence():
    stored = {
        "any": [
            {"all": [{"field": "kind", "is": "page"},
                     {"field": "properties.path", "starts_with": "/pricing"}]},
            {"field": "name", "is_one_of": ["Pricing", "pricing"]},
            {"field": "properties.plan", "is_known": False},
        ]
    }  # fmt: skip
    assert describe(parse(stored, EVENT)) == (
        "(kind is “page” and path starts with “/pricing”)"
        " or name is one of “Pricing”, “pricing” or plan is not known"
    )


FOLDED = ["VP", "Straße", "ﬁ", "İ", "Ⅳ", "ΑΣ", "e\u0301", "", None, "🦆", "VPß", "A'\0\x7f[\\]^_Z"]


def test_folding_has_one_meaning_in_python_and_in_duckdb():
    with engine.connect() as connection:
        for text in FOLDED:
            [folded] = connection.execute("SELECT fold($text)", {"text": text}).fetchone()
            assert folded == (None if text is None else fold(text))


def test_folding_has_one_meaning_in_python_and_in_arrow():
    import pyarrow as pa

    texts = FOLDED
    expected = [None if text is None else fold(text) for text in texts]
    assert fold_array(pa.array(texts)).to_pylist() == expected
    assert fold_array(pa.array(["VP", None, ""])).to_pylist() == ["vp", None, ""]
    assert fold_array(pa.array([None], pa.string())).to_pylist() == [None]
    assert fold_array(pa.array([], pa.string())).to_pylist() == []
