"""A definition, tallies and attributes of people → their scores, on any days.

One chain of relations serves all that is asked: scores, receipts and the days on which scores
change read different links of it, so that they can't disagree. `moments` says for whom and as of
which days: everyone today, or one contact on a hundred days.

Tables that come in:
  people   contact_id, approachable, and a column for each field (see `conditions.compile`)
  tallies  contact_id, signal_id, day, count; several rows of a signal and day are summed, so that
           a family of merged contacts gives its tallies under one contact
"""

import re
from datetime import date

import duckdb
import pyarrow as pa

from leadhub.conditions.compile import Compilation
from leadhub.conditions.fields import ATTRIBUTES
from scoring import behaviour, engine, fit
from scoring.definition import Definition

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

WORD = re.compile(r"\w+")
PLACEHOLDER = re.compile(r"\$(value_\d+)")

BOUNDS = (
    "grade_a", "grade_b", "grade_c", "band_1", "band_2", "band_3",
    "threshold", "minimum_behaviour", "minimum_fit", "high_intent_signals",
)  # fmt: skip


def evaluate(
    definition: Definition,
    tallies: pa.Table,
    people: pa.Table,
    day: date | pa.Table,
    *,
    connection: duckdb.DuckDBPyConnection,
) -> pa.Table:
    """The score of everyone in `people` on the day (or on each of a table of contact_id, day).

    One row a contact and day, in this order: contact_id, day, behaviour, fit, total,
    fit_possible, grade, band, high_intent, disqualified_by, approachable, qualified, and
    changes_on: the next day on which, with no new fact, a tally's worth, the number of high-intent
    signals or an answer about today changes (null: never).
    """
    chain = Chain(definition, tallies, people, day, connection=connection)
    return chain.read("SELECT * FROM scores ORDER BY contact_id, day")


class Chain:
    """The relations from moments, tallies and people to scores, ready to be read."""

    def __init__(self, definition, tallies, people, day, *, connection):
        self.connection = connection
        to = Compilation(ATTRIBUTES)
        connection.register("people", people)
        connection.register("tallies", tallies)
        connection.register("weights", behaviour.weights(definition))
        connection.register("decay", behaviour.decay(definition))
        if isinstance(day, pa.Table):
            connection.register("days_asked", day)
            moments = "SELECT contact_id, day FROM days_asked"
        else:
            moments = f"SELECT contact_id, {to.bind(day)}::DATE AS day FROM people"
        bounds = {name: to.bind(getattr(definition, name)) for name in BOUNDS}
        self.links = {
            "moments": moments,
            **behaviour.links(definition, to),
            **fit.links(definition, to),
            "standing": STANDING,
            "scores": SCORES.format(**bounds),
        }
        self.values = to.values

    def read(self, query: str) -> pa.Table:
        """What the query finds in the chain's relations."""
        needed = self._needed_by(query)
        links = (f"{name} AS ({sql})" for name, sql in self.links.items() if name in needed)
        asked = f"WITH {', '.join(links)} {query}"
        bound = {name: self.values[name] for name in PLACEHOLDER.findall(asked)}
        return engine.read(self.connection, asked, bound)

    def _needed_by(self, sql: str) -> set[str]:
        """The links that the query reads, and those that they read: each costs planning."""
        needed, waiting = set(), [sql]
        while waiting:
            named = self.links.keys() & set(WORD.findall(waiting.pop())) - needed
            needed |= named
            waiting += [self.links[name] for name in named]
        return needed

    def keep(self, link: str) -> pa.Table:
        """Reads the link once; whatever is read afterwards starts from what was found."""
        found = self.read(f"SELECT * FROM {link}")
        self.connection.register(f"kept_{link}", found)
        self.links[link] = f"SELECT * FROM kept_{link}"
        return found
