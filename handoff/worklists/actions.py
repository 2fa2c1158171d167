"""What marketing does about those who are listed. Of several, each has its own result."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from handoff.entry import doubt
from handoff.leads import verdicts
from handoff.leads.as_seen import versions_seen
from handoff.leads.lifecycle import NotPossible, StaleDecision
from handoff.leads.work_log import add_note
from handoff.models import Held, Lead, Note, PublicHandRaise, SetAside, Stage
from leadhub.ids import ids_in
from leadhub.records import facts
from leadhub.records.corrections import EmailTaken, correct_email, suggest_one
from leadhub.records.deadlocks import begun_anew
from leadhub.records.family import family_of
from leadhub.records.models import Contact, Source

State = PublicHandRaise.State


@dataclass(frozen=True)
class Result:
    """What became of one of those chosen."""

    who: str
    done: bool
    says: str


def back_to_the_queue(chosen: Iterable[str], *, by, at: datetime) -> list[Result]:
    """The data is corrected: back to the queue."""
    return each_lead(chosen, verdicts.correct, "is back in the queue.", by=by, at=at)


def release(chosen: Iterable[str], *, by, at: datetime) -> list[Result]:
    """They may come again, on their next medium or high signal."""
    said = "may come again on the next medium or high signal."
    return each_lead(chosen, verdicts.release, said, by=by, at=at)


def each_lead(
    chosen: Iterable[str], decide: Callable, said: str, *, by, at: datetime
) -> list[Result]:
    """Decides on each lead as it was seen; one that can't be does not undo the rest."""
    seen = versions_seen(chosen)
    results = []
    for lead in Lead.objects.filter(pk__in=seen).select_related("contact__root").order_by("pk"):
        try:
            decide(lead=lead, seen=seen[lead.pk], by=by, at=at)
            results.append(Result(str(lead.person), True, said))
        except (NotPossible, StaleDecision) as refusal:
            results.append(Result(str(lead.person), False, f"is left as it is. {refusal}"))
    return results


@transaction.atomic
def release_held(chosen: Iterable[str], *, by, at: datetime) -> list[Result]:
    """They come with the next sweep, if they still qualify."""
    held = Held.objects.filter(contact__in=ids_in(chosen), released_at=None)
    names = [str(row.contact) for row in held.select_related("contact")]
    held.update(released_at=at, released_by=by)
    said = "is released: handed over within seconds if the score still qualifies."
    return [Result(name, True, said) for name in names]


def try_again(chosen: Iterable[str], *, by, at: datetime) -> list[Result]:
    """The next sweep tries to hand them over."""
    aside = SetAside.objects.filter(contact__in=ids_in(chosen))
    names = [str(row.contact) for row in aside.select_related("contact")]
    aside.delete()
    said = "is tried again within seconds; if it fails again, it comes back here."
    return [Result(name, True, said) for name in names]


def release_hand_raises(chosen: Iterable[str], *, by, at: datetime) -> list[Result]:
    """They come to sales with the next sweep."""
    names = names_of(ids_in(chosen), State.WAITING, State.DISMISSED)
    doubt.release(contacts=names, by=by, at=at)
    said = "is released, and comes to sales within seconds."
    return [Result(name, True, said) for name in names.values()]


def dismiss_hand_raises(chosen: Iterable[str], *, by, at: datetime) -> list[Result]:
    """They are spam; "source:3" stands for all that wait by that source."""
    chosen = list(chosen)
    results = []
    for source in ids_in(one.removeprefix("source:") for one in chosen if ":" in one):
        count = doubt.dismiss_all_of(source, by=by, at=at)
        results.append(Result(f"{count} hand-raises", True, "are dismissed as spam."))
    names = names_of(ids_in(chosen), State.WAITING)
    doubt.dismiss(contacts=names, by=by, at=at)
    results += [Result(name, True, "is dismissed as spam.") for name in names.values()]
    return results


def names_of(contacts: list[int], *states: str) -> dict[int, str]:
    rows = doubt.stopped().filter(contact__in=contacts, state__in=states)
    return {row.pk: str(row.contact) for row in rows.select_related("contact")}


# By the name of the list, or of what else can be done in one.
ACTIONS: dict[str, Callable[..., list[Result]]] = {
    "hand-raises": release_hand_raises,
    "hand-raises-dismiss": dismiss_hand_raises,
    "sent-back": back_to_the_queue,
    "rejected": release,
    "held": release_held,
    "set-aside": try_again,
}


@begun_anew
def fix(
    *,
    contact: Contact,
    values: Mapping[str, Any],
    email: str,
    requeue: Iterable[str],
    by,
    at: datetime,
) -> list[Result]:
    """Says what is known of the contact and its company; `values` by names such as
    "contact.job_title". What a person says here counts as their word. `email` is the right one;
    "": it is right. `requeue`: the leads, as they were seen, that go back to the queue then.

    Raises OnceTheirs, or EmailTaken, once it has asked whether the two are one; nothing else is
    said then.
    """
    try:
        with transaction.atomic():
            source = facts.people_here()
            if email:
                correct_email(contact=contact, email=email, source=source, by=by, at=at)
                contact = Contact.objects.select_related("company", "root__company").get(
                    pk=contact.pk
                )
            state(contact.root or contact, values, source=source, at=at)
    except EmailTaken as taken:
        suggest_one(contact, taken.other, why=f"{by} gave {contact} the e-mail of the other.")
        raise
    return back_to_the_queue(requeue, by=by, at=at)


def state(contact: Contact, values: Mapping[str, Any], *, source: Source, at: datetime) -> None:
    said = {"contact": {}, "company": {}}
    for name, value in values.items():
        subject, _, field = name.partition(".")
        said[subject][field] = value
    if said["contact"]:
        facts.describe_contact(contact=contact, values=said["contact"], source=source, at=at)
    if said["company"] and contact.company:
        company = contact.company
        facts.describe_company(company=company, values=said["company"], source=source, at=at)


def waits_for_data(person: Contact) -> Lead | None:
    """The person's lead that sales sent back, if their last one is such."""
    family = family_of([person.pk])
    leads = Lead.objects.filter(contact__in=family, stage=Stage.WAITING, next=None)
    return leads.order_by("pk").last()


def answer(*, lead: Lead, text: str, by, at: datetime) -> Note:
    """What marketing says to a rejection: a note that the rep reads on the lead."""
    return add_note(lead=lead, by=by, at=at, text=text)


def nurture(*, lead: Lead, seen: int, by, at: datetime, returns_on: date) -> None:
    """The contact goes back to nurture, and may come again from that day on."""
    verdicts.release(lead=lead, seen=seen, by=by, at=at, returns_on=returns_on)
