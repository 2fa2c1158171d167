"""Each change in the ledger says what caused it."""

from datetime import date, timedelta

import pytest

from leadhub.records import facts
from leadhub.records.models import Contact, Source
from scoring import starter
from scoring.freshening import score_contacts, score_stale
from scoring.models import ScoreChange
from scoring.versions import definition_of, live_definition
from tests.scoring.people import contact, did, moment, raise_revision

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def live():
    starter.install(at=moment(MONDAY))


@pytest.fixture
def person() -> Contact:
    person = contact()
    did(person, "Webinar Booked", MONDAY, webinar="spring")
    score_stale(at=moment(MONDAY))
    return person


def last_change(of: Contact) -> ScoreChange:
    return ScoreChange.objects.filter(contact=of).latest("id")


def source() -> Source:
    return Source.objects.get_or_create(name="Tests", defaults={"kind": "server"})[0]


def told(person: Contact, **values) -> None:
    facts.describe_contact(contact=person, values=values, source=source(), at=moment(TUESDAY))


def test_the_first_score_needs_no_cause(person):
    change = last_change(person)
    assert (change.cause, change.signals) == ("facts", [])
    assert change.sentence == "20: the first score under version 1"


def test_events_are_named_by_signal_and_day(person):
    did(person, "Whitepaper Downloaded", TUESDAY, asset="guide")
    did(person, "", TUESDAY, kind="page", path="/pricing")
    score_stale(at=moment(TUESDAY))
    change = last_change(person)
    assert change.cause == "events"
    assert change.signals == [
        ["Pricing page visited", "2026-03-03"],
        ["Whitepaper downloaded", "2026-03-03"],
    ]
    assert change.sentence == (
        "20 → 38: Pricing page visited on 3 Mar, Whitepaper downloaded on 3 Mar"
    )


def test_an_event_that_counts_for_nothing_new_is_no_cause(person):
    did(person, "Webinar Booked", MONDAY, webinar="Spring")
    did(person, "Whitepaper Downloaded", TUESDAY, asset="guide")
    score_stale(at=moment(TUESDAY))
    assert last_change(person).signals == [["Whitepaper downloaded", "2026-03-03"]]


def test_attributes_are_named_by_field(person):
    told(person, job_title="VP Sales", country="Atlantis")
    score_stale(at=moment(TUESDAY))
    change = last_change(person)
    assert (change.cause, change.signals) == ("attributes", [])
    assert sorted(change.fields) == ["country", "job_title"]
    assert change.why.endswith("told")


def test_a_companys_attributes_too(person):
    company = contact(company={"name": "Large"}).company
    Contact.objects.filter(pk=person.pk).update(company=company)
    facts.describe_company(
        company=company, values={"employees": 500}, source=source(), at=moment(TUESDAY)
    )
    score_stale(at=moment(TUESDAY))
    assert last_change(person).why == "company employees told"


def test_of_what_was_told_before_nothing_is_said_again(person):
    told(person, job_title="VP Sales")
    score_stale(at=moment(TUESDAY))
    did(person, "Whitepaper Downloaded", TUESDAY, asset="guide")
    score_stale(at=moment(TUESDAY))
    assert last_change(person).sentence == "40 → 50: Whitepaper downloaded on 3 Mar"


def test_a_merge(person):
    other = contact()
    did(other, "Whitepaper Downloaded", MONDAY, asset="guide")
    score_stale(at=moment(MONDAY))
    Contact.objects.filter(pk=other.pk).update(root=person)
    raise_revision(person)
    score_stale(at=moment(TUESDAY))
    change = last_change(person)
    assert (change.cause, change.total_from, change.total_to) == ("merge", 20, 30)
    did(person, "Webinar Booked", TUESDAY, webinar="autumn")
    score_stale(at=moment(TUESDAY))
    assert last_change(person).cause == "events"


def test_an_event_found_to_be_a_bots(person):
    event = person.events.get()
    event.is_bot, event.revision = True, raise_revision(person)
    event.save()
    score_stale(at=moment(TUESDAY))
    change = last_change(person)
    assert change.sentence == "20 → 0: found to be a bot's: Webinar booked on 2 Mar"


def test_time_and_another_version(person):
    later = MONDAY + timedelta(days=30)
    definition = definition_of(live_definition())
    score_contacts([person.pk], definition=definition, day=later, cause="time", at=moment(later))
    assert last_change(person).sentence == "20 → 10: what was given before faded with time"


def test_time_that_passed_unnoticed_until_new_facts_came(person):
    raise_revision(person)
    score_stale(at=moment(MONDAY + timedelta(days=30)))
    assert last_change(person).cause == "time"


def test_the_causes_of_many_are_found_as_often_as_of_one(django_assert_max_num_queries, person):
    people = [contact() for _ in range(40)]
    score_stale(at=moment(MONDAY))
    for one in people:
        did(one, "Webinar Booked", TUESDAY, webinar="spring")
    with django_assert_max_num_queries(40):
        score_stale(at=moment(TUESDAY))
    causes = ScoreChange.objects.filter(cause="events").values_list("signals", flat=True)
    assert list(causes) == [[["Webinar booked", "2026-03-03"]]] * 40
