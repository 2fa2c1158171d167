"""The lists, and what their rows show. Each page costs the same few queries however long it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, QuerySet, When

from handoff.entry import doubt
from handoff.leads.as_seen import key_of
from handoff.leads.undo import SETTLES_AFTER
from handoff.models import Held, Lead, PublicHandRaise, SetAside, Stage, Transition
from handoff.reports.marketing import waiting_for_data
from handoff.worklists.filters import LeadsFilter, PeopleFilter, RejectedFilter
from leadhub.pagination import Page, page_of
from leadhub.records.models import Contact
from scoring import reports as scores
from scoring.models import ContactScore, Definition
from scoring.versions import live_definition

REJECTED = (Stage.RECYCLED, Stage.DISQUALIFIED, Stage.LOST)


@dataclass(frozen=True)
class Worklist:
    """`rows(at=)` gives what it lists, `does` names what can be done to several at once,
    `columns` how many there are, and `parts` how the templates begin that draw them.
    """

    name: str
    title: str
    explanation: str
    rows: Callable[..., QuerySet]
    filter: type[PeopleFilter]
    does: str
    parts: str
    columns: int
    nobody: str
    next_step: str

    @property
    def head(self) -> str:
        return f"worklists/parts/{self.parts}_head.html"

    @property
    def cells(self) -> str:
        return f"worklists/parts/{self.parts}_cells.html"

    @property
    def buttons(self) -> str:
        return f"worklists/parts/{self.parts}_buttons.html"


@dataclass(frozen=True)
class Row:
    """What is listed (`of`), its contact, its live score, what is unknown of the contact, and
    what sales said last.
    """

    of: Lead | ContactScore | Held | SetAside | PublicHandRaise
    contact: Contact
    score: ContactScore | None
    unknown: tuple[str, ...]
    verdict: Transition | None

    @property
    def key(self) -> str:
        """Names the row as it was seen, in a form."""
        return key_of(self.of.pk, self.of.version) if isinstance(self.of, Lead) else str(self.of.pk)


def leads(stages: tuple[str, ...], *, at: datetime) -> QuerySet[Lead]:
    """Those of their contact's last leads that came to one of the stages for good: what can still
    be undone is not here yet.
    """
    return (
        Lead.objects.filter(stage__in=stages, next=None, stage_since__lte=at - SETTLES_AFTER)
        .select_related("contact__company", "contact__root__company", "reason", "owner", "team")
        .order_by("-stage_since", "-pk")
    )


def sent_back(*, at: datetime) -> QuerySet[Lead]:
    return leads((Stage.WAITING,), at=at)


def rejected(*, at: datetime) -> QuerySet[Lead]:
    return leads(REJECTED, at=at)


def waiting(*, at: datetime) -> QuerySet[ContactScore]:
    found = waiting_for_data(live_definition())
    return found.select_related("contact__company").order_by("-behaviour", "contact_id")


def held(*, at: datetime) -> QuerySet[Held]:
    found = Held.objects.filter(released_at=None).select_related("contact__company", "definition")
    return found.order_by("-since", "pk")


def set_aside(*, at: datetime) -> QuerySet[SetAside]:
    return SetAside.objects.select_related("contact__company").order_by("-at", "pk")


def hand_raises(*, at: datetime) -> QuerySet[PublicHandRaise]:
    waiting_first = Case(When(state=PublicHandRaise.State.WAITING, then=0), default=1)
    found = doubt.stopped().select_related("contact__company", "source", "decided_by")
    return found.order_by(waiting_first, "-received_at", "pk")


WORKLISTS = {
    worklist.name: worklist
    for worklist in (
        Worklist(
            "sent-back", "Sent back for data",
            "Leads that sales could not work with. Their clock stands still until they are back.",
            sent_back, LeadsFilter, "Back to the queue", "sent_back", 8,
            "Nothing waits for better data",
            "When sales rejects a lead for its data, it comes here.",
        ),
        Worklist(
            "waiting", "Waiting for data",
            "They would be handed over if what is unknown turned out well: find it out.",
            waiting, PeopleFilter, "", "waiting", 7,
            "Nobody waits for data",
            "Whoever lacks only an attribute, or a way to be reached, comes here before handoff.",
        ),
        Worklist(
            "rejected", "Rejected and lost",
            "What sales said no to, the latest first: answer, correct, and say who may come again.",
            rejected, RejectedFilter, "Release", "rejected", 8,
            "Sales has rejected nothing",
            "Each rejection comes here with its reason, for you to answer.",
        ),
        Worklist(
            "held", "Held",
            "Qualified already when a version went live: they come with their next medium or "
            "high signal, or when you release them.",
            held, PeopleFilter, "Release", "held", 7,
            "Nobody is held",
            "Publish a version “from now on”, and whoever is qualified already is held here.",
        ),
        Worklist(
            "set-aside", "Set aside",
            "Their receipt could not be reckoned, so they were left out. They are tried again "
            "when their facts or the version change.",
            set_aside, PeopleFilter, "Try again", "set_aside", 6,
            "Nobody is set aside",
            "A contact that cannot be handed over for a fault comes here, with what went wrong.",
        ),
        Worklist(
            "hand-raises", "Doubtful hand-raises",
            "Too many people whom nobody knew asked for sales at once, by a key that anyone can "
            "read. Release who is real; dismiss what is spam.",
            hand_raises, PeopleFilter, "Release", "hand_raises", 8,
            "No hand-raise is in doubt",
            "When a website's key brings an unusual number of unknown people, they wait here.",
        ),
    )
}  # fmt: skip


def page_of_list(worklist: Worklist, parameters, *, at: datetime) -> tuple[PeopleFilter, Page]:
    """The filters as the address has them, and the page of rows that it asks for."""
    chosen = worklist.filter(parameters, queryset=worklist.rows(at=at))
    found = chosen.qs if chosen.is_valid() else chosen.queryset.none()
    page = page_of(found, parameters.get("page"))
    return chosen, Page(rows=rows_of(list(page)), number=page.number, has_more=page.has_more)


def rows_of(listed: list) -> list[Row]:
    definition = live_definition()
    people = [one.person if isinstance(one, Lead) else one.contact for one in listed]
    score_of = scores_of(people, definition)
    fields = [scores.REACHABLE, *scores.fit_fields(definition)] if definition else []
    said = verdicts_on([one.pk for one in listed if isinstance(one, Lead)])
    return [
        Row(
            of=one,
            contact=person,
            score=score_of.get(person.pk),
            unknown=tuple(scores.unknown_of(person, fields)),
            verdict=said.get(one.pk) if isinstance(one, Lead) else None,
        )
        for one, person in zip(listed, people, strict=True)
    ]


def scores_of(people: list[Contact], definition: Definition | None) -> dict[int, ContactScore]:
    found = ContactScore.objects.filter(definition=definition, contact__in=people)
    return {score.contact_id: score for score in found.select_related("definition")}


def verdicts_on(lead_ids: list[int]) -> dict[int, Transition]:
    """What sales said last about each lead: the latest transition that names a reason."""
    said = Transition.objects.filter(
        lead__in=lead_ids, reason__isnull=False, undone_at=None, undoes=None
    )
    return {
        verdict.lead_id: verdict
        for verdict in said.select_related("by", "reason").order_by("at", "pk")
    }
