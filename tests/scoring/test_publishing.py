"""From draft to live: nobody is ever without a score, and what was qualified already is known."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.db.models import F

from leadhub.records.models import Contact, Freshness
from scoring import freshening, publishing, runs, starter, versions, work
from scoring.definition import InvalidDefinition
from scoring.models import ContactScore, Definition, ScoreChange, Signal, Tally
from tests.scoring.people import contact, did, moment

MONDAY = date(2026, 3, 2)
TUESDAY, WEDNESDAY, FRIDAY = (moment(MONDAY + timedelta(days=n)) for n in (1, 2, 4))
PEOPLE = 6


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(runs, "CONTACTS_A_CHUNK", 2)


@pytest.fixture
def live(db):
    return starter.install(at=TUESDAY)


@pytest.fixture
def people(live):
    made = [vice_president() for _ in range(PEOPLE)]
    for person in made:
        did(person, "Webinar Booked", MONDAY, webinar="spring")
    freshening.score_stale(at=TUESDAY)
    return made


def vice_president():
    return contact(job_title="VP Engineering", company={"employees": 500, "country": "DE"})


@pytest.fixture
def draft(live):
    """Its threshold is reached by whoever booked a webinar: 20 + 45."""
    return draft_of(live, threshold=65, minimum_behaviour=20)


def draft_of(live, **bounds) -> Definition:
    draft = versions.copy_as_draft(original=live, by=None, at=WEDNESDAY)
    Definition.objects.filter(pk=draft.pk).update(**bounds)
    draft.refresh_from_db()
    return draft


def work_off(*, at=WEDNESDAY) -> None:
    while runs.work_on_next_chunk(at=at):
        pass


def without_fresh_score(definition) -> set[int]:
    """By a plain look at every row, to compare with what publishing says."""
    stale = set(
        Freshness.objects.exclude(scored_revision=F("revision")).values_list("contact", flat=True)
    )
    everyone = set(Freshness.objects.filter(contact__root=None).values_list("contact", flat=True))
    scored = ContactScore.objects.filter(definition=definition).values_list("contact", flat=True)
    return stale | (everyone - set(scored))


def test_a_draft_becomes_live_when_everyone_has_a_score(people, live, draft):
    publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    assert not publishing.finish_publishing(at=WEDNESDAY)
    assert publishing.live_definition() == live
    work_off()
    live.refresh_from_db()
    draft.refresh_from_db()
    assert (live.status, live.retired_at) == ("retired", WEDNESDAY)
    assert (draft.status, draft.live_from) == ("live", WEDNESDAY)
    assert ContactScore.objects.filter(definition=draft, qualified=True).count() == PEOPLE
    assert not publishing.finish_publishing(at=FRIDAY)


def test_facts_that_arrive_meanwhile_keep_nobody_from_a_fresh_score(people, live, draft):
    publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    arriving = iter([people[0], people[-1], None, people[2], None])
    for _ in range(50):
        if publishing.live_definition() == draft:
            break
        runs.work_on_next_chunk(at=WEDNESDAY)
        if publishing.live_definition() == draft:
            assert without_fresh_score(draft) == set()
        else:
            person = next(arriving, False)
            if person is not False:
                did(person or vice_president(), "Email Link Clicked", MONDAY)
                assert not publishing.finish_publishing(at=WEDNESDAY)
    assert next(arriving, "all arrived") == "all arrived"
    assert ContactScore.objects.filter(definition=draft).count() == PEOPLE + 2


def test_a_new_signal_counts_what_happened_before_it_was_made(people, live, draft):
    signal = Signal.objects.create(
        name="Any webinar", intent="medium", conditions=starter.track("Webinar Booked")
    )
    draft.weights.create(signal=signal, points=4)
    publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    assert not publishing.finish_publishing(at=WEDNESDAY)
    work_off()
    signal.refresh_from_db()
    assert signal.tallied_at == WEDNESDAY
    assert Tally.objects.filter(signal=signal).count() == PEOPLE
    assert set(
        ContactScore.objects.filter(definition=draft).values_list("behaviour", flat=True)
    ) == {24}


def test_no_version_is_live_before_the_past_of_its_signals_is_counted(people, live, draft):
    signal = Signal.objects.create(
        name="Any webinar", intent="medium", conditions=starter.track("Webinar Booked")
    )
    draft.weights.create(signal=signal, points=4)
    publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    everyone = list(Contact.objects.values_list("pk", flat=True))
    work.score(everyone, definition=draft, cause="definition", at=WEDNESDAY)
    assert not publishing.lacking_score(draft).exists()
    assert not publishing.finish_publishing(at=WEDNESDAY)
    publishing.note_tallied(definition=draft, at=WEDNESDAY)
    assert publishing.finish_publishing(at=WEDNESDAY)


def test_the_sweep_scores_under_both_versions_while_one_is_coming(people, live, draft):
    publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    did(people[0], "Email Link Clicked", MONDAY)
    freshening.score_stale(at=WEDNESDAY)
    scores = ContactScore.objects.filter(contact=people[0])
    assert {(score.definition_id, score.behaviour) for score in scores} == {
        (live.pk, 21),
        (draft.pk, 21),
    }


def test_who_was_qualified_at_the_switch_stays_known(people, live, draft):
    publishing.publish(definition=draft, by=None, at=WEDNESDAY, handover="from_now_on")
    work_off()
    late = vice_president()
    did(late, "Webinar Booked", MONDAY, webinar="autumn")
    freshening.score_stale(at=FRIDAY)
    draft.refresh_from_db()
    assert draft.handover == "from_now_on"
    assert ContactScore.objects.get(definition=draft, contact=late).qualified
    assert set(publishing.qualified_at_switch(draft)) == set(people)


def test_the_first_version_finds_nobody_qualified_already(people, live):
    assert not publishing.qualified_at_switch(live).exists()


def test_a_contact_that_cannot_be_scored_keeps_nobody_waiting(people, live, draft):
    publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    aside = vice_president()
    work_off_with(aside)
    assert publishing.live_definition() == draft


def work_off_with(aside) -> None:
    """Runs while `aside` is set aside, as the sweep does with whom it can't score."""
    Freshness.objects.filter(contact=aside).update(failed_revision=F("revision"))
    while runs.work_on_next_chunk(at=WEDNESDAY):
        pass


def test_a_draft_that_contradicts_itself_stays_a_draft(live):
    draft = draft_of(live, threshold=500)
    with pytest.raises(InvalidDefinition) as refused:
        publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    assert [problem.field for problem in refused.value.problems] == ["threshold"]
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_signal_whose_conditions_mean_nothing_is_never_published(live, draft):
    signal = Signal.objects.create(name="Nothing", intent="high", conditions={"all": []})
    draft.weights.create(signal=signal, points=4)
    with pytest.raises(InvalidDefinition) as refused:
        publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    [problem] = refused.value.problems
    assert problem.field == "weights.8.conditions"


def test_what_was_published_is_not_published_again(people, live, draft):
    publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    for version in (live, draft):
        with pytest.raises(publishing.CannotPublish):
            publishing.publish(definition=version, by=None, at=WEDNESDAY)


def test_going_back_is_publishing_a_copy_of_what_was(people, live, draft):
    publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    work_off()
    back = versions.copy_as_draft(original=live, by=None, at=FRIDAY)
    publishing.publish(definition=back, by=None, at=FRIDAY)
    work_off(at=FRIDAY)
    now, then = (versions.definition_of(version) for version in (
        publishing.live_definition(), live))  # fmt: skip
    assert [weight.points for weight in now.weights] == [weight.points for weight in then.weights]
    assert now.threshold == then.threshold == 60
    assert publishing.live_definition().version == 3


def test_a_withdrawn_version_leaves_no_scores_and_can_come_again(people, live, draft):
    publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    runs.work_on_next_chunk(at=WEDNESDAY)
    publishing.withdraw(definition=draft, at=WEDNESDAY)
    work_off()
    assert not ContactScore.objects.filter(definition=draft).exists()
    draft.refresh_from_db()
    publishing.publish(definition=draft, by=None, at=FRIDAY)
    work_off(at=FRIDAY)
    assert publishing.live_definition() == draft


def test_published_again_the_ledger_goes_on_where_it_ended(people, live, draft):
    publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    runs.work_on_next_chunk(at=WEDNESDAY)
    publishing.withdraw(definition=draft, at=WEDNESDAY)
    Definition.objects.filter(pk=draft.pk).update(cap_medium=10)
    draft.refresh_from_db()
    publishing.publish(definition=draft, by=None, at=FRIDAY)
    did(people[0], "Email Link Clicked", MONDAY)
    freshening.score_stale(at=FRIDAY)
    work_off(at=FRIDAY)
    assert publishing.live_definition() == draft
    assert said(draft) == {
        people[0]: [(None, 20, "definition"), (20, 11, "definition")],
        people[1]: [(None, 20, "definition"), (20, 10, "definition")],
        **{person: [(None, 10, "definition")] for person in people[2:]},
    }


def test_published_again_as_it_was_it_states_nothing_twice(people, live, draft):
    publishing.publish(definition=draft, by=None, at=WEDNESDAY)
    runs.work_on_next_chunk(at=WEDNESDAY)
    publishing.withdraw(definition=draft, at=WEDNESDAY)
    draft.refresh_from_db()
    publishing.publish(definition=draft, by=None, at=FRIDAY)
    work_off(at=FRIDAY)
    assert said(draft) == {person: [(None, 20, "definition")] for person in people}
    assert set(publishing.qualified_at_switch(publishing.live_definition())) == set(people)


def said(definition: Definition) -> dict[Contact, list[tuple]]:
    """What the ledger says under the version of each contact's behaviour, and why."""
    stated = defaultdict(list)
    for change in ScoreChange.objects.filter(definition=definition).order_by("id"):
        row = (change.behaviour_from, change.behaviour_to, change.cause)
        stated[change.contact].append(row)
    return stated


def test_of_two_who_publish_at_once_one_is_told_of_the_other(live, monkeypatch):
    """Both looked, and saw that nothing was coming."""
    drafts = [versions.copy_as_draft(original=live, by=None, at=WEDNESDAY) for _ in range(2)]
    monkeypatch.setattr(publishing, "coming_definition", lambda: None)
    publishing.publish(definition=drafts[0], by=None, at=WEDNESDAY)
    with pytest.raises(publishing.CannotPublish, match="is coming"):
        publishing.publish(definition=drafts[1], by=None, at=WEDNESDAY)
