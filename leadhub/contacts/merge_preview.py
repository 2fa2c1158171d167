"""What merging two contacts does, for whoever decides on it: shown before it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q
from django.db.models.functions import Lower

from handoff.models import OPEN_STAGES, Lead
from handoff.upkeep import nearest_first
from leadhub.contacts.person import FIELDS, label_of
from leadhub.ids import id_in
from leadhub.records import merging
from leadhub.records.family import family_of
from leadhub.records.models import Contact, UserId
from scoring.freshening import score_contacts
from scoring.models import Definition
from scoring.receipts import Receipt, receipts_of
from scoring.versions import definition_of

COMPARED = (
    "email", "first_name", "last_name", "company", *FIELDS,
    "consented_at", "opted_out_at", "do_not_contact",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """An attribute as the survivor knows it, as the other does, and as it is of both."""

    label: str
    survivors: object
    others: object
    of_both: object

    @property
    def conflicts(self) -> bool:
        return is_known(self.survivors) and is_known(self.others) and self.survivors != self.others


@dataclass(frozen=True)
class Preview:
    """Receipts are None where no version is live."""

    survivor: Contact
    loser: Contact
    attributes: list[Known]
    survivors_receipt: Receipt | None
    losers_receipt: Receipt | None
    receipt_of_both: Receipt | None
    kept_lead: Lead | None
    closing_leads: list[Lead]
    losers_identities: list[str]

    @property
    def conflicts(self) -> list[Known]:
        return [known for known in self.attributes if known.conflicts]


def preview(
    *, survivor: Contact, loser: Contact, live: Definition | None, day: date, at: datetime
) -> Preview:
    """What is so afterwards is tried and taken back: it is what merging really does. Raises
    `merging.AlreadyOne`.
    """
    before = receipts([survivor.pk, loser.pk], live, day)
    with merging.preview(loser=loser, survivor=survivor, at=at) as merged:
        of_both = receipt_of_both(survivor.pk, live, day, at)
        attributes = list(compared(survivor, loser, merged))
    *closing, kept = nearest_first(open_leads([survivor.pk, loser.pk])) or [None]
    return Preview(
        survivor=survivor,
        loser=loser,
        attributes=attributes,
        survivors_receipt=before.get(survivor.pk),
        losers_receipt=before.get(loser.pk),
        receipt_of_both=of_both,
        kept_lead=kept,
        closing_leads=closing,
        losers_identities=identities_of(loser),
    )


def receipts(ids: list[int], live: Definition | None, day: date) -> dict[int, Receipt]:
    return receipts_of(ids, definition=definition_of(live), day=day) if live else {}


def receipt_of_both(
    survivor: int, live: Definition | None, day: date, at: datetime
) -> Receipt | None:
    """As the sweep will have counted what they gave together: it is scored here, within the merge
    that is taken back.
    """
    if live is None:
        return None
    version = definition_of(live)
    score_contacts([survivor], definition=version, day=day, cause="merged", at=at)
    return receipts_of([survivor], definition=version, day=day)[survivor]


def open_leads(roots: list[int]) -> Iterable[Lead]:
    leads = Lead.objects.filter(contact__in=family_of(roots), stage__in=OPEN_STAGES)
    return leads.select_related("contact", "owner", "team")


def compared(survivor: Contact, loser: Contact, merged: Contact) -> Iterable[Known]:
    """The attributes of which one of them knows something."""
    for name in COMPARED:
        values = [getattr(contact, name) for contact in (survivor, loser, merged)]
        if any(map(is_known, values)):
            yield Known(label_of(survivor, name), *values)
    custom = [contact.attributes for contact in (survivor, loser, merged)]
    for name in sorted({name for one in custom for name in one}):
        yield Known(name, *(one.get(name) for one in custom))


def is_known(value: object) -> bool:
    return value not in ("", None, False)


def identities_of(contact: Contact) -> list[str]:
    """The e-mails and user ids by which the contact goes on being found."""
    family = family_of([contact.pk])
    emails = family.exclude(email=None).values_list("email", flat=True)
    users = UserId.objects.filter(contact__in=family).values_list("value", flat=True)
    return [*emails, *users[:20]]


def found_by(text: str) -> Contact | None:
    """The person of an e-mail, of a user id, or of a contact's number such as #17."""
    wanted = text.replace("\0", "").strip()
    number = wanted.removeprefix("#")
    if wanted.startswith("#"):
        named = Q(pk=id_in(number) or 0)
    else:
        named = Q(address=wanted.lower()) | Q(user_ids__value=wanted)
    people = Contact.objects.annotate(address=Lower("email")).filter(named)
    found = people.select_related("root").order_by(F("email").asc(nulls_last=True), "pk").first()
    return found and (found.root or found)


def better_survivor(first: Contact, second: Contact) -> tuple[Contact, Contact]:
    """Which of the two rather stays, and the other: who has an e-mail, then a company, then who
    was known first.
    """
    kept, other = sorted(
        (first, second), key=lambda one: (not one.email, one.company_id is None, one.pk)
    )
    return kept, other
