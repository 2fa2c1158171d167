"""A person's e-mail was wrong: under which one they are known from now on.

No fact is moved, and the wrong address stays theirs, since whoever gave it will give it again: the
contact of the right address, and they, are one person (see `merging.py`), which can be undone.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from leadhub.records import companies, freshness, merging
from leadhub.records.history import Claim, Subject, remember
from leadhub.records.models import Contact, Merge, MergeSuggestion, Source


class EmailTaken(ValueError):
    """`other` has this address already: a person has to say whether they are one."""

    def __init__(self, other: Contact):
        self.other = other
        super().__init__(f"{other} has this address already.")


class OnceTheirs(ValueError):
    """The person had this address before it was corrected, or by a merge."""

    def __init__(self):
        super().__init__("They have this address too: undo the merge if it was the right one.")


def correct_email(
    *, contact: Contact, email: str, source: Source, by, at: datetime
) -> Merge | None:
    """`email` is as `traits.clean_email` gives it; `contact` is whom it is about (a root). Gives
    the merge; None where the contact had no address. Raises EmailTaken, OnceTheirs.
    """
    try:
        with transaction.atomic():
            return _known_by(contact, email, source=source, by=by, at=at)
    except IntegrityError:
        other = Contact.objects.filter(email__iexact=email).first()
        if other is None:
            raise
        if other.root_id == contact.pk:
            raise OnceTheirs from None
        raise EmailTaken(other) from None


def _known_by(contact: Contact, email: str, *, source: Source, by, at: datetime) -> Merge | None:
    person = contact if contact.email is None else Contact(created_at=at)
    wrong, person.email = contact.email, email
    companies.assign([person], at=at)
    person.save()
    remember([Claim(Subject("contact", person.pk), "email", email, at, source)])
    if person is contact:
        freshness.touch([person.pk])
        return None
    why = f"The e-mail {wrong} was wrong"
    return merging.merge(loser=contact, survivor=person, by=by, at=at, why=why)


def suggest_one(contact: Contact, other: Contact, *, why: str) -> None:
    """Asks whoever merges people whether the two are one; what was answered before is asked
    again.
    """
    first, second = sorted((contact.pk, other.pk))
    MergeSuggestion.objects.update_or_create(
        contact_id=first,
        other_id=second,
        defaults={"why": why[:200], "dismissed_at": None, "dismissed_by": None},
    )
