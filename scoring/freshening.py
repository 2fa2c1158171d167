"""Scores what is not fresh: contacts with new facts, or any that one is asked to score."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db.models import F, QuerySet

from leadhub.records.models import Freshness
from scoring import causes, ledger, overlap, source, tallies
from scoring.definition import Definition, Signal
from scoring.evaluate import evaluate, otherwise
from scoring.failures import NOT_ABOUT_A_CONTACT
from scoring.source import Ids, Range
from scoring.versions import definition_of, definitions_in_use

log = logging.getLogger(__name__)

# So many are evaluated while the next are read, and memory stays low.
CONTACTS_AT_ONCE = 25_000
# Of these every event of the days touched is read too.
STALE_AT_ONCE = 10_000
# What came in meanwhile waits no longer than for so many.
STALE_A_SWEEP = 5_000


def score_stale(*, at: datetime, limit: int = STALE_A_SWEEP) -> int:
    """Scores contacts whose facts are newer than their scores, under the live and the coming
    version: at most `limit` of them. Returns how many it dealt with; 0: nothing is left.
    """
    definitions = _in_use()
    if not definitions:
        return 0
    waiting = Freshness.objects.exclude(revision=F("scored_revision"))
    waiting = waiting.exclude(revision=F("failed_revision"))
    # In the order of the index of the stale, without which PostgreSQL reads everybody's row.
    ids = list(waiting.order_by("contact_id").values_list("contact_id", flat=True)[:limit])
    if not ids:
        return 0
    return _score_new_facts(source.roots_of(ids), definitions, at=at)


def score_contacts(
    contacts: Iterable[int] | Range, *, definition: Definition, day: date, cause: str, at: datetime
) -> int:
    """Scores these contacts (roots) as of the day under the definition; returns how many scores
    changed. Those with new facts are first scored from them, under every version in use.
    """
    contacts = contacts if isinstance(contacts, Range) else Ids(tuple(contacts))
    changed = 0
    for facts, different in overlap.reckoned(
        overlap.parts(contacts, CONTACTS_AT_ONCE),
        lambda part: _facts_of(part, definition, day, at=at),
        lambda facts: _different(facts, definition, day),
    ):
        changed += _write_different(facts, different, definition, cause=cause, at=at)
    return changed


@dataclass(frozen=True)
class Facts:
    """What is read of some contacts to score them, as `source` gives it; freshness first."""

    freshness: pa.Table
    people: pa.Table
    tallies: pa.Table
    stored: pa.Table


def _facts_of(contacts: Ids | Range, definition: Definition, day: date, *, at: datetime) -> Facts:
    freshness = source.freshness(contacts)
    if stale := sorted(set(source.stale(freshness)["root_id"].to_pylist())):
        in_use = _in_use_and(definition)
        for some in overlap.parts(Ids(tuple(stale)), STALE_AT_ONCE):
            _score_new_facts(list(some.ids), in_use, at=at)
        freshness = source.freshness(contacts)
    return Facts(
        freshness,
        source.people(contacts, definition),
        source.tallies_that_count(contacts, definition, day),
        source.scores(contacts, definition.id),
    )


def _in_use() -> list[Definition]:
    return [definition_of(row) for row in definitions_in_use()]


def _in_use_and(definition: Definition) -> list[Definition]:
    in_use = _in_use()
    return in_use if definition in in_use else [*in_use, definition]


def _score_new_facts(roots: list[int], definitions: list[Definition], *, at: datetime) -> int:
    """Scores the families; one that can't be scored is set aside until its facts change."""
    try:
        return _score_families(Ids(tuple(roots)), definitions, at=at).families
    except NOT_ABOUT_A_CONTACT:
        raise
    except Exception as error:
        if len(roots) == 1:
            return set_aside(roots[0], error)
    middle = len(roots) // 2
    return sum(
        _score_new_facts(half, definitions, at=at) for half in (roots[:middle], roots[middle:])
    )


def _score_families(roots: Ids, definitions: list[Definition], *, at: datetime) -> ledger.Written:
    freshness = source.freshness(roots)
    signals = tallies.signals_counted()
    recount = _recount(signals, freshness)
    given = tallies.by_root(recount.standing, freshness)
    caused = causes.of(recount, freshness, signals)
    people = source.people(roots, *definitions)
    day = at.astimezone(settings.ORGANISATION_ZONE).date()
    scores = {definition.id: evaluate(definition, given, people, day) for definition in definitions}
    evaluation = ledger.Evaluation(
        freshness,
        scores,
        recount.gone,
        recount.changed,
        caused,
        first_tallies=recount.is_first,
    )
    return ledger.write(evaluation, cause="facts", at=at)


def _recount(signals: list[Signal], freshness: pa.Table) -> tallies.Recount:
    members = Ids(tuple(freshness["contact_id"].to_pylist()))
    return tallies.recount(
        signals,
        source.events_of_days_touched(members),
        source.tallies_as_stored(members),
        freshness,
        source.to_be_recounted(freshness),
    )


def _different(facts: Facts, definition: Definition, day: date) -> pa.Table:
    """The scores that the database does not have just so."""
    return otherwise(definition, facts.tallies, facts.people, day, facts.stored)


def _write_different(
    facts: Facts, different: pa.Table, definition: Definition, *, cause: str, at: datetime
) -> int:
    """Leaves out families with facts newer than what was read: the sweep takes care of them."""
    stale = source.stale(facts.freshness)
    of_stale = pc.is_in(different["contact_id"], value_set=stale["root_id"])
    different = different.filter(pc.invert(of_stale))
    if not different.num_rows:
        return 0
    concerned = pc.is_in(facts.freshness["root_id"], value_set=different["contact_id"])
    nothing = source.TALLIES_AS_STORED.empty_table()
    evaluation = ledger.Evaluation(
        facts.freshness.filter(concerned),
        {definition.id: different},
        nothing,
        nothing,
        first_scores=not facts.stored.num_rows,
    )
    return ledger.write(evaluation, cause=cause, at=at).changed


def set_aside(root: int, failure: Exception | str) -> int:
    """Leaves the family out of all scoring until its facts change; returns 1, for the one."""
    log.error("contact %s can't be scored: %s", root, failure)
    family = source.freshness(Ids((root,)))["contact_id"].to_pylist()
    Freshness.objects.filter(contact__in=family).update(
        failed_revision=F("revision"), failure=str(failure)[:2000]
    )
    return 1


def set_aside_now() -> QuerySet[Freshness]:
    """Those who can't be scored as their facts stand."""
    return aside_of(Freshness.objects.all())


def aside_of(rows: QuerySet[Freshness]) -> QuerySet[Freshness]:
    # The first half says it once more, for the index.
    return rows.filter(failed_revision__gt=0, failed_revision=F("revision"))


def no_longer_aside(contacts: Iterable[int] | Range) -> None:
    """Notes that contacts without new facts, once set aside, could be scored after all."""
    within = {"contact__in": contacts}
    if isinstance(contacts, Range):
        within = {"contact__gte": contacts.first, "contact__lte": contacts.last}
    aside = set_aside_now().filter(**within, scored_revision=F("revision"))
    aside.update(failed_revision=0, failure="")
