"""What became of the people handed over: the only writer of outcomes and opportunities."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from leadhub.records.facts import describe_company, people_here
from leadhub.records.models import Company, Contact, Opportunity, Outcome

LONGEST_NAME = Opportunity._meta.get_field("name").max_length


def record_outcomes(outcomes: Iterable[Outcome]) -> None:
    """Writes the outcomes; one that its transition wrote before is left as it is."""
    Outcome.objects.bulk_create(outcomes, ignore_conflicts=True)


def forget_outcome(*, transition: int) -> None:
    """Takes back what a transition had recorded: its verdict was undone."""
    Outcome.objects.filter(transition=transition).delete()


@transaction.atomic
def open_opportunity(
    *, contact: Contact, amount: Decimal | None, expected_close: date | None, by, at: datetime
) -> Opportunity:
    """A new deal with the contact's company, which is an open opportunity from now on.

    `amount` is in the organisation's currency.
    """
    opportunity = Opportunity.objects.create(
        company=contact.company,
        name=str(contact.company or contact)[:LONGEST_NAME],
        amount=amount,
        expected_close=expected_close,
        owner=by,
        opened_at=at,
    )
    _set_status(contact.company_id, {Company.Status.PROSPECT}, Company.Status.OPPORTUNITY, at)
    return opportunity


@transaction.atomic
def win_opportunity(*, opportunity: Opportunity, at: datetime) -> None:
    """Closes the deal; its company is a customer. Harmless where it was won before."""
    _close(opportunity, Opportunity.Stage.WON, at)
    everything = set(Company.Status.values)
    _set_status(opportunity.company_id, everything, Company.Status.CUSTOMER, at)


@transaction.atomic
def lose_opportunity(*, opportunity: Opportunity, at: datetime) -> None:
    """Closes the deal; without another open one its company is a prospect again."""
    _close(opportunity, Opportunity.Stage.LOST, at)
    others = Opportunity.objects.filter(~Q(company=None), company=opportunity.company_id)
    if not others.filter(stage=Opportunity.Stage.OPEN).exists():
        _set_status(
            opportunity.company_id, {Company.Status.OPPORTUNITY}, Company.Status.PROSPECT, at
        )


@transaction.atomic
def take_back_opening(*, opportunity: Opportunity, status_before: str, at: datetime) -> None:
    """The deal was never there, and its company is again what it was."""
    company = opportunity.company_id
    opportunity.delete()
    _restore_status(company, Company.Status.OPPORTUNITY, status_before, at)


@transaction.atomic
def take_back_closing(*, opportunity: Opportunity, status_before: str, at: datetime) -> None:
    """The deal is open again, and its company is again what it was."""
    stage = opportunity.stage
    closed = Opportunity.objects.filter(pk=opportunity.pk).exclude(stage=Opportunity.Stage.OPEN)
    closed.update(stage=Opportunity.Stage.OPEN, closed_at=None)
    won = stage == Opportunity.Stage.WON
    left_as = Company.Status.CUSTOMER if won else Company.Status.PROSPECT
    _restore_status(opportunity.company_id, left_as, status_before, at)


def _restore_status(company_id: int | None, left_as: str, before: str, at: datetime) -> None:
    """What somebody else has said of the company since stands."""
    if before and before != left_as:
        _set_status(company_id, {left_as}, Company.Status(before), at)


def _close(opportunity: Opportunity, stage: Opportunity.Stage, at: datetime) -> None:
    still_open = Opportunity.objects.filter(pk=opportunity.pk, stage=Opportunity.Stage.OPEN)
    still_open.update(stage=stage, closed_at=at)


def _set_status(
    company_id: int | None, from_statuses: set[str], status: Company.Status, at: datetime
) -> None:
    company = Company.objects.filter(pk=company_id, status__in=from_statuses).first()
    if company is not None:
        describe_company(company=company, values={"status": status}, source=people_here(), at=at)
