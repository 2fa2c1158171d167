"""Whom and what the photographed pages are about: rows of whatever installation it is."""

from django.db.models import Count, Model, QuerySet

from handoff.models import Lead, Stage
from leadhub.records.models import Company, Contact, Merge
from leadhub.users.models import Team
from scoring.models import Definition


class Missing(Exception):
    """This installation has nothing that the page could be about; the text says what."""


def first_of(rows: QuerySet, what: str):
    row = rows.first()
    if row is None:
        raise Missing(f"there is no {what}")
    return row


def waiting() -> QuerySet[Lead]:
    return Lead.objects.filter(stage=Stage.QUEUED, snoozed_until=None).order_by("-total", "pk")


def best_lead() -> Lead:
    """The one with the most to tell: nobody else's score is higher."""
    return first_of(waiting().filter(hand_raised_at=None), "lead that waits")


def hand_raise() -> Lead:
    return first_of(waiting().exclude(hand_raised_at=None), "hand-raise that waits")


def returning_lead() -> Lead:
    return first_of(waiting().exclude(previous=None), "lead that came again")


def accepted_lead() -> Lead:
    return first_of(Lead.objects.filter(stage=Stage.ACCEPTED).order_by("-total"), "accepted lead")


def sql() -> Lead:
    return first_of(Lead.objects.filter(stage=Stage.SQL).order_by("-total"), "SQL")


def rejected_lead() -> Lead:
    stages = (Stage.RECYCLED, Stage.DISQUALIFIED)
    return first_of(Lead.objects.filter(stage__in=stages, next=None), "rejected lead")


def person() -> Contact:
    return best_lead().person


def merged_person() -> Contact:
    return first_of(Merge.objects.filter(undone_at=None), "merged contact").survivor


def somebody_else() -> Contact:
    found = Contact.objects.filter(root=None).exclude(email="").exclude(pk=person().pk)
    return first_of(found.exclude(email=None).order_by("pk"), "second contact")


def unscored_person() -> Contact:
    return first_of(Contact.objects.filter(scores=None, root=None), "contact without a score")


def company() -> Company:
    """Of those with most people, the one whose lead waits."""
    leads = Company.objects.filter(contacts__leads__stage=Stage.QUEUED)
    return first_of(leads.annotate(people=Count("contacts")).order_by("-people"), "company")


def draft() -> Definition:
    return first_of(
        Definition.objects.filter(status=Definition.Status.DRAFT).order_by("version"), "draft"
    )


def live() -> Definition:
    return first_of(Definition.objects.filter(status=Definition.Status.LIVE), "live version")


def a_team() -> Team:
    return first_of(Team.objects.all(), "team")


def newest(model: type[Model]) -> Model:
    return first_of(model.objects.order_by("-pk"), model._meta.verbose_name)
