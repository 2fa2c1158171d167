from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection

from handoff.models import Lead, Stage
from leadhub import heartbeats, sweep
from tests.handoff.builders import NOW, a_contact, a_lead, a_signal, a_tally

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


class Pile:
    """A stage with so much to do."""

    def __init__(self, *amounts: int, name: str = "pile"):
        self.amounts = list(amounts)
        self.__name__ = name
        self.seen = []

    def __call__(self, *, at):
        self.seen.append(at)
        return self.amounts.pop(0) if self.amounts else 0


def broken(*, at):
    raise ValueError("broken on purpose")


@pytest.fixture
def with_stages(monkeypatch):
    return lambda *stages: monkeypatch.setattr(sweep, "STAGES", stages)


def test_goes_on_until_a_whole_round_finds_nothing(with_stages):
    facts, scores = Pile(500, 3), Pile(0, 1000, 1000, 7)
    with_stages(facts, scores)

    assert sweep.sweep(at=AT)

    assert facts.amounts == scores.amounts == []
    assert len(scores.seen) == 5
    assert set(scores.seen) == {AT}
    assert heartbeats.last(heartbeats.SWEEP) == AT


def test_a_stage_that_fails_stops_no_other(with_stages):
    scores = Pile(5, 5)
    with_stages(broken, scores)

    assert not sweep.sweep(at=AT)

    assert scores.amounts == []
    assert heartbeats.last(heartbeats.SWEEP) is None


def test_gives_the_worker_back_when_its_time_is_over(with_stages):
    endless = Pile(*[1] * 50)
    with_stages(endless)

    sweep.sweep(at=AT, seconds=0)

    assert len(endless.amounts) == 50


def test_a_heartbeat_is_written_every_few_seconds_only():
    heartbeats.beat("now@here", at=AT)
    heartbeats.beat("now@here", at=AT + timedelta(seconds=2))
    assert heartbeats.last_of_queue("now") == AT

    heartbeats.beat("now@here", at=AT + timedelta(seconds=6))
    assert heartbeats.last_of_queue("now") == AT + timedelta(seconds=6)


@pytest.mark.skipif(settings.ON_SQLITE, reason="on SQLite there is one worker alone")
def test_a_second_sweep_returns_while_one_is_running(with_stages):
    with sweep.the_only_sweep() as alone:
        assert alone
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [sweep.LOCK])
                assert cursor.fetchone() == (False,)
        finally:
            other.close()
    with sweep.the_only_sweep() as alone_again:
        assert alone_again


def test_who_asks_for_sales_comes_at_once_and_upkeep_every_few_seconds():
    sweep.sweep(at=NOW)
    unwanted = a_lead(a_contact(do_not_contact=True))
    a_tally(asks := a_contact(), NOW, a_signal("Demo requested"))

    sweep.sweep(at=NOW + SECOND)
    assert {lead.contact_id: lead.stage for lead in Lead.objects.all()} == {
        unwanted.contact_id: Stage.QUEUED,
        asks.pk: Stage.QUEUED,
    }

    sweep.sweep(at=NOW + 6 * SECOND)
    unwanted.refresh_from_db()
    assert unwanted.stage == Stage.WITHDRAWN
