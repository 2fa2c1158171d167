"""The engine against the oracle, on Arrow tables."""

from datetime import timedelta

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.evaluate import evaluate
from scoring.receipts import TURNS_LOOKED_AT, explain
from scoring.tallies import count
from tests.scoring import oracle, worlds
from tests.scoring.test_definition import definition_with, weight

MANY = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    report_multiple_bugs=False,
)
AS_OF = st.integers(-30, 30).map(lambda days: worlds.TODAY + timedelta(days=days))


def tallied(definition, world):
    """The engine's tallies of the world's events, checked against the oracle's; and the latter."""
    signals = [weight.signal for weight in definition.weights]
    events = worlds.events_table([events for _, events in world])
    ids = pa.array(range(1, len(world) + 1), pa.int64())
    family = pa.table({"contact_id": ids, "root_id": ids})
    table = count(signals, events, family)
    expected = [oracle.tallies_of(signals, events) for _, events in world]
    rows = table.select(["contact_id", "signal_id", "day", "count"]).to_pylist()
    assert sorted(tuple(row.values()) for row in rows) == sorted(
        (number, *tally) for number, tallies in enumerate(expected, start=1) for tally in tallies
    )
    return table, expected


def test_a_past_days_receipt_foretells_falls_as_if_nothing_came_after():
    weighed = weight(1, points=10, half_life_days=10)
    definition = definition_with(weights=(weighed,), threshold=0, minimum_behaviour=0)
    past = worlds.TODAY - timedelta(days=5)
    tallies = pa.table(
        {
            "contact_id": pa.array([1, 1], pa.int64()),
            "signal_id": pa.array([1, 1], pa.int64()),
            "day": pa.array([past, worlds.TODAY], pa.date32()),
            "count": pa.array([1, 1], pa.int64()),
        }
    )
    people = pa.table(
        {"contact_id": [1], "approachable": [True], "contact_seniority": pa.array([""])}
    )
    receipt = explain(definition, tallies, people, past)[1]
    assert receipt.total == 10
    assert receipt.falls == ((past + timedelta(days=10), -10),)


@MANY
@given(definition=worlds.definitions(), world=worlds.WORLDS, day=AS_OF)
def test_scores_are_the_oracles(definition, world, day):
    table, tallies = tallied(definition, world)
    people = [person for person, _ in world]
    scores = evaluate(definition, table, worlds.people_table(people), day).to_pylist()
    expected = [
        {"contact_id": number, "day": day, **oracle.score(definition, those, person, day)}
        for number, (person, those) in enumerate(zip(people, tallies, strict=True), start=1)
    ]
    assert scores == expected


@MANY
@given(definition=worlds.definitions(), world=worlds.WORLDS, day=AS_OF)
def test_receipts_sum_to_the_total_and_foretell_its_falls(definition, world, day):
    table, tallies = tallied(definition, world)
    people = [person for person, _ in world]
    receipts = explain(definition, table, worlds.people_table(people), day)
    for number, (person, those) in enumerate(zip(people, tallies, strict=True), start=1):
        receipt, score = receipts[number], oracle.score(definition, those, person, day)
        assert sum(line.points for line in receipt.lines) == receipt.total == score["total"]
        assert all(gate.holds for gate in receipt.gates) == receipt.qualified == score["qualified"]
        falls = oracle.falls(definition, those, person, day)
        if all(row.operator != "within_days" for row in rows_about_people(definition)):
            looked_at = oracle.fades(definition, those, day)[:TURNS_LOOKED_AT]
            assert list(receipt.falls) == [fall for fall in falls if fall[0] in looked_at]


def rows_about_people(definition):
    parts = (*definition.fit_criteria, *definition.disqualifiers)
    return [row for part in parts for row in oracle.rows_of(part.conditions)]
