"""Each change in the ledger says what caused it."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadhub.records import facts, merging
from leadhub.records.models import Contact, Merge, Source
from scoring import bulk, starter
from scoring.freshening import score_contacts, score_stale
from scoring.models import ContactScore, ScoreChange
from scoring.versions import definition_of, live_definition
from tests.scoring.people import contact, did, moment, raise_revision

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
HOUR = timedelta(hours=1)


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


@pytest.fixture
def other() -> Contact:
    other = contact()
    did(other, "Whitepaper Downloaded", MONDAY, asset="guide")
    score_stale(at=moment(MONDAY))
    return other


def one_of(person: Contact, other: Contact, **how) -> Merge:
    return merging.merge(loser=other, survivor=person, by=None, at=moment(TUESDAY), **how)


def parted(merge: Merge) -> None:
    merging.undo(merge=merge, by=None, at=moment(TUESDAY) + HOUR)


@pytest.mark.parametrize("cause", Merge.Cause)
def test_a_merge(person, other, cause):
    one_of(person, other, cause=cause)
    score_stale(at=moment(TUESDAY))
    assert last_change(person).sentence == "20 → 30: merged with another contact"
    did(person, "Webinar Booked", TUESDAY, webinar="autumn")
    score_stale(at=moment(TUESDAY))
    assert last_change(person).cause == "events"


def test_a_merge_undone_goes_on_where_each_of_them_stood(person, other):
    merge = one_of(person, other)
    score_stale(at=moment(TUESDAY))
    did(other, "Whitepaper Downloaded", TUESDAY, asset="prices")
    parted(merge)
    score_stale(at=moment(WEDNESDAY))
    assert last_change(person).sentence == "30 → 20: a merge was undone"
    assert last_change(other).sentence == (
        "10 → 20: a merge was undone: Whitepaper downloaded on 3 Mar"
    )
    assert {last_change(one).as_json()["cause"] for one in (person, other)} == {"parted"}
    did(person, "Webinar Booked", WEDNESDAY, webinar="autumn")
    score_stale(at=moment(WEDNESDAY))
    assert last_change(person).sentence == "20 → 40: Webinar booked on 4 Mar"


def test_whoever_stands_as_before_a_merge_that_was_undone_has_nothing_stated_anew(person, other):
    merge = one_of(person, other)
    score_stale(at=moment(TUESDAY))
    parted(merge)
    score_stale(at=moment(WEDNESDAY))
    assert ContactScore.objects.get(contact=other).total == 10
    assert last_change(other).sentence == "10: the first score under version 1"


def test_a_merge_undone_before_anyone_was_scored_is_no_cause(person, other):
    parted(one_of(person, other))
    did(person, "Whitepaper Downloaded", TUESDAY, asset="prices")
    did(other, "Whitepaper Downloaded", TUESDAY, asset="prices")
    score_stale(at=moment(WEDNESDAY))
    assert last_change(person).sentence == "20 → 30: Whitepaper downloaded on 3 Mar"
    assert last_change(other).sentence == "10 → 20: Whitepaper downloaded on 3 Mar"


def test_merged_again_before_anyone_was_scored_is_a_merge(person, other):
    parted(one_of(person, other))
    one_of(person, other)
    score_stale(at=moment(WEDNESDAY))
    assert last_change(person).cause == "merged"


def test_the_lower_merge_of_a_chain_undone(person, other):
    third = contact()
    did(third, "Whitepaper Downloaded", MONDAY, asset="prices")
    lower = one_of(other, third)
    one_of(person, other)
    score_stale(at=moment(TUESDAY))
    assert last_change(person).sentence == "20 → 40: merged with another contact"
    parted(lower)
    score_stale(at=moment(WEDNESDAY))
    assert last_change(person).sentence == "40 → 30: a merge was undone"
    assert last_change(third).sentence == "10: the first score under version 1"


def test_what_the_ledger_said_before_it_told_the_two_apart(person):
    change = last_change(person)
    change.behaviour_from, change.fit_from, change.cause = 10, 0, "merge"
    assert change.sentence == "10 → 20: people were merged, or a merge was undone"


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


@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite looks up whatever it is asked row by row")
def test_nobody_elses_scores_are_read_for_the_causes_of_many(person, monkeypatch):
    monkeypatch.setattr(bulk, "FEW", 5)
    people = [contact() for _ in range(40)]
    score_stale(at=moment(MONDAY))
    for one in people:
        did(one, "Webinar Booked", TUESDAY, webinar="spring")
    with CaptureQueriesContext(connection) as asked:
        score_stale(at=moment(TUESDAY))
    (stated,) = (one["sql"] for one in asked if "INSERT INTO scoring_scorechange" in one["sql"])
    with connection.cursor() as cursor:
        # Few as they are here, PostgreSQL would rather read the tables than look into indexes.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (VERBOSE) {stated}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "SubPlan" in plan
    assert "hashed SubPlan" not in plan
