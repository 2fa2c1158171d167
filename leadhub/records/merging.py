"""Making two contacts one person, seeing beforehand what that does, and undoing it.

Merging moves no fact. The loser points to the survivor (`Contact.root`), and what is known of both
shows on the survivor; which merges stand says who points where, so that undoing one of a chain
leaves the others as they are. User ids, devices and events stay with the contact that they came by
and go with it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

from leadhub.records import attributes, freshness
from leadhub.records.deadlocks import begun_anew
from leadhub.records.family import family_of
from leadhub.records.models import Contact, Merge, MergeSuggestion


class AlreadyOne(ValueError):
    """They are one person already."""


class NotMerged(ValueError):
    """This merge does not stand any more."""


class Join(NamedTuple):
    """That a message showed two contacts to be one person."""

    loser: Contact
    survivor: Contact
    cause: str
    at: datetime


@begun_anew
@transaction.atomic
def merge(
    *,
    loser: Contact,
    survivor: Contact,
    by,
    at: datetime,
    why: str = "",
    cause: Merge.Cause = Merge.Cause.HAND,
) -> Merge:
    """Says that both, with whoever was merged into them, are one person.

    `by` is the user who decided so; None: LeadHub itself. Raises AlreadyOne where they are.

    Intake locks contacts as their messages come, not in the order of their ids: so they may cross.
    """
    locked = lock([loser.pk, survivor.pk])
    loser, survivor = locked[loser.pk], locked[survivor.pk]
    survivor = survivor.root or survivor
    if loser.root_id or loser.pk == survivor.pk:
        raise AlreadyOne("They are one person already.")
    made = Merge.objects.create(
        loser=loser, survivor=survivor, by=by, at=at, why=why[:200], cause=cause
    )
    point([loser], survivor)
    attributes.restate_contacts([loser.pk, survivor.pk])
    answer_suggestions(loser, survivor, by=by, at=at)
    # What both gave may count once now.
    freshness.touch((), recount=[loser.pk, survivor.pk])
    return made


def join(joins: Iterable[Join]) -> None:
    """The same for what messages said, in the transaction that turns them into facts: whoever
    calls restates the contacts and touches them to be recounted.
    """
    joins = list(joins)
    locked = lock({pk for one in joins for pk in (one.loser.pk, one.survivor.pk)})
    for one in joins:
        loser, survivor = locked[one.loser.pk], locked[one.survivor.pk]
        survivor = survivor.root or survivor
        if loser.root_id or loser.pk == survivor.pk:
            continue
        Merge.objects.create(loser=loser, survivor=survivor, cause=one.cause, at=one.at)
        for contact in locked.values():
            if contact.pk == loser.pk or contact.root_id == loser.pk:
                contact.root = survivor
        point([loser], survivor)


def lock(ids: Iterable[int]) -> dict[int, Contact]:
    """The contacts, and whoever is one person with one of them; nobody else can merge any of these
    before the transaction ends.

    All are locked in the order of their ids, so that merges which cross wait one for the other,
    and never each for the other: who turns out to belong to them only while the lock was waited
    for may have a lower id, and so the locks are given back, and taken anew with theirs.
    """
    wanted, missing, locked = set(), one_with(set(ids)), {}
    while missing:
        wanted |= missing
        with transaction.atomic():
            locked = lock_rows(wanted)
            missing = one_with(wanted) - wanted
            transaction.set_rollback(bool(missing))
    for contact in locked.values():
        contact.root = locked.get(contact.root_id)
    return locked


def one_with(ids: set[int]) -> set[int]:
    """These contacts and whoever is one person with one of them."""
    roots = Contact.objects.filter(pk__in=ids, root__isnull=False).values_list("root", flat=True)
    return ids | set(family_of(ids | set(roots)).values_list("pk", flat=True))


def lock_rows(ids: Iterable[int]) -> dict[int, Contact]:
    """Whoever writes rows about these contacts (a lead, an outcome) goes on meanwhile."""
    rows = Contact.objects.filter(pk__in=list(ids)).order_by("pk")
    return {contact.pk: contact for contact in rows.select_for_update(no_key=True)}


def point(losers: Iterable[Contact], survivor: Contact | None) -> None:
    ids = [loser.pk for loser in losers]
    Contact.objects.filter(Q(pk__in=ids) | Q(root__in=ids)).exclude(
        pk=survivor and survivor.pk
    ).update(root=survivor)


@contextmanager
def preview(*, loser: Contact, survivor: Contact, at: datetime) -> Iterator[Contact]:
    """Within it they are one person, and the survivor is given as it then is; afterwards nothing
    has happened. So what is shown beforehand is what merging does. Raises AlreadyOne.
    """
    with transaction.atomic():
        merge(loser=loser, survivor=survivor, by=None, at=at)
        yield Contact.objects.select_related("company").get(pk=survivor.pk)
        transaction.set_rollback(True)


@begun_anew
@transaction.atomic
def undo(*, merge: Merge, by, at: datetime) -> None:
    """Says that they are two after all. Raises NotMerged where that was said before."""
    undone = Merge.objects.filter(pk=merge.pk, undone_at=None).update(undone_by=by, undone_at=at)
    if not undone:
        raise NotMerged("This was undone already.")
    family = lock([merge.survivor_id])
    survivor = family[merge.survivor_id]
    top = survivor.root or survivor
    standing = dict(
        Merge.objects.filter(undone_at=None, loser__in=family).values_list("loser", "survivor")
    )
    apart = [pk for pk in family if end_of(standing, pk) != top.pk]
    for pk in apart:
        root = end_of(standing, pk)
        Contact.objects.filter(pk=pk).update(root=None if root == pk else root)
    attributes.part(Contact.objects.get(pk=top.pk), apart, at=at)
    attributes.restate_contacts(family)
    freshness.touch((), recount=family)


def end_of(standing: dict[int, int], contact: int) -> int:
    while contact in standing:
        contact = standing[contact]
    return contact


def undone_between(contacts: Iterable[int]) -> set[frozenset[int]]:
    """Pairs of whom a person said that they are two: no message makes them one again."""
    contacts = list(contacts)
    if not contacts:
        return set()
    undone = Merge.objects.filter(undone_at__isnull=False, loser__in=contacts)
    return {frozenset(pair) for pair in undone.values_list("loser", "survivor")}


def merges_of(family: Iterable[int]) -> QuerySet[Merge]:
    """The merges that stand among these contacts, the latest first."""
    standing = Merge.objects.filter(undone_at=None, loser__in=list(family))
    return standing.select_related("loser", "survivor", "by")


def open_suggestions() -> QuerySet[MergeSuggestion]:
    """What waits for an answer, the latest first."""
    waiting = MergeSuggestion.objects.filter(dismissed_at=None)
    return waiting.select_related("contact__company", "other__company").order_by(
        "-created_at", "id"
    )


def dismiss(*, suggestion: MergeSuggestion, by, at: datetime) -> bool:
    """Says that they are two people; whether nobody had answered before."""
    waiting = MergeSuggestion.objects.filter(pk=suggestion.pk, dismissed_at=None)
    return bool(waiting.update(dismissed_at=at, dismissed_by=by))


def answer_suggestions(contact: Contact, other: Contact, *, by, at: datetime) -> None:
    """Whoever suggested that they are one need not be answered any more."""
    first, second = sorted((contact.pk, other.pk))
    MergeSuggestion.objects.filter(contact=first, other=second, dismissed_at=None).update(
        dismissed_at=at, dismissed_by=by
    )
