"""What a run does with one of its chunks, by the run's kind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from leadhub.records.freshness import touch
from leadhub.records.models import Contact, Event
from scoring import freshening, new_signals, source, verifying
from scoring.failures import NOT_ABOUT_A_CONTACT
from scoring.models import Definition, Run, RunChunk, Signal
from scoring.source import Range
from scoring.versions import definition_of, definitions_in_use, live_definition

# Of everyone, one in so many is reckoned anew each night: everyone within so many nights.
NIGHTS_TO_CHECK_EVERYONE = 100


@dataclass(frozen=True)
class Done:
    """Scores that changed; scores that were compared, and those that turned out otherwise."""

    changed: int = 0
    checked: int = 0
    differences: int = 0


def score(
    contacts: Iterable[int] | Range, *, definition: Definition, cause: str, at: datetime
) -> int:
    """Scores the contacts under one version as of today; returns how many scores changed."""
    changed = freshening.score_contacts(
        contacts,
        definition=definition_of(definition),
        day=timezone.localdate(at),
        cause=cause,
        at=at,
    )
    freshening.no_longer_aside(contacts)
    return changed


def score_apart(contacts: list[int], *, definition: Definition, cause: str, at: datetime) -> int:
    """As `score`, but whoever can't be scored is set aside, and the others are scored."""
    try:
        return score(contacts, definition=definition, cause=cause, at=at)
    except NOT_ABOUT_A_CONTACT:
        raise
    except Exception as error:
        if len(contacts) == 1:
            return freshening.set_aside(contacts[0], error)
    middle = len(contacts) // 2
    return sum(
        score_apart(half, definition=definition, cause=cause, at=at)
        for half in (contacts[:middle], contacts[middle:])
    )


def range_of(chunk: RunChunk) -> Range:
    return Range(chunk.first_contact, chunk.last_contact)


def of_chunk(chunk: RunChunk, contact: str) -> dict:
    """The filter for rows whose `contact` is in the chunk."""
    return {f"{contact}__gte": chunk.first_contact, f"{contact}__lte": chunk.last_contact}


def nightly(chunk: RunChunk, *, at: datetime) -> Done:
    """Scores those whom time alone changes, and checks a sample."""
    day = timezone.localdate(at)
    changed = 0
    for definition in definitions_in_use():
        if due := source.due(range_of(chunk), definition.pk, day):
            changed += score(due, definition=definition, cause="time", at=at)
    checked = check(sample(chunk, day.toordinal()), at=at)
    return Done(changed, checked.checked, checked.differences)


def sample(chunk: RunChunk, number: int) -> list[int]:
    """One in a hundred of the chunk's contacts, others for each number."""
    roots = Contact.objects.filter(root=None, **of_chunk(chunk, "id"))
    turn = number % NIGHTS_TO_CHECK_EVERYONE
    return [
        pk for pk in roots.values_list("pk", flat=True) if pk % NIGHTS_TO_CHECK_EVERYONE == turn
    ]


def check(contacts: list[int] | Range, *, at: datetime) -> Done:
    live = live_definition()
    if live is None or contacts == []:
        return Done()
    found = verifying.verify(contacts, definition=definition_of(live), day=timezone.localdate(at))
    return Done(checked=found.checked, differences=len(found.different))


def verify(chunk: RunChunk, *, at: datetime) -> Done:
    """Compares what is stored with what all events and attributes give, and writes nothing."""
    return check(range_of(chunk), at=at)


def rescore(chunk: RunChunk, *, at: datetime) -> Done:
    changed = [
        score(range_of(chunk), definition=definition, cause="correction", at=at)
        for definition in definitions_in_use()
    ]
    return Done(sum(changed))


def recount(chunk: RunChunk, *, at: datetime) -> Done:
    """Tallies all events of the chunk anew, and scores what comes of it."""
    tally_anew(chunk)
    return rescore(chunk, at=at)


def publish(chunk: RunChunk, *, at: datetime) -> Done:
    """Scores everyone under the coming version; where it weighs new signals, tallies them first."""
    definition = chunk.run.definition
    if definition.status != Definition.Status.COMING:
        return Done()
    new = Signal.objects.filter(weights__definition=definition, tallied_at=None)
    new_signals.tally(list(new.values_list("pk", flat=True)), range_of(chunk), at=at)
    return Done(score(range_of(chunk), definition=definition, cause="definition", at=at))


def tally(chunk: RunChunk, *, at: datetime) -> Done:
    """Counts all past events for the run's signal."""
    return Done(new_signals.tally([chunk.run.signal_id], range_of(chunk), at=at))


def tally_anew(chunk: RunChunk) -> None:
    """Has every day of everyone in the chunk (of those merged into them too) counted again."""
    own = Event.objects.filter(**of_chunk(chunk, "contact_id"))
    merged = Event.objects.filter(**of_chunk(chunk, "contact__root_id"))
    ids = {
        contact_id
        for events in (own, merged)
        for contact_id in events.order_by().values_list("contact_id", flat=True).distinct()
    }
    touch(ids, recount=ids)


OF: dict[str, Callable[..., Done]] = {
    Run.Kind.NIGHTLY: nightly,
    Run.Kind.PUBLISH: publish,
    Run.Kind.RECOUNT: recount,
    Run.Kind.RESCORE: rescore,
    Run.Kind.TALLY: tally,
    Run.Kind.VERIFY: verify,
}
