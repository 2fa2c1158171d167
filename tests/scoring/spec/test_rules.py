from datetime import timedelta

import pyarrow as pa
import pytest

from leadhub.conditions.fields import EVENT
from leadhub.conditions.parse import parse
from scoring import engine
from scoring.definition import Definition, Signal, Weight
from scoring.evaluate import evaluate
from tests.scoring import oracle
from tests.scoring.spec.rules import RULES
from tests.scoring.worlds import TODAY

PERSON = {"approachable": True}


def number_of(name: str, names: list[str]) -> int:
    return names.index(name) + 1 if name in names else 99


def definition_of(rule) -> Definition:
    weights = []
    for number, (name, values) in enumerate(rule.weights.items(), start=1):
        values = dict(values)
        signal = Signal(
            id=number,
            name=name,
            intent=values.pop("intent", "high"),
            conditions=parse({"field": "name", "is": name}, EVENT),
        )
        weights.append(Weight(signal=signal, **values))
    never_reached = {"threshold": 0, "minimum_behaviour": 0, "minimum_fit": 0}
    # No window of high intent changes anything before the points do.
    return Definition(
        weights=tuple(weights), **never_reached, **{"high_intent_days": 10_000} | rule.bounds
    )


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    with engine.connect(tmp_path_factory.mktemp("duckdb")) as connection:
        yield connection


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_rule(rule, connection):
    definition, names = definition_of(rule), list(rule.weights)
    tallies = [
        (number_of(name, names), TODAY - timedelta(days=ago), count)
        for name, ago, count in rule.tallies
    ]
    table = pa.table(
        {
            "contact_id": pa.array([1] * len(tallies), pa.int64()),
            "signal_id": pa.array([signal for signal, _, _ in tallies], pa.int64()),
            "day": pa.array([day for _, day, _ in tallies], pa.date32()),
            "count": pa.array([count for _, _, count in tallies], pa.int64()),
        }
    )
    people = pa.table({"contact_id": [1], "approachable": [True]})
    [score] = evaluate(definition, table, people, TODAY, connection=connection).to_pylist()
    assert score["behaviour"] == rule.behaviour
    changes_on = score["changes_on"]
    high = any(name in names and rule.weights[name].get("intent", "high") == "high"
               for name, ago, _ in rule.tallies if ago >= 0)  # fmt: skip
    if rule.changes_in is None:
        assert changes_on is None or (high and (changes_on - TODAY).days > 5_000)
    else:
        assert changes_on == TODAY + timedelta(days=rule.changes_in)
    if "merged" not in rule.says:
        assert oracle.behaviour(definition, tallies, TODAY) == rule.behaviour
