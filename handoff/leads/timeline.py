"""What happened with a contact, latest first: events, changes of the score, handoffs and verdicts.

Read in parts: each part begins after the last entry of the one before (its `Place`), so that a
part costs the same however long the story is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import CharField, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.http import urlencode

from handoff.leads.visibility import visible_to
from handoff.models import Attempt, Note, PassedUp, Stage, Transition
from leadhub.records.models import Contact, Event
from scoring.models import ScoreChange

ENTRIES = 25
SHOWN_PROPERTIES = 4
SHOWN_LENGTH = 80
EVENTS, SCORES, LEADS, ATTEMPTS, NOTES, PASSES = range(1, 7)
ICONS = {"page": "eye", "screen": "smartphone", "identify": "fingerprint", "group": "building-2"}


@dataclass(frozen=True, order=True)
class Place:
    """Where an entry stands: by time, then by what it is, then by its number."""

    at: datetime
    rank: int
    pk: int

    def __str__(self):
        return f"{self.at.isoformat()}~{self.rank}~{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place that an address names; None for what is none."""
        try:
            at, rank, pk = text.split("~")
            moment = datetime.fromisoformat(at)
            place = cls(moment.astimezone(UTC), int(rank), int(pk))
        except (ValueError, OverflowError):
            return None
        return place if moment.tzinfo and 0 <= place.pk < 2**63 else None

    def earlier(self, rank: int, field: str) -> Q:
        """The rows of one kind that come after this place in the story told backwards."""
        if rank < self.rank:
            return Q(**{f"{field}__lte": self.at})
        if rank > self.rank:
            return Q(**{f"{field}__lt": self.at})
        return Q(**{f"{field}__lt": self.at}) | Q(**{field: self.at, "pk__lt": self.pk})


@dataclass(frozen=True)
class Entry:
    place: Place
    icon: str
    tone: str
    title: str
    text: str
    event: Event | None = None

    @property
    def at(self) -> datetime:
        return self.place.at


@dataclass(frozen=True)
class Part:
    """Some entries, and the place after which there are more; None at the end."""

    entries: list[Entry]
    more_after: Place | None

    def more_of(self, contact: Contact) -> str:
        """The address of the contact's next part; "" at the end."""
        if self.more_after is None:
            return ""
        query = urlencode({"after": str(self.more_after)})
        return f"{reverse('contact-timeline', args=[contact.pk])}?{query}"


def part_of(family: Iterable[int], *, viewer, after: Place | None = None) -> Part:
    """The part of the timeline after a place. `family`: the contact and those merged into it.

    Of the handoffs it tells those that the viewer may see.
    """
    family = list(family)
    rows = [
        *told(Event.objects.filter(contact__in=family), EVENTS, "occurred_at", after, of_event),
        *told(score_changes(family), SCORES, "at", after, of_score_change),
        *told(transitions(family, viewer), LEADS, "at", after, of_transition),
        *work_log(family, viewer, after),
    ]
    rows.sort(key=lambda entry: entry.place, reverse=True)
    shown = rows[:ENTRIES]
    return Part(shown, shown[-1].place if len(rows) > ENTRIES else None)


def told(rows: QuerySet, rank: int, field: str, after: Place | None, entry_of) -> list[Entry]:
    if after is not None:
        rows = rows.filter(after.earlier(rank, field))
    latest = rows.order_by(f"-{field}", "-pk")[: ENTRIES + 1]
    return [entry_of(row, Place(getattr(row, field), rank, row.pk)) for row in latest]


def score_changes(family: list[int]) -> QuerySet:
    return ScoreChange.objects.filter(contact__in=family).select_related("definition")


def transitions(family: list[int], viewer) -> QuerySet:
    seen = visible_to(viewer, "lead__")
    chosen = Transition.objects.filter(seen, lead__contact__in=family)
    return chosen.select_related("by", "reason", "lead")


def work_log(family: list[int], viewer, after: Place | None) -> list[Entry]:
    """Attempts, notes and passes: few, so that one query reads them all."""
    kinds = (
        (Attempt, ATTEMPTS, "kind", "note"),
        (Note, NOTES, Value(""), "text"),
        (PassedUp, PASSES, Value(""), "why"),
    )
    first, *others = [
        model.objects.filter(
            visible_to(viewer, "lead__"),
            after.earlier(rank, "at") if after else Q(),
            lead__contact__in=family,
        )
        .order_by()
        .annotate(
            rank=Value(rank, output_field=IntegerField()),
            who=Coalesce(NullIf("by__name", Value("")), "by__email", output_field=CharField()),
            of_kind=F(kind) if isinstance(kind, str) else kind,
            said=F(text),
        )
        .values_list("at", "rank", "pk", "who", "of_kind", "said")
        for model, rank, kind, text in kinds
    ]
    rows = first.union(*others, all=True).order_by("-at", "-rank", "-pk")
    return [of_work(Place(*row[:3]), *row[3:]) for row in rows[: ENTRIES + 1]]


ICONS_OF_ATTEMPTS = {"call": "phone", "email": "mail", "meeting": "calendar"}
ATTEMPTED = {"call": "called", "email": "sent an e-mail", "meeting": "met"}


def of_work(place: Place, who: str, kind: str, text: str) -> Entry:
    if place.rank == ATTEMPTS:
        return Entry(place, ICONS_OF_ATTEMPTS[kind], "lead", f"{who} {ATTEMPTED[kind]}", text)
    did = "noted" if place.rank == NOTES else "passed"
    return Entry(place, "pencil", "lead", f"{who} {did}", text)


def of_event(event: Event, place: Place) -> Entry:
    icon = ICONS.get(event.kind, "mouse-pointer-click")
    return Entry(place, icon, "", title_of_event(event), properties_in_words(event), event)


def title_of_event(event: Event) -> str:
    path = event.properties.get("path") if isinstance(event.properties, dict) else None
    if event.kind == Event.Kind.PAGE:
        return f"Visited {event.name or path or 'a page'}"
    return event.name or event.get_kind_display()


def properties_in_words(event: Event) -> str:
    """The first few properties that are short values."""
    if not isinstance(event.properties, dict):
        return ""
    values = [
        f"{name}: {value}"[:SHOWN_LENGTH]
        for name, value in event.properties.items()
        if isinstance(value, str | int | float) and value != ""
    ]
    return " · ".join(values[:SHOWN_PROPERTIES])


def of_score_change(change: ScoreChange, place: Place) -> Entry:
    after = change.behaviour_to + change.fit_to
    if change.behaviour_from is None or change.fit_from is None:
        title, icon = f"Score {after}", "gauge"
        text = f"The first under version {change.definition.version}"
    else:
        before = change.behaviour_from + change.fit_from
        title = f"Score {before} → {after}"
        icon = "trending-up" if after >= before else "trending-down"
        title = f"{title}: {change.why}"
        text = f"Version {change.definition.version}"
    if change.qualified_to and not change.qualified_from:
        text = f"Qualified · {text}"
    elif change.qualified_from and not change.qualified_to:
        text = f"No longer qualified · {text}"
    return Entry(place, icon, "score", title, text)


def of_transition(transition: Transition, place: Place) -> Entry:
    if not transition.from_stage and transition.to_stage == Stage.QUEUED:
        return Entry(place, "handshake", "lead", "Handed over to sales", transition.lead.why)
    text = transition.note if transition.reason else ""
    return Entry(place, "handshake", "lead", transition.sentence, text)
