"""A definition, tallies and attributes of people → their scores, on any days.

One chain of relations serves all that is asked: scores, receipts and the days on which scores
change read different links of it, so that they can't disagree. `moments` says for whom and as of
which days: everyone today, or one contact on a hundred days.

Tables that come in:
  people   contact_id, approachable, and a column for each field (see `conditions.compile`)
  tallies  contact_id, signal_id, day, count; several rows of a signal and day are summed, so that
           a family of merged contacts gives its tallies under one contact
"""

from datetime import date

import pyarrow as pa

from leadhub.conditions.compile import Compilation
from leadhub.conditions.fields import ATTRIBUTES
from scoring import behaviour, engine, fit
from scoring.definition import Definition
from scoring.questions import Question, plain, remembered

STANDING = """
    SELECT contact_id, day, coalesce(behaviour, 0) AS behaviour, fit, fit_possible,
           coalesce(high_intent, 0) AS high_intent, disqualified_by, approachable,
           least(behaved.turns_on, lately.turns_on, fitted.turns_on) AS changes_on
    FROM fitted LEFT JOIN behaved USING (contact_id, day)
         LEFT JOIN lately USING (contact_id, day)"""

SCORES = """
    SELECT contact_id, day, behaviour, fit, behaviour + fit AS total, fit_possible,
           CASE WHEN fit >= {grade_a} THEN 'A' WHEN fit >= {grade_b} THEN 'B'
                WHEN fit >= {grade_c} THEN 'C' ELSE 'D' END AS grade,
           CASE WHEN behaviour >= {band_1} THEN 1 WHEN behaviour >= {band_2} THEN 2
                WHEN behaviour >= {band_3} THEN 3 ELSE 4 END AS band,
           high_intent, disqualified_by, approachable,
           behaviour + fit >= {threshold} AND behaviour >= {minimum_behaviour}
               AND fit >= {minimum_fit} AND high_intent >= {high_intent_signals}
               AND disqualified_by = '' AND approachable AS qualified,
           changes_on
    FROM standing"""

# What is stored of a score.
SCORE = pa.schema(
    [
        ("contact_id", pa.int64()),
        *((name, pa.int64()) for name in ("behaviour", "fit", "total", "fit_possible")),
        ("grade", pa.string()),
        ("band", pa.int64()),
        ("high_intent", pa.int64()),
        ("disqualified_by", pa.string()),
        ("approachable", pa.bool_()),
        ("qualified", pa.bool_()),
        ("changes_on", pa.date32()),
    ]
)

BEGINNING = (
    plain("moments", "SELECT contact_id, day FROM days_asked"),
    plain("given", behaviour.GIVEN),
)
IS_OTHER = " OR ".join(f"scores.{name} IS DISTINCT FROM stored.{name}" for name in SCORE.names)

IN_ORDER = "SELECT * FROM scores ORDER BY contact_id, day"
OTHERWISE = f"""
    SELECT scores.* FROM scores LEFT JOIN stored USING (contact_id)
    WHERE {IS_OTHER} ORDER BY contact_id"""

BOUNDS = (
    "grade_a", "grade_b", "grade_c", "band_1", "band_2", "band_3",
    "threshold", "minimum_behaviour", "minimum_fit", "high_intent_signals",
)  # fmt: skip


def evaluate(
    definition: Definition, tallies: pa.Table, people: pa.Table, day: date | pa.Table
) -> pa.Table:
    """The score of everyone in `people` on the day (or on each of a table of contact_id, day).

    One row a contact and day, in this order: contact_id, day, behaviour, fit, total,
    fit_possible, grade, band, high_intent, disqualified_by, approachable, qualified, and
    changes_on: the next day on which, with no new fact, a tally's worth, the number of high-intent
    signals or an answer about today changes (null: never).
    """
    return asked_of_scores(IN_ORDER, definition, tallies, people, day)


def otherwise(
    definition: Definition, tallies: pa.Table, people: pa.Table, day: date, stored: pa.Table
) -> pa.Table:
    """Of the scores that `evaluate` gives of one day, those that are not `stored` just so."""
    return asked_of_scores(OTHERWISE, definition, tallies, people, day, stored=stored)


def asked_of_scores(
    sql: str,
    definition: Definition,
    tallies: pa.Table,
    people: pa.Table,
    day: date | pa.Table,
    **beside: pa.Table,
) -> pa.Table:
    """What the SQL finds in the relation `scores`, with the tables that it reads `beside`."""
    given = inputs(definition, tallies, people, day)
    return engine.ask(_asked(sql, definition), given | beside)


@remembered(64)
def _asked(sql: str, definition: Definition) -> Question:
    to = Compilation(ATTRIBUTES)
    return Question(chained(definition, to) | {"found": sql}, to.values)


def chained(definition: Definition, to: Compilation) -> dict[str, str]:
    """The links from what comes in to `scores`."""
    links = {question.name: question.sql for question in BEGINNING}
    for stage in STAGES:
        links |= stage(definition, to)
    return links


def inputs(
    definition: Definition, tallies: pa.Table, people: pa.Table, day: date | pa.Table
) -> dict[str, pa.Table]:
    """What comes in, with the days asked and what the definition says of tallies."""
    given = {"people": people, "tallies": tallies, "days_asked": _days_asked(people, day)}
    return given | _constants(definition)


@remembered(32)
def _constants(definition: Definition) -> dict[str, pa.Table]:
    return {"weights": behaviour.weights(definition), "decay": behaviour.decay(definition)}


def _days_asked(people: pa.Table, day: date | pa.Table) -> pa.Table:
    """Of whom each day is asked: contact_id, day."""
    if isinstance(day, pa.Table):
        return day
    days = pa.repeat(pa.scalar(day, pa.date32()), people.num_rows)
    return pa.table({"contact_id": people["contact_id"], "day": days})


class Chain:
    """The relations from moments, tallies and people to scores: each stage is worked out once, and
    any of them can be read.
    """

    def __init__(
        self, definition: Definition, tallies: pa.Table, people: pa.Table, day: date | pa.Table
    ):
        """Ready to evaluate; `moments` may still be made otherwise."""
        self.definition = definition
        given = inputs(definition, tallies, people, day)
        self.relations = engine.work_out(BEGINNING, given)

    def evaluate(self) -> None:
        """From `moments` to `scores`."""
        for stage in STAGES:
            self.make(stage)

    def make(self, stage, **values) -> None:
        """Works out the stage's last link; `values` are bound beside its own."""
        questions = [_of_stage(stage, self.definition)]
        self.relations = engine.work_out(questions, self.relations, **values)

    def read(self, sql: str, **values) -> pa.Table:
        """What the query finds in the chain's relations."""
        return engine.ask(plain("found", sql), self.relations, **values)


@remembered(256)
def _of_stage(stage, definition: Definition) -> Question:
    to = Compilation(ATTRIBUTES)
    return Question(stage(definition, to), to.values)


def scores(definition: Definition, to: Compilation) -> dict[str, str]:
    """The links up to `scores`, by contact and day."""
    return {
        "lately": behaviour.lately(definition, to),
        "standing": STANDING,
        "scores": scored(definition, to),
    }


def scored(definition: Definition, to: Compilation) -> str:
    """The scores of what stands, with grades, bands and gates."""
    return SCORES.format(**{name: to.bind(getattr(definition, name)) for name in BOUNDS})


STAGES = (behaviour.signals, behaviour.behaved, fit.fitted, scores)
