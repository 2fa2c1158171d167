"""How often each contact gave each signal on each day: recounted from events, never added to.

The tallies of a contact's day are replaced as a whole by what its events say now, so that events
may arrive in any order, twice, or late, may move to another contact, or be found to be a bot's.
A value that several contacts of one person gave on a day is tallied with the first of them alone,
so that what a person's contacts gave can be summed. Nothing is written here: `ledger.py` writes
what a `Recount` says.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Q, QuerySet

from leadhub.conditions.compile import Compilation
from leadhub.conditions.fields import EVENT
from scoring import engine, source
from scoring.definition import Signal
from scoring.models import Signal as SignalRow
from scoring.questions import Question, remembered
from scoring.versions import IN_USE, signal_of

KEY = ["contact_id", "signal_id", "day"]

# A row for each signal that an event gives.
MATCHED = """
    SELECT * FROM (
        SELECT contact_id, day, occurred_at, properties, unnest([{signals}]) AS signal_id
        FROM counting WHERE NOT is_bot)
    WHERE signal_id IS NOT NULL"""
COUNTED = """
    SELECT contact_id, signal_id, day, count(*) AS count, max(occurred_at) AS last_at
    FROM matched WHERE signal_id IN ({ids}) GROUP BY contact_id, signal_id, day"""
DISTINCT_COUNTED = """
    SELECT contact_id, signal_id, day, count(*)::BIGINT AS count, max(last_at) AS last_at
    FROM (
        SELECT min(contact_id) AS contact_id, signal_id, day, max(occurred_at) AS last_at
        FROM matched JOIN family USING (contact_id) WHERE signal_id IN ({ids})
        GROUP BY root_id, signal_id, day, {value})
    GROUP BY contact_id, signal_id, day"""

# Events that lack the property, or have an empty text or something else than text, number or truth
# there, count as one value together.
VALUE = """
    CASE json_type(properties, {path})
        WHEN 'VARCHAR' THEN
            coalesce('t' || fold(nullif(json_extract_string(properties, {path}), '')), '')
        WHEN 'BOOLEAN' THEN 'b' || json_extract_string(properties, {path})
        WHEN 'BIGINT' THEN 'n' || json_extract_string(properties, {path})::DOUBLE::VARCHAR
        WHEN 'UBIGINT' THEN 'n' || json_extract_string(properties, {path})::DOUBLE::VARCHAR
        WHEN 'DOUBLE' THEN 'n' || json_extract_string(properties, {path})::DOUBLE::VARCHAR
        ELSE '' END"""

NOTHING = """
    SELECT contact_id, NULL::BIGINT AS signal_id, day, 0::BIGINT AS count, occurred_at AS last_at
    FROM events WHERE false"""

TOUCHED = "SELECT DISTINCT root_id, day FROM events JOIN family USING (contact_id)"
# `stored` rows of signals not counted any more, or of days on which nothing happened, are kept.
COMPARED = """
    SELECT contact_id, signal_id, day,
           coalesce(counted.count, stored.count) AS count,
           coalesce(counted.last_at, stored.last_at) AS last_at,
           counted.count IS NULL AND coalesce(signal_id IN ({ids}), false)
               AND (contact_id IN (SELECT contact_id FROM recounted)
                    OR (root_id, day) IN (SELECT root_id, day FROM touched)) AS is_gone,
           counted.count IS NOT NULL
               AND (counted.count IS DISTINCT FROM stored.count
                    OR counted.last_at IS DISTINCT FROM stored.last_at) AS is_changed,
           coalesce(counted.count, 0) - coalesce(stored.count, 0) AS change
    FROM counted FULL JOIN stored USING (contact_id, signal_id, day)
         JOIN family USING (contact_id)"""


@dataclass(frozen=True)
class Recount:
    """`standing`: all tallies as they are now, by contact. `gone` and `changed` are what the
    database does not have yet: rows to delete, and rows to insert or update. `otherwise`: those of
    them that count more or less than before, and by how much (`change`). `is_first`: the database
    has no tally yet of these signals and contacts.
    """

    standing: pa.Table
    gone: pa.Table
    changed: pa.Table
    otherwise: pa.Table
    is_first: bool

    @property
    def written(self) -> pa.Table:
        """Those of `gone` and `changed` by their keys."""
        return pa.concat_tables([self.gone, self.changed.select(KEY)])


def signals_counted() -> list[Signal]:
    """The signals whose tallies are kept up: those that a live or coming version uses, and all
    that no other has replaced, also while their past is still being tallied.
    """
    return [signal_of(row) for row in _counted()]


def signals_tallied() -> list[Signal]:
    """Those of them whose past has been tallied: what is stored must be what is counted."""
    return [signal_of(row) for row in _counted().filter(tallied_at__isnull=False)]


def _counted() -> QuerySet[SignalRow]:
    used = Q(weights__definition__status__in=IN_USE)
    return SignalRow.objects.filter(used | Q(successor=None)).distinct()


def recount(
    signals: Iterable[Signal],
    events: pa.Table,
    stored: pa.Table,
    family: pa.Table,
    recounted: pa.Table,
) -> Recount:
    """Replaces what is `stored` for the signals on the days that `events` has rows of, and on
    every day of the contacts in `recounted`, which are whole families.

    Each of those days must have all events of the family there. Tables as in `source`; `family`,
    as `source.freshness`, says of everyone in them whose family they are of.
    """
    tables = {"events": events, "stored": stored, "recounted": recounted, "family": _roots(family)}
    compared = engine.ask(_compared(*signals), tables)
    gone, changed = compared["is_gone"], compared["is_changed"]
    otherwise = pc.and_(pc.or_(gone, changed), pc.not_equal(compared["change"], 0))
    return Recount(
        compared.filter(pc.invert(gone)).select(source.TALLIES.names),
        compared.filter(gone).select(KEY),
        compared.filter(changed).select(source.TALLIES_AS_STORED.names),
        compared.filter(otherwise).select([*KEY, "change"]),
        is_first=not stored.num_rows,
    )


@remembered(32)
def _compared(*signals: Signal) -> Question:
    to = Compilation(EVENT)
    ids = ", ".join(to.bind(signal.id) for signal in signals) or "NULL"
    links = _links(signals, to) | {"touched": TOUCHED, "compared": COMPARED.format(ids=ids)}
    return Question(links, to.values)


def by_root(standing: pa.Table, family: pa.Table) -> pa.Table:
    """The tallies under the roots of those who gave them; `family` as `source.freshness`."""
    place = pc.index_in(standing["contact_id"], value_set=family["contact_id"])
    return standing.set_column(0, "contact_id", family["root_id"].take(place))


def count(signals: Iterable[Signal], events: pa.Table, family: pa.Table) -> pa.Table:
    """Tallies of the events: contact_id, signal_id, day, count, last_at.

    `family` as in `recount`.
    """
    tables = {"events": events, "family": _roots(family)}
    return engine.ask(_counted_of(*signals), tables)


@remembered(32)
def _counted_of(*signals: Signal) -> Question:
    to = Compilation(EVENT)
    return Question(_links(signals, to), to.values)


def _roots(family: pa.Table) -> pa.Table:
    return family.select(["contact_id", "root_id"])


def _links(signals: Sequence[Signal], to: Compilation) -> dict[str, str]:
    """The links up to `counted`."""
    if not signals:
        return {"counted": NOTHING}
    given = ", ".join(_given(signal, to) for signal in signals)
    counts = " UNION ALL ".join(_counts(signals, to))
    return {
        "counting": to.folded("events"),
        "matched": MATCHED.format(signals=given),
        "counted": counts,
    }


def _given(signal: Signal, to: Compilation) -> str:
    """The signal's id if the event gives it."""
    return f"CASE WHEN {to.holds(signal.conditions)} THEN {to.bind(signal.id)}::BIGINT END"


def _counts(signals: Sequence[Signal], to: Compilation) -> Iterator[str]:
    """A query for the signals that count every event, and one for each property of which
    different values are counted.
    """
    alike = defaultdict(list)
    for signal in signals:
        alike[signal.distinct_property].append(signal)
    for distinct, those in alike.items():
        ids = ", ".join(to.bind(signal.id) for signal in those)
        if not distinct:
            yield COUNTED.format(ids=ids)
        else:
            _, path = to.json_place(f"properties.{distinct}")
            yield DISTINCT_COUNTED.format(value=VALUE.format(path=path), ids=ids)
