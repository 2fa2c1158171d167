"""What a person sees in the inbox: which leads, in which order, and the story of the open one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from handoff.entry import family_of
from handoff.models import OPEN_STAGES, Lead, Stage, Transition
from leadhub.records.models import Contact, Event
from leadhub.users.access import visible_teams
from scoring.models import ContactScore, Definition, ScoreChange, Tally

VIEWS = {"queue": "Queue", "mine": "Mine", "all": "All"}
ACTIVE_LATELY = timedelta(days=30)


def leads_visible_to(user) -> QuerySet[Lead]:
    """The leads of the person's teams and of the common queue; for a manager those of all."""
    return Lead.objects.filter(
        Q(team=None) | Q(team__in=visible_teams(user)) | Q(owner=user)
    ).select_related(
        "contact__company", "contact__root__company", "owner", "team", "reason", "definition"
    )


def find_lead(user, lead_id: int) -> Lead:
    """The lead; 404 where the person may not see it."""
    return get_object_or_404(leads_visible_to(user), pk=lead_id)


def leads_in_view(user, view: str) -> QuerySet[Lead]:
    """The leads of one of `VIEWS`, the best first."""
    condition = {
        "queue": Q(stage=Stage.QUEUED),
        "mine": Q(owner=user, stage__in=OPEN_STAGES),
        "all": Q(),
    }[view]
    return leads_visible_to(user).filter(condition).order_by(*BEST_FIRST)


BEST_FIRST = (F("hand_raised_at").desc(nulls_last=True), "-total", "pk")


def numbers_of_leads(user) -> dict[str, int]:
    """How many leads are in the views that empty when the work is done."""
    teams = visible_teams(user)
    return Lead.objects.filter(stage__in=OPEN_STAGES).aggregate(
        queue=Count(
            "pk",
            filter=Q(stage=Stage.QUEUED) & (Q(team=None) | Q(team__in=teams) | Q(owner=user)),
        ),
        mine=Count("pk", filter=Q(owner=user)),
    )


@dataclass(frozen=True)
class Story:
    """What is known of a lead beyond its row; each part is one query, when it is first read."""

    lead: Lead
    at: datetime

    @property
    def person(self) -> Contact:
        return self.lead.person

    @cached_property
    def family(self) -> list[int]:
        """The person's contact and those merged into it."""
        return list(family_of([self.person.pk]).values_list("pk", flat=True))

    @cached_property
    def score(self) -> ContactScore | None:
        """The current score, under the live version."""
        return ContactScore.objects.filter(
            contact=self.person, definition__status=Definition.Status.LIVE
        ).first()

    @property
    def cooled_to(self) -> int | None:
        """The total now, where a lead in the queue has lost points since its handoff."""
        fell = self.score is not None and self.score.total < self.lead.total
        return self.score.total if fell and self.lead.stage == Stage.QUEUED else None

    @cached_property
    def timeline(self) -> list[dict]:
        """Events, scores and handoffs of the person, the latest first, as components draw them."""
        entries = [*self._events(), *self._scores(), *self._transitions()]
        return sorted(entries, key=lambda entry: entry["at"], reverse=True)[:40]

    def _events(self):
        events = Event.objects.filter(contact__in=self.family).order_by("-occurred_at")
        for event in events[:40]:
            named = event.properties.get("path") or event.properties.get("title") or ""
            title = event.name or event.get_kind_display()
            text = "" if str(named) == title else str(named)[:200]
            icon = "eye" if event.kind == Event.Kind.PAGE else "mouse-pointer-click"
            yield {"icon": icon, "title": title, "text": text, "at": event.occurred_at}

    def _scores(self):
        changes = ScoreChange.objects.filter(
            contact=self.person, definition__status=Definition.Status.LIVE
        ).order_by("-at", "-pk")
        for change in changes[:20]:
            total = change.behaviour_to + change.fit_to
            before = (change.behaviour_from or 0) + (change.fit_from or 0)
            if total != before:
                icon = "trending-up" if total > before else "trending-down"
                title = f"Score {before} → {total}"
                yield {"icon": icon, "tone": "score", "title": title, "at": change.at}

    def _transitions(self):
        transitions = Transition.objects.filter(lead__contact__in=self.family)
        for transition in transitions.select_related("by", "reason").order_by("-at", "-pk")[:20]:
            text = transition.note if transition.reason else ""
            title = transition.sentence
            yield {
                "icon": "handshake", "tone": "lead", "title": title, "text": text,
                "at": transition.at,
            }  # fmt: skip

    @cached_property
    def colleagues(self) -> list[ContactScore]:
        """Who else of the company was active lately, the highest score first, with `last_at`."""
        latest = Tally.objects.filter(contact=OuterRef("contact_id")).order_by("-last_at")
        return list(
            ContactScore.objects.filter(
                contact__company__isnull=False,
                contact__company=self.person.company_id,
                contact__root=None,
                definition__status=Definition.Status.LIVE,
            )
            .exclude(contact=self.person)
            .annotate(last_at=Subquery(latest.values("last_at")[:1]))
            .filter(last_at__gte=self.at - ACTIVE_LATELY)
            .select_related("contact")
            .order_by("-total", "contact_id")[:5]
        )

    @cached_property
    def other_leads(self) -> list[Lead]:
        """The open leads of colleagues: who of us is in contact with the company already."""
        return list(
            Lead.objects.filter(
                contact__company__isnull=False,
                contact__company=self.person.company_id,
                stage__in=OPEN_STAGES,
            )
            .exclude(pk=self.lead.pk)
            .select_related("contact", "owner")
            .order_by(*BEST_FIRST)[:5]
        )

    @cached_property
    def earlier_verdicts(self) -> list[Transition]:
        """What sales said before about this person or company, the latest first."""
        of_company = Q(
            lead__contact__company__isnull=False,
            lead__contact__company=self.person.company_id,
        )
        return list(
            Transition.objects.filter(Q(lead__contact__in=self.family) | of_company)
            .filter(reason__isnull=False)
            .exclude(lead=self.lead)
            .select_related("by", "reason", "lead__contact")
            .order_by("-at", "-pk")[:5]
        )
