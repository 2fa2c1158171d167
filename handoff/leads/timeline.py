"""What happened with a contact, latest first: events, changes of the score, handoffs and verdicts.

Read in parts: each part begins after the last entry of the one before (its `Place`), so that a
part costs the same however long the story is.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import CharField, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, NullIf
from django.urls import reverse
from django.utils.http import urlencode

from handoff.leads.visibility import viewer as viewer_as
from handoff.leads.visibility import visible_to, whose
from handoff.models import Attempt, Note, PassedUp, RejectionReason, Stage, Transition
from leadhub.prepared import Prepared
from leadhub.quick_to_draw import QuickToDraw
from leadhub.records.models import Contact, Event
from leadhub.users.models import User
from scoring.models import ScoreChange

ENTRIES = 25
SHOWN_PROPERTIES = 4
SHOWN_LENGTH = 80
EVENTS, SCORES, LEADS, ATTEMPTS, NOTES, PASSES = range(1, 7)
SHOWN_OF_EVENTS = ("kind", "name", "properties", "occurred_at", "is_bot")
SHOWN_OF_CHANGES = (
    "at", "behaviour_from", "behaviour_to", "fit_from", "fit_to", "qualified_from", "qualified_to",
    "cause", "signals", "fields", "company_fields", "definition__version",
)  # fmt: skip
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
        is_one = EVENTS <= place.rank <= PASSES and 0 <= place.pk < 2**63
        return place if moment.tzinfo and is_one else None

    def earlier(self, rank: int, field: str) -> Q:
        """The rows of one kind that come after this place in the story told backwards."""
        if rank < self.rank:
            return Q(**{f"{field}__lte": self.at})
        if rank > self.rank:
            return Q(**{f"{field}__lt": self.at})
        return Q(**{f"{field}__lt": self.at}) | Q(**{field: self.at, "pk__lt": self.pk})


@dataclass(frozen=True)
class Entry(QuickToDraw):
    place: Place
    icon: str
    tone: str
    title: str
    text: str
    event: Event | None = None

    @property
    def at(self) -> datetime:
        return self.place.at

    @property
    def is_bot(self) -> bool:
        return self.event is not None and self.event.is_bot


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


def part_of(person: int, *, is_merged: bool = True, viewer, after: Place | None = None) -> Part:
    """The part of the timeline after a place. `is_merged`: whether other contacts may have been
    merged into the person's.

    Of the handoffs it tells those that the viewer may see.
    """
    seen = {"person": person, **after_it(after)}
    kind = (is_merged, after and after.rank)
    rows = [
        *told(latest_events(*kind, **seen), EVENTS, "occurred_at", of_event),
        *told(latest_score_changes(*kind, **seen), SCORES, "at", of_score_change),
        *(of_sales(*row) for row in latest_of_sales(*kind, viewer.role, **seen, **whose(viewer))),
    ]
    rows.sort(key=lambda entry: entry.place, reverse=True)
    shown = rows[:ENTRIES]
    return Part(shown, shown[-1].place if len(rows) > ENTRIES else None)


def told(rows: list, rank: int, field: str, entry_of) -> list[Entry]:
    return [entry_of(row, Place(getattr(row, field), rank, row.pk)) for row in rows]


def after_it(after: Place | None) -> dict:
    """The place as values of a prepared query; its rank says what kind of query that is."""
    return {"at": after and after.at, "pk": after and after.pk}


def later_than(rank: int | None, at: datetime | None, pk: int | None) -> Place | None:
    return None if rank is None else Place(at, rank, pk)


def members(is_merged: bool, person: int) -> list[int] | QuerySet:
    """The person's contact, and those merged into it: as `family_of`, which makes one text of the
    ids and so can't be prepared.
    """
    family = Contact.objects.filter(Q(pk=person) | Q(root=person))
    return family.order_by().values("pk") if is_merged else [person]


def latest(rows: QuerySet, rank: int, field: str, after: Place | None) -> QuerySet:
    if after is not None:
        rows = rows.filter(after.earlier(rank, field))
    return rows.order_by(f"-{field}", "-pk")[: ENTRIES + 1]


@Prepared
def latest_events(is_merged, rank, *, person, at, pk) -> QuerySet[Event]:
    events = Event.objects.filter(contact__in=members(is_merged, person)).only(*SHOWN_OF_EVENTS)
    return latest(events, EVENTS, "occurred_at", later_than(rank, at, pk))


@Prepared
def latest_score_changes(is_merged, rank, *, person, at, pk) -> QuerySet[ScoreChange]:
    changes = ScoreChange.objects.filter(contact__in=members(is_merged, person))
    of_versions = changes.select_related("definition").only(*SHOWN_OF_CHANGES)
    return latest(of_versions, SCORES, "at", later_than(rank, at, pk))


@Prepared
def latest_of_sales(is_merged, rank, role, *, person, at, pk, me, my_team) -> QuerySet:
    """What sales did: few, so that one query reads it all."""
    after = later_than(rank, at, pk)
    seen = visible_to(viewer_as(role, me=me, my_team=my_team), "lead__")
    nothing = Value("")
    way = Concat("from_stage", Value(" "), "to_stage", Value(" "), "action")
    kinds = (
        (Transition, LEADS, way, F("note"), F("reason__name"), F("lead__why")),
        (Attempt, ATTEMPTS, F("kind"), F("note"), nothing, nothing),
        (Note, NOTES, nothing, F("text"), nothing, nothing),
        (PassedUp, PASSES, nothing, F("why"), nothing, nothing),
    )
    first, *others = [
        model.objects.filter(
            seen,
            after.earlier(rank, "at") if after else Q(),
            lead__contact__in=members(is_merged, person),
        )
        .order_by()
        .annotate(
            rank=Value(rank, output_field=IntegerField()),
            who=Coalesce(NullIf("by__name", nothing), "by__email", output_field=CharField()),
            of_kind=of_kind,
            said=said,
            for_what=for_what,
            lead_why=lead_why,
        )
        .values_list("at", "rank", "pk", "who", "of_kind", "said", "for_what", "lead_why")
        for model, rank, of_kind, said, for_what, lead_why in kinds
    ]
    rows = first.union(*others, all=True).order_by("-at", "-rank", "-pk")
    return rows[: ENTRIES + 1]


ICONS_OF_ATTEMPTS = {"call": "phone", "email": "mail", "meeting": "calendar"}
ATTEMPTED = {"call": "called", "email": "sent an e-mail", "meeting": "met"}


def of_sales(at, rank: int, pk: int, who, way, said: str, *of_the_lead) -> Entry:
    place = Place(at, rank, pk)
    if rank == LEADS:
        return of_transition(place, who, way, said, *of_the_lead)
    return of_work(place, who, way, said)


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
        title, icon = f"Score {after:,}", "gauge"
        text = f"The first under version {change.definition.version}"
    else:
        before = change.behaviour_from + change.fit_from
        title = f"Score {before:,} → {after:,}"
        icon = "trending-up" if after >= before else "trending-down"
        title = f"{title}: {change.why}"
        text = f"Version {change.definition.version}"
    if change.qualified_to and not change.qualified_from:
        text = f"Qualified · {text}"
    elif change.qualified_from and not change.qualified_to:
        text = f"No longer qualified · {text}"
    return Entry(place, icon, "score", title, text)


def of_transition(
    place: Place, who: str | None, way: str, note: str, for_what: str | None, why: str
) -> Entry:
    from_stage, to_stage, action = way.split(" ")
    if not from_stage and to_stage == Stage.QUEUED:
        return Entry(place, "handshake", "lead", "Handed over to sales", why)
    transition = Transition(
        from_stage=from_stage,
        to_stage=to_stage,
        action=action,
        by=User(name=who) if who else None,
        reason=RejectionReason(name=for_what) if for_what else None,
        note=note,
    )
    return Entry(place, "handshake", "lead", transition.sentence, note if for_what else "")
