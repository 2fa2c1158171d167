"""Stale contacts become scored ones: what is counted, what is written, what is left out."""

from datetime import date, timedelta

import duckdb
import pytest
from django.utils import timezone

from leadhub.records.models import Contact, Freshness
from scoring import freshening, ledger, publishing, source, starter, versions
from scoring.freshening import score_contacts, score_stale
from scoring.models import ContactScore, ScoreChange, Tally
from scoring.receipts import receipts_of
from scoring.versions import definition_of, live_definition
from tests.scoring.people import contact, did, moment, raise_revision

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture(autouse=True)
def live():
    starter.install(at=timezone.now())
    return definition_of(live_definition())


def score_of(contact: Contact) -> ContactScore:
    return ContactScore.objects.get(contact=contact)


def tallied(contact: Contact) -> list[tuple]:
    return list(
        Tally.objects.filter(contact=contact)
        .order_by("day", "signal__name")
        .values_list("signal__name", "day", "count")
    )


def test_two_whitepapers_and_a_webinar_in_a_week_are_forty(live):
    person = contact(job_title="VP Engineering", company={"employees": 500})
    did(person, "Whitepaper Downloaded", MONDAY, asset="guide")
    did(person, "Whitepaper Downloaded", MONDAY + timedelta(days=1), asset="benchmark")
    did(person, "Webinar Booked", MONDAY + timedelta(days=3), webinar="spring")
    assert score_stale(at=moment(FRIDAY)) == 1
    score = score_of(person)
    assert score.behaviour == 40
    assert score.fit >= 20
    assert score.qualified
    receipt = receipts_of([person.pk], definition=live, day=FRIDAY)[person.pk]
    assert "Webinar booked +20 · Whitepaper downloaded 2× +20 · " in receipt.sentence()
    assert receipt.sentence().endswith(f"= {score.total}")
    assert score_stale(at=moment(FRIDAY)) == 0


def test_a_student_never_qualifies_however_much_they_click():
    student = contact(job_title="Student", company={"employees": 500})
    for day in range(5):
        for asset in ("a", "b", "c"):
            did(student, "Whitepaper Downloaded", MONDAY + timedelta(days=day), asset=asset)
        did(student, "", MONDAY + timedelta(days=day), kind="page", path="/pricing")
    score_stale(at=moment(FRIDAY))
    score = score_of(student)
    assert score.behaviour >= 60
    assert score.disqualified_by
    assert not score.qualified


def test_the_same_whitepaper_counts_once_a_day_and_pricing_each_time():
    person = contact()
    for _ in range(2):
        did(person, "Whitepaper Downloaded", MONDAY, asset="Guide")
        did(person, "", MONDAY, kind="page", path="/pricing/enterprise")
    score_stale(at=moment(MONDAY))
    assert tallied(person) == [
        ("Pricing page visited", MONDAY, 2),
        ("Whitepaper downloaded", MONDAY, 1),
    ]


def test_an_event_found_to_be_a_bots_is_taken_out_again():
    person = contact()
    event = did(person, "Webinar Booked", MONDAY, webinar="spring")
    score_stale(at=moment(MONDAY))
    event.is_bot, event.revision = True, raise_revision(person)
    event.save()
    assert score_stale(at=moment(MONDAY)) == 1
    assert tallied(person) == []
    assert score_of(person).behaviour == 0


def test_an_event_that_moves_to_another_contact_counts_for_that_one_alone():
    before, after = contact(), contact()
    event = did(before, "Webinar Booked", MONDAY, webinar="spring")
    did(before, "Webinar Booked", MONDAY, webinar="autumn")
    score_stale(at=moment(MONDAY))
    raise_revision(before, recount=True)
    event.contact, event.revision = after, raise_revision(after)
    event.save()
    assert score_stale(at=moment(MONDAY)) == 2
    assert tallied(before) == [("Webinar booked", MONDAY, 1)]
    assert tallied(after) == [("Webinar booked", MONDAY, 1)]


def test_a_merged_contact_is_scored_under_the_survivor(live):
    survivor, loser = contact(), contact()
    did(survivor, "Webinar Booked", MONDAY, webinar="spring")
    did(loser, "Whitepaper Downloaded", MONDAY, asset="guide")
    score_stale(at=moment(MONDAY))
    Contact.objects.filter(pk=loser.pk).update(root=survivor)
    raise_revision(survivor)
    score_stale(at=moment(MONDAY))
    assert score_of(survivor).behaviour == 30
    assert not ContactScore.objects.filter(contact=loser).exists()
    did(loser, "Webinar Booked", FRIDAY, webinar="autumn")
    score_stale(at=moment(FRIDAY))
    assert score_of(survivor).behaviour == 50
    assert receipts_of([survivor.pk], definition=live, day=FRIDAY)[survivor.pk].behaviour == 50


def test_each_change_is_in_the_ledger_with_its_cause(live):
    person = contact()
    did(person, "Whitepaper Downloaded", MONDAY, asset="guide")
    score_stale(at=moment(MONDAY))
    month_later = MONDAY + timedelta(days=30)
    assert score_of(person).changes_on == month_later
    changed = score_contacts(
        [person.pk], definition=live, day=month_later, cause="time", at=moment(month_later)
    )
    assert changed == 1
    changes = ScoreChange.objects.order_by("id")
    assert list(changes.values_list("behaviour_from", "behaviour_to", "cause", "day")) == [
        (None, 10, "facts", MONDAY),
        (10, 5, "time", month_later),
    ]


def test_who_was_scored_from_newer_facts_meanwhile_is_left_out(live):
    person = contact()
    did(person, "Whitepaper Downloaded", MONDAY, asset="guide")
    roots = source.Ids((person.pk,))
    read_before = source.freshness(roots)
    did(person, "Webinar Booked", MONDAY, webinar="spring")
    score_stale(at=moment(MONDAY))
    newer = source.scores(roots, live.id)
    nothing = source.TALLIES_AS_STORED.empty_table()
    older = ledger.Evaluation(read_before, {}, nothing, nothing)
    written = ledger.write(older, cause="facts", at=moment(MONDAY))
    assert (written.families, written.left_out) == (0, 1)
    assert source.scores(roots, live.id) == newer
    assert Freshness.objects.get(contact=person).scored_revision == 3


def test_a_version_that_comes_while_new_facts_are_evaluated_gets_its_scores_too(live, monkeypatch):
    person = contact()
    did(person, "Webinar Booked", MONDAY, webinar="spring")
    row = live_definition()
    draft = versions.copy_as_draft(original=row, by=None, at=moment(MONDAY))
    evaluate = freshening.evaluate

    def published_meanwhile(*given, **options):
        publishing.publish(definition=draft, by=None, at=moment(MONDAY))
        return evaluate(*given, **options)

    with monkeypatch.context() as patch:
        patch.setattr(freshening, "evaluate", published_meanwhile)
        assert score_stale(at=moment(MONDAY)) == 0
    assert score_stale(at=moment(MONDAY)) == 1
    scored = ContactScore.objects.filter(contact=person).order_by("definition")
    assert list(scored.values_list("definition", "behaviour")) == [(row.pk, 20), (draft.pk, 20)]


def test_a_fact_that_comes_between_reading_and_writing_leaves_the_contact_stale(live):
    person = contact()
    read_before = source.freshness(source.Ids((person.pk,)))
    did(person, "Webinar Booked", MONDAY, webinar="spring")
    nothing = source.TALLIES_AS_STORED.empty_table()
    ledger.write(
        ledger.Evaluation(read_before, {}, nothing, nothing), cause="facts", at=moment(MONDAY)
    )
    assert score_stale(at=moment(MONDAY)) == 1
    assert score_of(person).behaviour == 20


def test_one_that_cannot_be_scored_is_set_aside_and_blocks_nobody(monkeypatch):
    """DuckDB refuses what is no JSON: here, properties as a damaged database might have them."""
    people = [contact() for _ in range(3)]
    for person in people:
        did(person, "Webinar Booked", MONDAY, webinar="spring")
    damaged = people[1].pk
    read = source.events_of_days_touched

    def read_damaged(contacts):
        if damaged in contacts.ids:
            raise duckdb.InvalidInputException("Malformed JSON")
        return read(contacts)

    monkeypatch.setattr(source, "events_of_days_touched", read_damaged)
    assert score_stale(at=moment(MONDAY)) == 3
    assert score_stale(at=moment(MONDAY)) == 0
    assert set(ContactScore.objects.values_list("contact_id", flat=True)) == {
        people[0].pk,
        people[2].pk,
    }
    assert "Malformed JSON" in Freshness.objects.get(contact=damaged).failure
    monkeypatch.undo()
    did(people[1], "Webinar Booked", FRIDAY, webinar="spring")
    assert score_stale(at=moment(FRIDAY)) == 1
    assert Freshness.objects.get(contact=damaged).failure == ""


def test_asked_to_score_somebody_with_new_facts_takes_them_in(live):
    person = contact()
    did(person, "Webinar Booked", MONDAY, webinar="spring")
    everyone = source.Range(0, person.pk)
    score_contacts(everyone, definition=live, day=MONDAY, cause="correction", at=moment(MONDAY))
    assert score_of(person).behaviour == 20
    assert score_stale(at=moment(MONDAY)) == 0


def test_the_number_of_queries_does_not_grow_with_the_contacts(django_assert_max_num_queries):
    for _ in range(60):
        did(contact(), "Webinar Booked", MONDAY, webinar="spring")
    with django_assert_max_num_queries(40):
        assert score_stale(at=moment(MONDAY)) == 60
