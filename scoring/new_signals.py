"""Tallies of signals whose past is not counted yet: all past events, for these signals alone.

Set-based, a range of contacts at a time. Only events of the names that the conditions ask for
travel, and their properties only where one is asked for.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from leadhub.conditions.fields import EVENT, Kind
from leadhub.conditions.fold import fold
from leadhub.conditions.nodes import All, Comparison, Node, comparisons
from scoring import arrow, ledger, overlap, source, tallies
from scoring.definition import Signal
from scoring.models import Signal as SignalRow
from scoring.source import Ids, Range
from scoring.versions import signal_of

# How often families that somebody else scores at the same moment are counted anew.
TRIES = 20
# All events of these are in memory at once. A contact's are strewn over the whole table: PostgreSQL
# reads half of its pages for so many contacts, and all of them for five times as many.
CONTACTS_AT_ONCE = 10_000
OF_SOME_NAMES_AT_ONCE = 50_000


class KeepsChanging(Exception):
    """Somebody else scored the same contacts at each try."""


def tally(signal_ids: Sequence[int], contacts: Range, *, at) -> int:
    """Counts everything that these contacts, and those merged into them, ever did; returns how
    many tallies were written or deleted. Scores are left as they are.

    A signal that is edited meanwhile is counted once more.
    """
    if not signal_ids:
        return 0
    parts = overlap.parts(contacts, at_once(meant(signal_ids)))
    return sum(tally_part(signal_ids, part, at=at) for part in parts)


def at_once(signals: list[Signal]) -> int:
    """Of how many contacts the events are read: more where each event says little."""
    heavy = names_of(signals) is None or any(map(reads_properties, signals))
    return CONTACTS_AT_ONCE if heavy else OF_SOME_NAMES_AT_ONCE


def tally_part(signal_ids: Sequence[int], contacts: Range, *, at) -> int:
    written = 0
    for _ in range(TRIES):
        signals = meant(signal_ids)
        changed, left_out = tally_once(signals, contacts, at=at)
        written += changed
        if not left_out and meant(signal_ids) == signals:
            return written
    raise KeepsChanging(f"contacts {contacts.first}–{contacts.last}")


def meant(signal_ids: Sequence[int]) -> list[Signal]:
    return [signal_of(row) for row in SignalRow.objects.filter(pk__in=signal_ids).order_by("pk")]


def tally_once(signals: list[Signal], contacts: Range, *, at) -> tuple[int, int]:
    """How many tallies it changed, and how many families it left out."""
    freshness = source.freshness(contacts)
    members = freshness.select(["contact_id"])
    within = within_members(contacts, freshness)
    recount = tallies.recount(
        signals, events(signals, *within), tallies_of(signals, *within), freshness, members
    )
    concerned = pc.is_in(members["contact_id"], value_set=recount.written["contact_id"])
    roots = freshness["root_id"].filter(concerned)
    families = freshness.filter(pc.is_in(freshness["root_id"], value_set=roots))
    evaluation = ledger.Evaluation(
        as_if_fresh(families),
        {},
        recount.gone,
        recount.changed,
        first_tallies=recount.is_first,
    )
    left_out = ledger.write(evaluation, cause="definition", at=at).left_out
    return recount.gone.num_rows + recount.changed.num_rows, left_out


def as_if_fresh(freshness: pa.Table) -> pa.Table:
    """New facts stay to be scored: what is written here does not take them in."""
    place = freshness.column_names.index("revision")
    return freshness.set_column(place, "revision", freshness["scored"])


def within_members(contacts: Range, freshness: pa.Table) -> tuple[str, list]:
    """The condition on `contact_id`: the range, and those merged into somebody of it."""
    members = freshness["contact_id"]
    beyond = pc.or_(pc.less(members, contacts.first), pc.greater(members, contacts.last))
    own, values = contacts.within("contact_id")
    merged, more = Ids(tuple(members.filter(beyond).to_pylist())).within("contact_id")
    return f"({own} OR {merged})", [*values, *more]


def events(signals: list[Signal], within: str, values: list) -> pa.Table:
    named, names = of_names(signals)
    properties = arrow.json("properties") if any(map(reads_properties, signals)) else "'{}'"
    sql = f"""
        SELECT contact_id, {arrow.day("day")}, kind, name, {properties},
               {arrow.moment("occurred_at")}, {arrow.truth("is_bot")}
        FROM records_event WHERE {within} AND {named}"""
    return arrow.read(sql, [*values, *names], source.EVENTS)


def reads_properties(signal: Signal) -> bool:
    asked = (comparison.field for comparison in comparisons(signal.conditions))
    return bool(signal.distinct_property) or any(map(is_property, asked))


def is_property(field: str) -> bool:
    return EVENT.kind_of(field) is Kind.OPEN


def tallies_of(signals: list[Signal], within: str, values: list) -> pa.Table:
    ids = ", ".join(str(signal.id) for signal in signals) or "NULL"
    sql = f"""
        SELECT contact_id, signal_id, {arrow.day("day")}, count, {arrow.moment("last_at")}
        FROM scoring_tally WHERE {within} AND signal_id IN ({ids})"""
    return arrow.read(sql, values, source.TALLIES_AS_STORED)


def of_names(signals: list[Signal]) -> tuple[str, list]:
    """A condition that no event fails that could give one of the signals.

    Databases fold ASCII as Python does; a name with any other letter is let through.
    """
    names = names_of(signals)
    if names is None:
        return "true", []
    marks = ", ".join(["%s"] * len(names)) or "NULL"
    other_letters = "name GLOB '*[^ -~]*'" if settings.ON_SQLITE else "name ~ '[^ -~]'"
    return f"(lower(name) IN ({marks}) OR {other_letters})", sorted(names)


def names_of(signals: list[Signal]) -> set[str] | None:
    """The folded names, one of which an event must have to give a signal; None if any will do."""
    asked = [names_asked_for(signal.conditions) for signal in signals]
    return None if None in asked else set().union(*asked)


def names_asked_for(node: Node) -> set[str] | None:
    """The folded names, one of which an event must have; None if any name will do."""
    if isinstance(node, Comparison):
        if node.field != "name" or node.operator not in ("is", "is_one_of"):
            return None
        values = node.value if isinstance(node.value, tuple) else (node.value,)
        return {fold(value) for value in values}
    parts = [names_asked_for(part) for part in node.nodes]
    if isinstance(node, All):
        return next((names for names in parts if names is not None), None)
    return None if None in parts else set().union(*parts)
