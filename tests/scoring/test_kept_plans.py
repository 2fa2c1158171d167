"""A question about a few rows is the same question as about many, whatever the texts in it."""

from datetime import date

import pyarrow as pa
import pytest

from scoring import engine, kept_plans
from scoring.definition import Criterion
from scoring.evaluate import evaluate
from tests.scoring import worlds
from tests.scoring.test_arrow import HOSTILE
from tests.scoring.test_definition import about, definition_with

HOSTILE_TEXTS = [text for text in HOSTILE if text.strip()] + ["$value_0", "O'Neil", "''); --", "\\"]


@pytest.fixture
def connection(tmp_path):
    with engine.connect(tmp_path) as connection:
        yield connection


def scores_of(text: str, connection) -> list[dict]:
    definition = definition_with(
        Criterion(
            group="Role", name=text, points=20, conditions=about("contact.job_title", "is", text)
        )
    )
    titles = [text, "another", ""]
    people = pa.table(
        {
            "contact_id": pa.array(range(len(titles)), pa.int64()),
            "approachable": pa.array([True] * len(titles)),
            "contact_job_title": pa.array(titles, pa.string()),
        }
    )
    tallies = pa.table(
        {
            "contact_id": pa.array([0], pa.int64()),
            "signal_id": pa.array([1], pa.int64()),
            "day": pa.array([worlds.TODAY], pa.date32()),
            "count": pa.array([1], pa.int64()),
        }
    )
    return evaluate(definition, tallies, people, worlds.TODAY, connection=connection).to_pylist()


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_few_rows_and_many_are_scored_alike(connection, monkeypatch, text):
    kept = scores_of(text, connection)
    monkeypatch.setattr(kept_plans, "ROWS", 0)
    assert scores_of(text, connection) == kept
    assert [row["fit"] for row in kept] == [20, 0, 0]


def test_literals_are_what_they_stand_for(connection):
    values = ["it's", "", 3, -(2**40), 0.1, 1e300, True, date(2026, 3, 10)]
    for value in values:
        assert connection.execute(f"SELECT {kept_plans.literal(value)}").fetchone() == (value,)


def test_only_the_latest_plans_are_kept(connection):
    plans = kept_plans.Plans(connection)
    for number in range(kept_plans.PLANS_KEPT + 5):
        plans.of(f"SELECT {number}")
    assert len(plans.names) == kept_plans.PLANS_KEPT
    assert connection.execute(f"EXECUTE {plans.of('SELECT 0')}").fetchone() == (0,)
    kept = connection.execute("SELECT count(*) FROM duckdb_prepared_statements()").fetchone()
    assert kept == (kept_plans.PLANS_KEPT,)
