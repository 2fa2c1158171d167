"""What is known of the open lead beyond its row: each part is one query, when it is first read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import OuterRef, Q, QuerySet, Subquery

from handoff.leads.listed import cooled_total
from handoff.leads.timeline import Part, part_of
from handoff.models import OPEN_STAGES, Lead, Stage, Transition
from leadhub.prepared import Prepared
from leadhub.quick_to_draw import QuickToDraw
from leadhub.records.models import Company, Contact
from leadhub.users.models import User
from scoring.models import ContactScore, Definition, Tally

ACTIVE_LATELY = timedelta(days=30)
COLLEAGUES, OTHERS = 5, 20
NAMES = ("first_name", "last_name", "email")
SHOWN_OF_OTHERS = (
    "stage", "version", "stage_since", "team_id", "owner__name", "owner__email", "reason__name",
    "contact__company_id", *(f"contact__{name}" for name in NAMES),
    *(f"contact__root__{name}" for name in NAMES),
)  # fmt: skip


@dataclass(frozen=True)
class Story(QuickToDraw):
    """`lead` is as `shown.seen_lead` gives it."""

    lead: Lead
    viewer: User
    at: datetime

    @property
    def person(self) -> Contact:
        return self.lead.person

    @property
    def cooled_to(self) -> int | None:
        return cooled_total(self.lead.stage, self.lead.total, self.lead.total_now)

    @cached_property
    def timeline(self) -> Part:
        """What happened with the person, the latest first."""
        return part_of(self.person.pk, is_merged=self.lead.is_merged, viewer=self.viewer)

    @property
    def more(self) -> str:
        """The address of the timeline's next part."""
        return self.timeline.more_of(self.person)

    @cached_property
    def colleagues(self) -> list[ContactScore]:
        """Who else of the company was active lately, the highest score first, with `last_at`."""
        company = self.person.company_id
        since = self.at - ACTIVE_LATELY
        return (
            active_colleagues(person=self.person.pk, company=company, since=since)
            if company
            else []
        )

    @cached_property
    def other_leads(self) -> list[Lead]:
        """The person's and the company's other leads, the latest first; of those sales refused,
        with who did (`refused_by`) and when (`refused_at`).
        """
        person, company = self.person.pk, self.person.company_id
        return other_leads(self.lead.is_merged, lead=self.lead.pk, person=person, company=company)

    @property
    def open_leads(self) -> list[Lead]:
        """Who of us is in contact with the company already."""
        return [lead for lead in self.other_leads if lead.stage in OPEN_STAGES]

    @property
    def refused(self) -> list[Lead]:
        """What sales said no to before, of this person or company, the latest first."""
        return [lead for lead in self.other_leads if lead.refused_at and not lead.is_open]

    @property
    def group(self) -> list[Lead]:
        """The colleagues who wait in the same queue: one verdict can cover them."""
        if self.lead.stage != Stage.QUEUED:
            return []
        return [
            lead
            for lead in self.open_leads
            if lead.stage == Stage.QUEUED and lead.team_id == self.lead.team_id
        ]

    @property
    def warnings(self) -> list[str]:
        """What a rep should know before the first call."""
        return list(warnings_of(self))


@Prepared
def active_colleagues(*, person: int, company: int, since: datetime) -> QuerySet[ContactScore]:
    latest = Tally.objects.filter(contact=OuterRef("contact_id")).order_by("-last_at")
    colleagues = ContactScore.objects.filter(
        contact__company=company,
        contact__root=None,
        definition__status=Definition.Status.LIVE,
    ).exclude(contact=person)
    return (
        colleagues.annotate(last_at=Subquery(latest.values("last_at")[:1]))
        .filter(last_at__gte=since)
        .select_related("contact")
        .only("total", "grade", "band", *(f"contact__{name}" for name in NAMES))
        .order_by("-total", "contact_id")[:COLLEAGUES]
    )


@Prepared
def other_leads(is_merged: bool, *, lead: int, person: int, company: int | None) -> QuerySet[Lead]:
    """Who is concerned is so few that they are found first, rather than looked for among all
    leads.
    """
    concerned = Q(pk=person) | Q(company=company) if company else Q(pk=person)
    if is_merged:
        concerned |= Q(root=person)
    rejections = Transition.objects.filter(
        lead=OuterRef("pk"), reason__isnull=False, undone_at=None
    ).order_by("-version")
    return (
        Lead.objects.filter(contact__in=Contact.objects.filter(concerned).order_by().values("pk"))
        .exclude(pk=lead)
        .select_related("contact__root", "owner", "reason")
        .only(*SHOWN_OF_OTHERS)
        .annotate(
            refused_by=Subquery(rejections.values("by__name")[:1]),
            refused_at=Subquery(rejections.values("at")[:1]),
        )
        .order_by("-stage_since", "-pk")[:OTHERS]
    )


def warnings_of(story: Story):
    """Who refused before, is a customer, or is with another rep; a sentence each."""
    person, company = story.person, story.person.company
    if company is not None and company.status in WARNED_OF:
        yield f"{company} is {WARNED_OF[Company.Status(company.status)]}."
    others = [lead for lead in story.open_leads if lead.owner and lead.owner != story.viewer]
    if others:
        lead = others[0]
        yield f"{lead.owner} works with {company or lead.person} already."
    refused = next((lead for lead in story.refused if lead.person_id == person.pk), None)
    if refused is not None:
        yield f"{person} was refused before: {refused.reason}."
    elif story.refused:
        latest = story.refused[0]
        yield f"{latest.person} of {company} was refused before: {latest.reason}."


WARNED_OF = {
    Company.Status.CUSTOMER: "a customer",
    Company.Status.OPPORTUNITY: "in an open opportunity",
    Company.Status.PARTNER: "a partner",
    Company.Status.COMPETITOR: "a competitor",
}
