"""What became of the people handed over: the only writer of outcomes and opportunities."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from leadhub.records.facts import describe_company, people_here
from leadhub.records.models import (
    AttributeChange,
    Company,
    Contact,
    Opportunity,
    Outcome,
    Source,
)

JUST_AFTER = timedelta(microseconds=1)
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
    keep_to_oneself(contact.company_id)
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
    keep_to_oneself(opportunity.company_id)
    _close(opportunity, Opportunity.Stage.WON, at)
    everything = set(Company.Status.values)
    _set_status(opportunity.company_id, everything, Company.Status.CUSTOMER, at)


@transaction.atomic
def lose_opportunity(*, opportunity: Opportunity, at: datetime) -> None:
    """Closes the deal; without another open one its company is a prospect again."""
    keep_to_oneself(opportunity.company_id)
    _close(opportunity, Opportunity.Stage.LOST, at)
    if not _has_deals(opportunity.company_id, Opportunity.Stage.OPEN):
        _set_status(
            opportunity.company_id, {Company.Status.OPPORTUNITY}, Company.Status.PROSPECT, at
        )


@transaction.atomic
def take_back_opening(*, opportunity: Opportunity, status_before: str, at: datetime) -> None:
    """The deal was never there, and its company is again what it was."""
    company = opportunity.company_id
    keep_to_oneself(company)
    opportunity.delete()
    if not _has_deals(company, Opportunity.Stage.OPEN):
        _restore_status(company, Company.Status.OPPORTUNITY, status_before, at)


@transaction.atomic
def take_back_closing(*, opportunity: Opportunity, status_before: str, at: datetime) -> None:
    """The deal is open again, and its company is again what it was."""
    company, won = opportunity.company_id, opportunity.stage == Opportunity.Stage.WON
    keep_to_oneself(company)
    closed = Opportunity.objects.filter(pk=opportunity.pk).exclude(stage=Opportunity.Stage.OPEN)
    closed.update(stage=Opportunity.Stage.OPEN, closed_at=None)
    if not (won and _has_deals(company, Opportunity.Stage.WON)):
        left_as = Company.Status.CUSTOMER if won else Company.Status.PROSPECT
        _restore_status(company, left_as, status_before, at)


def keep_to_oneself(company_id: int | None) -> None:
    """Until the end of the transaction nobody else opens or closes a deal of the company: what it
    is follows from all of them.
    """
    rows = Company.objects.filter(pk=company_id).select_for_update(no_key=True)
    rows.values_list("pk", flat=True).first()


def _has_deals(company_id: int | None, stage: Opportunity.Stage) -> bool:
    deals = Opportunity.objects.filter(~Q(company=None), company=company_id, stage=stage)
    return deals.exists()


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
        source = people_here()
        at = _after_what_was_said(company, source, at)
        describe_company(company=company, values={"status": status}, source=source, at=at)


def _after_what_was_said(company: Company, source: Source, at: datetime) -> datetime:
    """Whoever waited for the company decided earlier, by the clock, than the one before them; yet
    what they say of it holds from now on.
    """
    said = AttributeChange.objects.filter(company=company, field="status", source=source)
    latest = said.aggregate(at=Max(Coalesce("confirmed_at", "at")))["at"]
    return max(at, latest + JUST_AFTER) if latest else at
