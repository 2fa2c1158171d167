"""What each operator says at its edges, in the engine and by the oracle alike."""

import json
from datetime import date

import pyarrow as pa
import pytest

from leadhub.conditions.compile import Compilation
from leadhub.conditions.fields import ATTRIBUTES
from leadhub.conditions.parse import parse
from scoring import engine
from tests.scoring import oracle

DAY = date(2026, 3, 10)
NOTHING = object()
# Operator, what it compares with, and the values that match and that don't.
MEANINGS = [
    ("is", "VP", ["VP", "vp", "ｖｐ"], ["VPs", "", 7, True, NOTHING]),
    ("is", 7, [7, 7.0], ["7", 7.1, True, NOTHING]),
    ("is", True, [True], [False, "true", 1, NOTHING]),
    ("is_not", "VP", ["clerk"], ["vp", "", 7, None, NOTHING]),
    ("is_one_of", ["VP", 7], ["vp", 7.0], ["7", 8, NOTHING]),
    ("is_not_one_of", ["VP", 7], ["clerk", 8], ["vp", 7, True, NOTHING]),
    ("contains", "sales", ["VP Sales"], ["sale", ["sales"], NOTHING]),
    ("starts_with", "vp", ["VP Sales", "vp"], ["the VP", NOTHING]),
    ("path_matches", "/a/*", ["/a/b", "/A/"], ["/a/b/c", "/a", "/x/a/b", NOTHING]),
    ("path_matches", "/a/**", ["/a/b/c"], ["/b/a/c", NOTHING]),
    ("above", 5, [5.1, 6], [5, 4.9, "6", True, NOTHING]),
    ("at_least", 5, [5, 5.1], [4.9, "5", NOTHING]),
    ("below", 5, [4.9, -6], [5, 5.1, "4", NOTHING]),
    ("at_most", 5, [5, 4.9], [5.1, "5", NOTHING]),
    ("before", "2026-03-01", ["2026-02-28", "2026-02-28T23:59:59Z"], ["2026-03-01", "x", 2025]),
    ("after", "2026-03-01", ["2026-03-02"], ["2026-03-01", "2026-03-01T23:59:59Z", "2026-02-30"]),
    ("within_days", 3, ["2026-03-10", "2026-03-08"], ["2026-03-07", "2026-03-11", NOTHING]),
    ("is_known", True, ["x", 0, False, []], ["", None, NOTHING]),
    ("is_known", False, ["", None, NOTHING], ["x", 0, False]),
]


def attributes(value) -> dict:
    return {} if value is NOTHING else {"x": value}


@pytest.mark.parametrize(("operator", "given", "match", "differ"), MEANINGS)
def test_at_its_edges(operator, given, match, differ):
    node = parse({"field": "contact.attributes.x", operator: given}, ATTRIBUTES)
    values = [attributes(value) for value in (*match, *differ)]
    expected = [True] * len(match) + [False] * len(differ)
    to = Compilation(ATTRIBUTES)
    holds = to.holds(node)
    texts = [json.dumps(value) for value in values]
    people = pa.table(
        {"n": range(len(texts)), "contact_attributes": texts, "day": [DAY] * len(texts)}
    )
    with engine.connect() as connection:
        connection.register("people", people)
        sql = f"SELECT {holds} AS holds FROM ({to.folded('people')}) ORDER BY n"
        found = [holds for (holds,) in connection.execute(sql, to.values).fetchall()]
    assert found == expected
    assert [oracle.holds(node, {"contact.attributes": one}, DAY) for one in values] == expected
