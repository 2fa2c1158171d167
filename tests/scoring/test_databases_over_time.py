"""From facts in the database to receipts and histories of any day, against the oracle."""

import json
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leadhub.records import facts
from leadhub.records.models import AttributeChange, Company, Contact, Source
from scoring import histories
from scoring.freshening import score_stale
from scoring.receipts import receipts_of
from tests.scoring import oracle, oracle_over_time, pasts, stored, worlds
from tests.scoring.people import raise_revision
from tests.scoring.test_databases import undone

pytestmark = pytest.mark.django_db
SOME = settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True,
    report_multiple_bugs=False, phases=[Phase.generate],
)  # fmt: skip
PAST = st.integers(-70, 0).map(lambda days: worlds.TODAY + timedelta(days=days))
COLUMNS = {
    "contact": ("job_title", "attributes"),
    "company": ("employees", "attributes"),
}


def tell(row, words: list[dict], companies: dict[int, Company], order) -> None:
    """Says the words of a contact or company, in the order that is asked for."""
    kind = type(row).__name__.lower()
    said = [(word, at) for word in words for at in sorted({word["at"], word["confirmed_at"]})]
    for word, at in sorted(said, key=lambda pair: order(pair[1])):
        source, _ = Source.objects.get_or_create(
            name=f"Words of a {word['source']}", defaults={"kind": word["source"]}
        )
        value = word["value"]
        if word["field"] == "company" and value is not None:
            value = companies[value].pk
        describe = getattr(facts, f"describe_{kind}")
        at = at.replace(tzinfo=django_settings.ORGANISATION_ZONE)
        describe(**{kind: row}, values={word["field"]: value}, source=source, at=at)


def as_stored(row) -> dict:
    """What the oracle asks of a subject: what was said of it, and what its columns say now."""
    kind = type(row).__name__.lower()
    row.refresh_from_db()
    words = [
        {
            "field": change.field,
            "value": change.new,
            "source": change.source.kind,
            "at": change.at.astimezone(django_settings.ORGANISATION_ZONE),
            "confirmed_at": change.confirmed_at.astimezone(django_settings.ORGANISATION_ZONE),
        }
        for change in AttributeChange.objects.filter(**{kind: row}).select_related("source")
    ]
    return {"words": words, "today": {name: getattr(row, name) for name in COLUMNS[kind]}}


def as_person(contact: Contact) -> dict:
    return as_stored(contact) | {
        "company": contact.company_id,
        "opted_out": contact.opted_out_at is not None,
        "do_not_contact": contact.do_not_contact,
        "contact.email": contact.email,
    }


def build(world, firms, order):
    companies = {
        number: Company.objects.create(
            employees=firm["today"]["employees"], attributes=firm["today"]["attributes"]
        )
        for number, firm in firms.items()
    }
    contacts = []
    for number, (person, events) in enumerate(world):
        contact = Contact.objects.create(
            email=person["contact.email"] and f"p{number}@gmail.com",
            job_title=person["today"]["job_title"],
            attributes=person["today"]["attributes"],
            company=companies.get(person["company"]),
            do_not_contact=person["do_not_contact"],
        )
        raise_revision(contact)
        tell(contact, person["words"], companies, order)
        for event in sorted(events, key=lambda one: json.dumps(one["properties"])):
            stored.happened(contact, event)
        contacts.append(contact)
    for number, firm in firms.items():
        tell(companies[number], firm["words"], companies, order)
    return contacts, {one.pk: as_stored(one) for one in companies.values()}


@SOME
@given(
    definition=worlds.definitions(),
    world=pasts.WORLDS,
    firms=pasts.FIRMS,
    day=PAST,
    backwards=st.booleans(),
)
def test_receipts_and_histories_of_the_past_are_the_oracles(
    definition, world, firms, day, backwards
):
    with undone():
        at, last = stored.noon(worlds.TODAY), worlds.TODAY
        definition = stored.live(definition, at=at)
        order = (lambda moment: -moment.timestamp()) if backwards else (lambda moment: moment)
        contacts, companies = build(world, firms, order)
        score_stale(at=at)
        ids = [contact.pk for contact in contacts]
        receipts = receipts_of(ids, definition=definition, day=day)
        parts = list(histories.histories_of(ids, definition=definition, first=day, last=last))
        steps = [step for part in parts for step in part.to_pylist()]
        parts = histories.record_highs_of(ids, definition=definition, first=day, last=last)
        highs = [row for part in parts for row in part.to_pylist()]
        signals = [weight.signal for weight in definition.weights]
        for contact, (_, events) in zip(contacts, world, strict=True):
            given, person = oracle.tallies_of(signals, events), as_person(contact)
            of_one = (definition, given, person, companies)
            then = oracle_over_time.state_on(*of_one, day)
            receipt = receipts[contact.pk]
            assert (receipt.total, receipt.qualified) == (then["total"], then["qualified"])
            assert sum(line.points for line in receipt.lines) == then["total"]
            own = [step for step in steps if step["contact_id"] == contact.pk]
            assert own == [
                {"contact_id": contact.pk, "day": changed, **state}
                for changed, state in oracle_over_time.history(*of_one, day, last)
            ]
            now = contact.scores.get(definition=definition.id)
            assert (own[-1]["total"], own[-1]["qualified"]) == (now.total, now.qualified)
            assert [
                (row["day"], row["total"], row["above"])
                for row in highs
                if row["contact_id"] == contact.pk
            ] == oracle_over_time.record_highs(*of_one, day, last)
