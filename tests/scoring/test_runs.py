"""Runs: killed at any moment and started again, shared by workers, and what each kind does."""

from datetime import date, timedelta
from threading import Thread

import duckdb
import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F

from scoring import freshening, ledger, publishing, runs, source, starter, versions, work
from scoring.models import ContactScore, Run, RunChunk, ScoreChange, Signal, Tally
from tests.scoring.people import contact, did, moment

MONDAY = date(2026, 3, 2)
FRIDAY = moment(MONDAY + timedelta(days=4))
LATER = moment(MONDAY + timedelta(days=40))
PEOPLE = 9


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(runs, "CONTACTS_A_CHUNK", 3)


@pytest.fixture
def people(db):
    return scored_people()


def scored_people() -> list:
    starter.install(at=FRIDAY)
    made = [contact(job_title="VP Engineering", company={"employees": 500}) for _ in range(PEOPLE)]
    for number, person in enumerate(made):
        for asset in range(number % 3 + 1):
            did(person, "Whitepaper Downloaded", MONDAY, asset=f"guide {asset}")
    freshening.score_stale(at=FRIDAY)
    return made


def work_off(*, at=FRIDAY) -> int:
    steps = 0
    while runs.work_on_next_chunk(at=at):
        steps += 1
        assert steps < 100
    return steps


def scores() -> list[tuple]:
    return list(
        ContactScore.objects.order_by("contact_id", "definition_id").values_list(
            "contact", "definition__version", "behaviour", "fit", "grade", "qualified", "changes_on"
        )
    )


def changes() -> list[tuple]:
    return sorted(
        ScoreChange.objects.values_list(
            "contact", "definition__version", "behaviour_from", "behaviour_to", "fit_to", "cause"
        ),
        key=str,
    )


def new_version_is_coming() -> None:
    draft = versions.copy_as_draft(original=versions.live_definition(), by=None, at=FRIDAY)
    draft.weights.filter(signal__name="Whitepaper downloaded").update(points=13)
    signal = Signal.objects.create(
        name="Guide read", intent="medium", conditions=starter.track("Whitepaper Downloaded")
    )
    draft.weights.create(signal=signal, points=3)
    publishing.publish(definition=draft, by=None, at=FRIDAY)


class Killed(BaseException):
    """What no code catches: the worker is gone."""


def undisturbed() -> tuple:
    """What stands after the coming version went live, without anything in the way."""
    beginning = transaction.savepoint()
    work_off()
    assert versions.live_definition().version == 2
    stood = scores(), changes()
    transaction.savepoint_rollback(beginning)
    return stood


@pytest.mark.slow
@pytest.mark.parametrize("chunks_before", [1, 2, 3])
def test_killed_between_chunks_and_started_again_the_same_stands(people, chunks_before):
    new_version_is_coming()
    expected = undisturbed()
    for _ in range(chunks_before):
        assert runs.work_on_next_chunk(at=FRIDAY)
    work_off()
    assert (scores(), changes()) == expected


@pytest.mark.slow
@pytest.mark.parametrize("families_before", [1, 2, 4, 8])
def test_killed_within_a_chunk_and_started_again_the_same_stands(
    people, monkeypatch, families_before
):
    new_version_is_coming()
    expected = undisturbed()
    monkeypatch.setattr(ledger, "FAMILIES_AT_ONCE", 1)
    left = iter([True] * families_before)
    write = ledger._write

    def killed_after_some(part, **options):
        if next(left, None) is None:
            raise Killed
        return write(part, **options)

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "_write", killed_after_some)
        with pytest.raises(Killed):
            work_off()
    assert versions.live_definition().version == 1
    work_off()
    assert (scores(), changes()) == expected


def test_doing_a_chunk_twice_counts_once(people):
    run = runs.ask_for(kind="rescore", by=None, at=FRIDAY)
    chunk = run.chunks.first()
    runs.work_on(chunk, at=FRIDAY)
    runs.work_on(chunk, at=FRIDAY)
    run.refresh_from_db()
    assert (run.done, run.contacts) == (3, PEOPLE)


@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite has one worker for runs")
@pytest.mark.django_db(transaction=True)
def test_two_workers_share_a_run():
    scored_people()
    run = runs.ask_for(kind="rescore", by=None, at=FRIDAY)

    def worker():
        try:
            while runs.work_on_next_chunk(at=FRIDAY):
                pass
        finally:
            connection.close()

    workers = [Thread(target=worker) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    run.refresh_from_db()
    assert run.finished_at
    assert run.done == run.contacts == PEOPLE
    assert set(run.chunks.values_list("attempts", flat=True)) == {1}


@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite has one worker for runs")
@pytest.mark.django_db(transaction=True)
def test_a_chunk_that_somebody_works_on_is_left_to_them():
    scored_people()
    run = runs.ask_for(kind="rescore", by=None, at=FRIDAY)
    others = []
    with runs.next_chunk(at=FRIDAY) as mine:

        def other():
            with runs.next_chunk(at=FRIDAY) as theirs:
                others.append(theirs)
            connection.close()

        thread = Thread(target=other)
        thread.start()
        thread.join()
    assert mine == run.chunks.first()
    assert others != [mine]
    with runs.next_chunk(at=FRIDAY) as again:
        assert again == mine


def test_a_chunk_that_the_database_fails_holds_up_no_other_and_is_tried_again(people, monkeypatch):
    run = runs.ask_for(kind="rescore", by=None, at=FRIDAY)
    bad = run.chunks.first()
    rescore = work.OF["rescore"]

    def fails_for_one(chunk, *, at):
        if chunk == bad:
            raise OperationalError("a bad day")
        return rescore(chunk, at=at)

    with monkeypatch.context() as patch:
        patch.setitem(work.OF, "rescore", fails_for_one)
        work_off()
        run.refresh_from_db()
        assert (run.done, run.finished_at) == (PEOPLE - 3, None)
        assert "OperationalError: a bad day" in run.failure
        # However often that happens, it is nobody's fault.
        for minutes in range(1, 6):
            work_off(at=FRIDAY + minutes * runs.RETRIED_AFTER)
        assert run.chunks.count() == 3
        assert not freshening.set_aside_now().exists()
    work_off(at=FRIDAY + 6 * runs.RETRIED_AFTER)
    run.refresh_from_db()
    assert (run.done, run.failure) == (PEOPLE, "")
    assert run.finished_at


def damage(patch, person) -> None:
    """From now on the person's attributes can't be read."""
    read = source.people

    def read_damaged(contacts, definition):
        ids = contacts.ids if isinstance(contacts, source.Ids) else range(
            contacts.first, contacts.last + 1
        )  # fmt: skip
        if person.pk in ids:
            raise duckdb.InvalidInputException("Malformed JSON")
        return read(contacts, definition)

    patch.setattr(source, "people", read_damaged)


@pytest.mark.parametrize("number", [0, 4, PEOPLE - 1])
def test_who_cannot_be_scored_is_set_aside_and_a_coming_version_goes_live(
    people, monkeypatch, number
):
    new_version_is_coming()
    damaged = people[number]
    with monkeypatch.context() as patch:
        damage(patch, damaged)
        work_off()
    assert versions.live_definition().version == 2
    run = Run.objects.get(kind="publish")
    assert (run.done, bool(run.finished_at)) == (PEOPLE, True)
    [aside] = freshening.set_aside_now()
    assert aside.contact_id == damaged.pk
    assert "Malformed JSON" in aside.failure
    scored = ContactScore.objects.filter(definition__version=2)
    assert set(scored.values_list("contact", flat=True)) == {p.pk for p in people} - {damaged.pk}
    did(damaged, "Whitepaper Downloaded", MONDAY, asset="another")
    freshening.score_stale(at=FRIDAY)
    assert not freshening.set_aside_now().exists()
    assert ContactScore.objects.filter(definition__version=2).count() == PEOPLE


def test_who_could_be_scored_after_all_is_no_longer_aside(people):
    freshening.set_aside(people[4].pk, "Could not be read.")
    runs.ask_for(kind="rescore", by=None, at=FRIDAY)
    work_off()
    assert not freshening.set_aside_now().exists()


def test_a_newcomer_who_cannot_be_scored_blocks_no_coming_version(people, monkeypatch):
    new_version_is_coming()
    for _ in range(PEOPLE // 3):
        runs.work_on_next_chunk(at=FRIDAY)
    assert not runs.unfinished().exists()
    newcomer = contact()
    with monkeypatch.context() as patch:
        damage(patch, newcomer)
        freshening.score_stale(at=FRIDAY)
        work_off()
    assert versions.live_definition().version == 2
    assert freshening.set_aside_now().get().contact_id == newcomer.pk


def test_a_chunk_that_kills_its_workers_is_taken_apart(people):
    run = runs.ask_for(kind="rescore", by=None, at=FRIDAY)
    deadly = run.chunks.first()
    RunChunk.objects.filter(pk=deadly.pk).update(attempts=runs.TRIES)
    one = RunChunk.objects.create(
        run=run, first_contact=10**9, last_contact=10**9, contacts=0, attempts=runs.TRIES
    )
    work_off()
    run.refresh_from_db()
    one.refresh_from_db()
    assert one.finished_at
    assert (run.done, run.chunks.count()) == (PEOPLE, 5)
    assert not freshening.set_aside_now().exists()


def test_the_nightly_run_scores_whom_time_changes(people):
    before = len(changes())
    run = runs.ask_for(kind="nightly", by=None, at=LATER)
    work_off(at=LATER)
    run.refresh_from_db()
    assert run.changed == PEOPLE
    assert set(ScoreChange.objects.order_by("id").values_list("cause", flat=True)[before:]) == {
        "time"
    }
    behaviour = ContactScore.objects.order_by("contact_id").values_list("behaviour", flat=True)
    assert list(behaviour) == [5, 10, 15] * (PEOPLE // 3)


def test_a_night_has_one_nightly_run(people):
    run = runs.ask_for(kind="nightly", by=None, at=FRIDAY)
    assert runs.ask_for(kind="nightly", by=None, at=FRIDAY) == run
    work_off()
    assert runs.ask_for(kind="nightly", by=None, at=FRIDAY) == run
    assert runs.ask_for(kind="nightly", by=None, at=FRIDAY + timedelta(days=1)) != run


def test_the_nightly_run_checks_a_sample(people, monkeypatch):
    monkeypatch.setattr(work, "NIGHTS_TO_CHECK_EVERYONE", 1)
    tamper_with_a_score(people[0])
    run = runs.ask_for(kind="nightly", by=None, at=FRIDAY)
    work_off()
    run.refresh_from_db()
    assert (run.checked, run.differences) == (PEOPLE, 1)


def tamper_with_a_score(person) -> None:
    ContactScore.objects.filter(contact=person).update(
        behaviour=F("behaviour") + 1, total=F("total") + 1
    )


def test_verifying_counts_what_is_stored_otherwise_and_writes_nothing(people):
    tamper_with_a_score(people[0])
    Tally.objects.filter(contact=people[1]).delete()
    Tally.objects.filter(contact=people[2]).update(count=7)
    before = scores(), changes()
    run = runs.ask_for(kind="verify", by=None, at=FRIDAY)
    work_off()
    run.refresh_from_db()
    assert (run.checked, run.differences, run.changed) == (PEOPLE, 3, 0)
    assert (scores(), changes()) == before


def test_recounting_and_rescoring_put_it_right(people):
    before = scores()
    tamper_with_a_score(people[0])
    Tally.objects.filter(contact=people[1]).delete()
    Tally.objects.filter(contact=people[2]).update(count=7)
    runs.ask_for(kind="recount", by=None, at=FRIDAY)
    work_off()
    assert scores() == before
    assert freshening.score_stale(at=FRIDAY) == 0
    check = runs.ask_for(kind="verify", by=None, at=FRIDAY)
    work_off()
    check.refresh_from_db()
    assert (check.checked, check.differences) == (PEOPLE, 0)


def test_an_empty_installation_has_nothing_to_run_over(db):
    with pytest.raises(runs.CannotRun, match="No version"):
        runs.ask_for(kind="rescore", by=None, at=FRIDAY)
    starter.install(at=FRIDAY)
    assert runs.ask_for(kind="rescore", by=None, at=FRIDAY).chunks.count() == 0
    assert Run.objects.get().finished_at == FRIDAY
    assert not runs.work_on_next_chunk(at=FRIDAY)


def test_waiting_costs_next_to_nothing(people, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert not runs.work_on_next_chunk(at=FRIDAY)


def test_a_run_says_how_fast_it_is_and_how_long_it_takes(people):
    run = runs.ask_for(kind="rescore", by=None, at=FRIDAY)
    assert runs.pace_of(run, at=FRIDAY) == runs.Pace(None, None)
    runs.work_on_next_chunk(at=FRIDAY)
    run.refresh_from_db()
    assert runs.pace_of(run, at=FRIDAY + timedelta(seconds=6)) == runs.Pace(0.5, 12)
