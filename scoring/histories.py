"""Every step of everyone's score over a period under any version, and the record highs in it.

The same weights, ages, caps, criteria and gates as a day's score, read as what changes from step
to step (see `behaviour.gained`): nobody is evaluated on a day on which nothing changes.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import pyarrow as pa

from leadhub.conditions.compile import Compilation
from scoring import behaviour, fit, in_order, overlap, past, said, source
from scoring.definition import Definition
from scoring.evaluate import Chain, scored
from scoring.source import Ids, Range

# So many contacts at once, and the next, stay far below the memory that a worker may take.
CONTACTS_AT_ONCE = 25_000

# The days on which what is known of people changes, or an answer about today does.
MOMENTS = """
    SELECT contact_id, from_day AS day FROM people
    UNION
    SELECT contact_id, day FROM ({flips})"""
# What each day adds or changes; `fit_day` where another fit begins.
TURNED = f"""
    SELECT contact_id, day, {behaviour.by_group("gain")},
           coalesce(sum(change), 0)::BIGINT AS high_intent, max(fit_day) AS fit_day
    FROM (
        SELECT contact_id, day, belongs_to, gain FROM gained
        UNION ALL BY NAME SELECT contact_id, day, change FROM turned_high
        UNION ALL BY NAME SELECT contact_id, day, day AS fit_day FROM fitted
    ) GROUP BY contact_id, day ORDER BY contact_id, day"""
SUMMED = (*behaviour.GROUPS, "high_intent")
STANDING = """
    SELECT contact_id, day, behaviour, fit, fit_possible, high_intent, disqualified_by,
           approachable, NULL::DATE AS changes_on
    FROM behaved JOIN (
        SELECT contact_id, day AS fit_day, fit, fit_possible, disqualified_by, approachable
        FROM fitted) USING (contact_id, fit_day)"""

COMPARED = ("behaviour", "fit", "fit_possible", "high_intent", "disqualified_by", "approachable")
IN_ORDER = "SELECT * EXCLUDE (changes_on) FROM scores ORDER BY contact_id, day"

# `above` is the record before: a threshold above it and up to the total is first reached that day.
HIGHS = """
    SELECT contact_id, day, total, above
    FROM (
        SELECT contact_id, day, total, max(total) OVER (
                   PARTITION BY contact_id ORDER BY day
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS above
        FROM scores
        WHERE behaviour >= {minimum_behaviour} AND fit >= {minimum_fit}
              AND high_intent >= {high_intent_signals} AND disqualified_by = '' AND approachable
    )
    WHERE day >= $first::DATE AND (above IS NULL OR total > above)
    ORDER BY contact_id, day"""
OTHER_GATES = ("minimum_behaviour", "minimum_fit", "high_intent_signals")


def histories_of(
    contacts: Iterable[int] | Range, *, definition: Definition, first: date, last: date
) -> Iterator[pa.Table]:
    """The steps of these contacts (roots) from `first` to `last`, in parts of whole contacts.

    A row a contact and day on which anything of its score became different, the first on `first`:
    contact_id, day, and as `evaluate` gives them behaviour, fit, total, fit_possible, grade, band,
    high_intent, disqualified_by, approachable and qualified.
    """

    def reckon(facts: Facts) -> pa.Table:
        people = past.segments(facts.told, said.Reads.of(definition), first, last)
        return steps(definition, facts.tallies, people, first, last)

    yield from _reckoned(contacts, definition, first, reckon)


def record_highs_of(
    contacts: Iterable[int] | Range, *, definition: Definition, first: date, last: date
) -> Iterator[pa.Table]:
    """The record highs of these contacts (roots) over the period, as `record_highs` gives them."""
    before = first - timedelta(days=1)

    def reckon(facts: Facts) -> pa.Table:
        people = past.segments(facts.told, said.Reads.of(definition), before, last)
        return record_highs(definition, facts.tallies, people, first, last)

    yield from _reckoned(contacts, definition, before, reckon)


class Facts(NamedTuple):
    """What is read of some contacts."""

    tallies: pa.Table
    told: said.Told


def _reckoned(contacts, definition, since: date, reckon) -> Iterator[pa.Table]:
    contacts = contacts if isinstance(contacts, Range) else Ids(tuple(contacts))
    parts = overlap.parts(contacts, CONTACTS_AT_ONCE)
    for _, found in overlap.reckoned(
        parts,
        lambda part: Facts(source.tallies(part), said.told(part, definition, after=since)),
        reckon,
    ):
        yield found


def steps(
    definition: Definition, tallies: pa.Table, people: pa.Table, first: date, last: date
) -> pa.Table:
    """The same from Arrow tables: tallies as `source` gives them, people as `past.segments`."""
    chain = _evaluated(definition, tallies, people, first, last)
    return in_order.changed(chain.read(IN_ORDER), of="contact_id", among=COMPARED)


def record_highs(
    definition: Definition, tallies: pa.Table, people: pa.Table, first: date, last: date
) -> pa.Table:
    """Contact_id, day, total, above: the days from `first` on with every gate but the threshold
    held and a total higher than ever before in the period; `above` is the record before, null for
    none.

    A threshold t is first reached on the day of the one row with above < t ≤ total. Who was there
    already the day before the period is not new: that day's total is where records begin. `people`
    begin on that day.
    """
    before = first - timedelta(days=1)
    chain = _evaluated(definition, tallies, people, before, last)
    chain.make(_highs, first=first)
    return chain.relations["highs"]


def _evaluated(definition, tallies, people, first, last) -> Chain:
    """`scores` with a row a contact and day on which any part of it may have changed."""
    chain = Chain(definition, tallies, people, first)
    chain.make(_moments)
    chain.make(fit.fitted_over_segments)
    chain.make(_turned, first=first, last=last)
    turned = chain.relations["turned"]
    chain.relations["grouped"] = in_order.running(
        turned, of="contact_id", sums=SUMMED, latest="fit_day"
    )
    chain.make(_scores)
    return chain


def _moments(definition: Definition, to: Compilation) -> dict[str, str]:
    return {"moments": MOMENTS.format(flips=fit.flips(definition, to))}


def _highs(definition: Definition, to: Compilation) -> dict[str, str]:
    gates = {name: to.bind(getattr(definition, name)) for name in OTHER_GATES}
    return {"highs": HIGHS.format(**gates)}


def _turned(definition: Definition, to: Compilation) -> dict[str, str]:
    gained, high = behaviour.gained(definition, to), behaviour.turned_high(definition, to)
    return gained | high | {"turned": TURNED}


def _scores(definition: Definition, to: Compilation) -> dict[str, str]:
    standing = {"standing": STANDING, "scores": scored(definition, to)}
    return behaviour.limited(definition, to) | standing
