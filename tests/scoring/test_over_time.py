"""Attributes as of any day, histories and record highs against the oracle, on Arrow tables."""

from datetime import timedelta

import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scoring import histories, past
from scoring.evaluate import evaluate
from scoring.receipts import explain
from scoring.said import Reads
from tests.scoring import oracle, oracle_over_time, pasts, worlds
from tests.scoring.test_definition import definition_with, weight
from tests.scoring.test_engine import tallied

MANY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    report_multiple_bugs=False,
    phases=[Phase.generate],
)
DAYS = st.integers(-70, 20).map(lambda days: worlds.TODAY + timedelta(days=days))
LONG = st.integers(0, 50).map(lambda days: timedelta(days=days))


@MANY
@given(definition=worlds.definitions(), world=pasts.WORLDS, firms=pasts.FIRMS, day=DAYS)
def test_receipts_of_any_day_are_of_people_as_they_were_then(definition, world, firms, day):
    table, tallies = tallied(definition, world)
    told = pasts.told([person for person, _ in world], firms)
    people, _ = past.on_day(told, definition, day)
    receipts = explain(definition, table, people, day)
    for number, ((person, _), those) in enumerate(zip(world, tallies, strict=True), start=1):
        expected = oracle_over_time.state_on(definition, those, person, firms, day)
        receipt = receipts[number]
        assert receipt.total == expected["total"] == sum(line.points for line in receipt.lines)
        assert (receipt.fit, receipt.qualified) == (expected["fit"], expected["qualified"])
        for line in receipt.lines:
            assert not line.given or sum(one.worth for one in line.given) == line.points
        then = oracle.given_on(definition, those, day)
        assert {
            (line.signal, one.day): one.worth for line in receipt.lines for one in line.given
        } == then


@MANY
@given(
    definition=worlds.definitions(), world=pasts.WORLDS, firms=pasts.FIRMS, first=DAYS, long=LONG
)
def test_every_step_is_the_oracles(definition, world, firms, first, long):
    table, tallies = tallied(definition, world)
    told, last = pasts.told([person for person, _ in world], firms), first + long
    reads = Reads.of(definition)
    people = past.segments(told, reads, first, last)
    steps = histories.steps(definition, table, people, first, last)
    expected = [
        {"contact_id": number, "day": day} | state
        for number, ((person, _), those) in enumerate(zip(world, tallies, strict=True), start=1)
        for day, state in oracle_over_time.history(definition, those, person, firms, first, last)
    ]
    assert steps.select(list(expected[0])).to_pylist() == expected


@MANY
@given(
    definition=worlds.definitions(),
    world=pasts.WORLDS,
    firms=pasts.FIRMS,
    first=DAYS,
    long=LONG,
    threshold=st.integers(-20, 80),
)
def test_record_highs_give_the_day_of_handover_at_any_threshold(
    definition, world, firms, first, long, threshold
):
    table, tallies = tallied(definition, world)
    told, last = pasts.told([person for person, _ in world], firms), first + long
    before = first - timedelta(days=1)
    people = past.segments(told, Reads.of(definition), before, last)
    highs = histories.record_highs(definition, table, people, first, last)
    rows = highs.to_pylist()
    for number, ((person, _), those) in enumerate(zip(world, tallies, strict=True), start=1):
        world_of_one = (definition, those, person, firms, first, last)
        own = [
            (row["day"], row["total"], row["above"]) for row in rows if row["contact_id"] == number
        ]
        assert own == oracle_over_time.record_highs(*world_of_one)
        reached = [
            day
            for day, total, above in own
            if total >= threshold and (above is None or above < threshold)
        ]
        expected = oracle_over_time.handed_over_on(*world_of_one, threshold)
        assert reached == [expected] * (expected is not None)


def given_on(*days) -> pa.Table:
    """Tallies: signal 1, given once on each of the days by contact 1."""
    columns = {"contact_id": 1, "signal_id": 1, "count": 1}
    ones = {name: pa.array([one] * len(days), pa.int64()) for name, one in columns.items()}
    return pa.table(ones | {"day": pa.array(days, pa.date32())})


def known_from(first, last) -> pa.Table:
    """Contact 1, of whom nothing special is known on all these days."""
    return pa.table(
        {
            "contact_id": pa.array([1], pa.int64()),
            "from_day": pa.array([first], pa.date32()),
            "to_day": pa.array([last + timedelta(days=1)], pa.date32()),
            "approachable": [True],
            "contact_seniority": pa.array([""]),
        }
    )


def test_a_total_reached_again_is_no_new_record():
    """On day 30 the signal is not lately any more, and the total stays: a step, but no record."""
    first, last = worlds.TODAY, worlds.TODAY + timedelta(days=60)
    definition = definition_with(
        weights=(weight(1, points=60),), minimum_fit=0, minimum_behaviour=60
    )
    people = known_from(first - timedelta(days=1), last)
    period = (definition, given_on(first), people, first, last)
    steps = histories.steps(*period)
    assert steps["high_intent"].to_pylist()[-2:] == [1, 0]
    highs = histories.record_highs(*period)
    assert highs.to_pylist() == [{"contact_id": 1, "day": first, "total": 60, "above": None}]


def test_given_again_on_the_day_on_which_it_ends_it_counts_on_as_one():
    first, last = worlds.TODAY, worlds.TODAY + timedelta(days=70)
    definition = definition_with(weights=(weight(1, points=60),), minimum_fit=0)
    tallies = given_on(first, first + timedelta(days=30))
    people = known_from(first, last)
    steps = histories.steps(definition, tallies, people, first, last)
    lately = [(step["day"], step["high_intent"]) for step in steps.to_pylist()]
    assert lately == [
        (first, 1), (first + timedelta(days=30), 1), (first + timedelta(days=60), 0),
    ]  # fmt: skip


@MANY
@given(definition=worlds.definitions(), world=pasts.WORLDS, firms=pasts.FIRMS, first=DAYS)
def test_a_history_and_a_day_are_one_computation(definition, world, firms, first):
    """Each step, evaluated as a single day of its own, is the same."""
    table, _ = tallied(definition, world)
    told, last = pasts.told([person for person, _ in world], firms), first + timedelta(days=30)
    people = past.segments(told, Reads.of(definition), first, last)
    steps = histories.steps(definition, table, people, first, last)
    for day in sorted(set(steps["day"].to_pylist()))[:5]:
        then, _ = past.on_day(told, definition, day)
        scores = evaluate(definition, table, then, day).to_pylist()
        standing = {}
        for step in steps.to_pylist():
            if step["day"] <= day:
                standing[step["contact_id"]] = step | {"day": day}
        for score in scores:
            score.pop("changes_on")
            assert standing[score["contact_id"]] == score
