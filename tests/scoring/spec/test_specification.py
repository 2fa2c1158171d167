"""Every row of the table holds, for the engine and for the oracle, and docs say the same."""

import json
from datetime import date, timedelta

import pyarrow as pa
import pytest

from scoring.evaluate import evaluate
from scoring.receipts import explain
from tests.scoring import oracle
from tests.scoring.spec.definition import NUMBERS, under
from tests.scoring.spec.rendering import PAGE, page
from tests.scoring.spec.table import RULES, Rule

TODAY = date(2026, 3, 10)
TEXTS = ("contact.seniority", "contact.role", "company.industry")


def person_of(rule: Rule) -> dict:
    attributes = {
        name: (TODAY + timedelta(days=days)).isoformat()
        for name, days in rule.who.get("contact.attributes", {}).items()
    }
    return {
        "approachable": rule.who.get("approachable", True),
        **{name: rule.who.get(name, "") for name in TEXTS},
        "company.employees": rule.who.get("company.employees"),
        "contact.attributes": attributes,
    }


def people_of(rule: Rule) -> pa.Table:
    person = person_of(rule)
    person["contact.attributes"] = json.dumps(person["contact.attributes"])
    columns = {name.replace(".", "_"): [value] for name, value in person.items()}
    columns["company_employees"] = pa.array(columns["company_employees"], pa.int64())
    return pa.table({"contact_id": pa.array([1], pa.int64()), **columns})


def tallies_of(rule: Rule) -> list[tuple]:
    return [
        (NUMBERS.get(name, 99), TODAY - timedelta(days=ago), count)
        for name, tallies in rule.given.items()
        for ago, count in tallies
    ]


def table_of(tallies: list[tuple]) -> pa.Table:
    signals, days, counts = zip(*tallies, strict=True) if tallies else ((), (), ())
    return pa.table(
        {
            "contact_id": pa.array([1] * len(tallies), pa.int64()),
            "signal_id": pa.array(signals, pa.int64()),
            "day": pa.array(days, pa.date32()),
            "count": pa.array(counts, pa.int64()),
        }
    )


def with_days(score: dict) -> dict:
    turns = score["changes_on"]
    return score | {"changes_in": turns and (turns - TODAY).days}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_the_rule_holds(rule):
    definition, tallies = under(rule.under), tallies_of(rule)
    people, table = people_of(rule), table_of(tallies)
    [score] = evaluate(definition, table, people, TODAY).to_pylist()
    score = with_days(score)
    assert {name: score[name] for name in rule.expect} == rule.expect
    expected = with_days(oracle.score(definition, tallies, person_of(rule), TODAY))
    assert {name: expected[name] for name in rule.expect} == rule.expect
    receipt = explain(definition, table, people, TODAY)[1]
    assert sum(line.points for line in receipt.lines) == receipt.total == score["total"]


def test_docs_say_what_the_table_says():
    assert PAGE.read_text() == page(), "python -m tests.scoring.spec writes the page anew"
