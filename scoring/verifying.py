"""Whether what is stored is what the facts give: everything reckoned from all events, and compared.

Writes nothing. Contacts with facts that the sweep has not come to yet are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from scoring import overlap, source, tallies
from scoring.definition import Definition, Signal
from scoring.evaluate import otherwise
from scoring.source import Ids, Range

# Every event of them is in memory at once, and of the next too.
CONTACTS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Verified:
    """How many contacts were compared, and which of them are stored otherwise."""

    checked: int
    different: tuple[int, ...]


@dataclass(frozen=True)
class Facts:
    """All that is known of some families without new facts, and what is stored of them."""

    family: pa.Table
    events: pa.Table
    tallies: pa.Table
    people: pa.Table
    scores: pa.Table


def verify(contacts: Iterable[int] | Range, *, definition: Definition, day: date) -> Verified:
    """Compares the scores stored under the definition, and the tallies, with a full reckoning."""
    contacts = contacts if isinstance(contacts, Range) else Ids(tuple(contacts))
    checked = found = compare(contacts, definition=definition, day=day)
    if found.different:
        # A fact that came in between two readings looks like a difference: look again.
        found = compare(Ids(found.different), definition=definition, day=day)
    return Verified(checked.checked, found.different)


def compare(contacts: Ids | Range, *, definition: Definition, day: date) -> Verified:
    checked, different = 0, []
    signals = tallies.signals_tallied()
    for facts, found in overlap.reckoned(
        overlap.parts(contacts, CONTACTS_AT_ONCE),
        lambda part: facts_of(part, definition),
        lambda facts: compared(facts, signals, definition, day),
    ):
        checked += len(pc.unique(facts.family["root_id"]))
        different += found
    return Verified(checked, tuple(different))


def facts_of(contacts: Ids | Range, definition: Definition) -> Facts:
    freshness = source.freshness(contacts)
    fresh = fresh_roots(freshness)
    roots = Ids(tuple(fresh))
    family = freshness.filter(pc.is_in(freshness["root_id"], value_set=pa.array(fresh, pa.int64())))
    members = Ids(tuple(family["contact_id"].to_pylist()))
    return Facts(
        family,
        source.events(members),
        source.tallies_as_stored(members),
        source.people(roots, definition),
        source.scores(roots, definition.id),
    )


def compared(
    facts: Facts, signals: list[Signal], definition: Definition, day: date
) -> tuple[int, ...]:
    """Those of whom scores, or tallies, are stored otherwise or not at all."""
    if not facts.family.num_rows:
        return ()
    everyone = facts.family.select(["contact_id"])
    recount = tallies.recount(signals, facts.events, facts.tallies, facts.family, everyone)
    given = tallies.by_root(recount.standing, facts.family)
    scores = otherwise(definition, given, facts.people, day, facts.scores)
    tallied = tallies.by_root(recount.written, facts.family)
    return tuple(sorted({*scores["contact_id"].to_pylist(), *tallied["contact_id"].to_pylist()}))


def fresh_roots(freshness: pa.Table) -> list[int]:
    """The families of whom nobody has facts that are not scored yet."""
    stale = source.stale(freshness)
    return sorted(set(freshness["root_id"].to_pylist()) - set(stale["root_id"].to_pylist()))
