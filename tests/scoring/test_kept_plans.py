"""A question that is planned once is answered anew each time, whatever the texts in it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import duckdb
import pyarrow as pa
import pytest

from scoring import engine, kept_plans
from scoring.definition import Criterion
from scoring.evaluate import evaluate
from scoring.questions import Question
from tests.scoring import worlds
from tests.scoring.test_arrow import HOSTILE
from tests.scoring.test_definition import about, definition_with

HOSTILE_TEXTS = [text for text in HOSTILE if text.strip()] + ["$value_0", "O'Neil", "''); --", "\\"]
DOUBLED = Question({"doubled": "SELECT n * 2 * $times::BIGINT AS n FROM numbers"})


def numbers(*those: int) -> dict[str, pa.Table]:
    return {"numbers": pa.table({"n": pa.array(those, pa.int64())})}


@pytest.fixture
def plans() -> kept_plans.Plans:
    return kept_plans.Plans(engine.connect)


def doubled(plans, *those: int, times: int = 1) -> list[int]:
    return plans.answer(DOUBLED, numbers(*those), {"times": times})["n"].to_pylist()


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_text_is_met_by_itself_alone(text):
    criterion = Criterion(
        group="Role", name=text, points=20, conditions=about("contact.job_title", "is", text)
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
    scores = evaluate(definition_with(criterion), tallies, people, worlds.TODAY).to_pylist()
    assert [row["fit"] for row in scores] == [20, 0, 0]


def test_literals_are_what_they_stand_for():
    values = ["it's", "", 3, -(2**40), 0.1, 1e300, True, date(2026, 3, 10)]
    with engine.connect() as connection:
        for value in values:
            assert connection.execute(f"SELECT {kept_plans.literal(value)}").fetchone() == (value,)


def test_one_plan_answers_about_other_rows_and_values_and_keeps_none(plans):
    assert doubled(plans, 1, 2) == [2, 4]
    assert doubled(plans, 30, times=10) == [600]
    assert doubled(plans) == []
    [[plan]] = plans.idle.values()
    assert plan.handed["numbers"].rows.num_rows == 0


def test_a_text_is_no_placeholder_and_no_relation():
    question = Question({"said": "SELECT 'it''s $times from others' || n AS said FROM numbers"})
    relations = numbers(1) | {"others": pa.table({"n": [2]})}
    answer = engine.ask(question, relations, times=3)
    assert answer["said"].to_pylist() == ["it's $times from others1"]
    assert list(question.reads(relations)) == ["numbers"]


def test_a_table_of_other_columns_is_planned_apart(plans):
    texts = {"numbers": pa.table({"n": pa.array([1.5])})}
    assert doubled(plans, 1) == [2]
    assert plans.answer(DOUBLED, texts, {"times": 1})["n"].to_pylist() == [3.0]
    assert len(plans.idle) == 2


def test_threads_that_ask_at_once_get_their_own_answers(plans):
    together = threading.Barrier(4)

    def ask(number: int) -> list[int]:
        together.wait()
        return [n for _ in range(50) for n in doubled(plans, number)]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, range(4))) == [[2 * number] * 50 for number in range(4)]


def test_a_plan_that_is_being_asked_is_nobody_elses(plans):
    with plans._plan(DOUBLED, numbers(1)) as one, plans._plan(DOUBLED, numbers(1)) as other:
        assert one is not other
        assert not plans.idle
    assert list(plans.idle.values()) == [[other, one]]


def test_the_order_of_the_tables_is_nothing(plans):
    joined = Question({"joined": "SELECT n, m FROM numbers, others"})
    relations = numbers(1) | {"others": pa.table({"m": [2]})}
    for names in (list(relations), list(reversed(relations))):
        plans.answer(joined, {name: relations[name] for name in names}, {})
    assert len(plans.idle) == 1


def test_a_question_that_failed_is_planned_anew(plans):
    with pytest.raises(duckdb.Error):
        doubled(plans, 2**62)
    assert not any(plans.idle.values())
    assert doubled(plans, 2) == [4]


def test_only_the_latest_plans_are_kept(plans):
    asked = [
        Question({"more": f"SELECT n + {more} AS n FROM numbers"})
        for more in range(kept_plans.PLANS_KEPT + 5)
    ]
    for question in asked:
        plans.answer(question, numbers(1), {})
    assert [question for question, _ in plans.idle] == asked[5:]
    assert plans.answer(asked[0], numbers(1), {})["n"].to_pylist() == [1]


def test_as_many_plans_are_kept_however_many_ask(plans, monkeypatch):
    monkeypatch.setattr(kept_plans, "PLANS_KEPT", 3)
    with plans._plan(DOUBLED, numbers(1)), plans._plan(DOUBLED, numbers(1)):
        doubled(plans, 1)
    more = Question({"more": "SELECT n + 1 AS n FROM numbers"})
    plans.answer(more, numbers(1), {})
    assert {question: len(those) for (question, _), those in plans.idle.items()} == {
        DOUBLED: 2,
        more: 1,
    }
