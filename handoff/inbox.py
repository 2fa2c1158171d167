"""What a person sees in the inbox: which leads, in which order, and the story of the open one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from handoff.models import OPEN_STAGES, Lead, Stage, Transition
from handoff.timeline import Part, part_of
from handoff.visibility import visible_to
from leadhub.records.family import family_of
from leadhub.records.models import Contact
from leadhub.users.models import User
from scoring.models import ContactScore, Definition, Tally

VIEWS = {"queue": "Queue", "mine": "Mine", "all": "All"}
ACTIVE_LATELY = timedelta(days=30)


def leads_visible_to(user) -> QuerySet[Lead]:
    """The leads of the person's teams and of the common queue; for a manager those of all."""
    return Lead.objects.filter(visible_to(user)).select_related(
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
    return Lead.objects.filter(stage__in=OPEN_STAGES).aggregate(
        queue=Count("pk", filter=Q(stage=Stage.QUEUED) & visible_to(user)),
        mine=Count("pk", filter=Q(owner=user)),
    )


@dataclass(frozen=True)
class Story:
    """What is known of a lead beyond its row; each part is one query, when it is first read."""

    lead: Lead
    viewer: User
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
    def timeline(self) -> Part:
        """What happened with the person, the latest first."""
        return part_of(self.family, viewer=self.viewer)

    @property
    def more(self) -> str:
        """The address of the timeline's next part."""
        return self.timeline.more_of(self.person)

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
