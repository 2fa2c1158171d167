"""Another time zone: refused at the start, until a command has recounted all days."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from leadhub import heartbeats, time_zone
from leadhub.models import WrittenTimeZone
from leadhub.records import days
from leadhub.records.models import Event
from scoring import freshening, starter
from scoring.models import Tally
from tests.scoring.people import contact, did

MONDAY = date(2026, 3, 2)
TOKYO = "Asia/Tokyo"

pytestmark = pytest.mark.django_db


@pytest.fixture
def written():
    """Two events of one person, at noon and late in the evening of the same day in Berlin."""
    time_zone.remember_the_first()
    starter.install(at=timezone.now())
    person = contact()
    did(person, "Whitepaper Downloaded", MONDAY, asset="a")
    late = did(person, "Whitepaper Downloaded", MONDAY, asset="b")
    Event.objects.filter(pk=late.pk).update(occurred_at=datetime(2026, 3, 2, 22, tzinfo=UTC))
    freshening.score_stale(at=timezone.now())
    return person


@pytest.fixture
def in_tokyo(settings):
    settings.TIME_ZONE = TOKYO
    settings.ORGANISATION_ZONE = ZoneInfo(TOKYO)


def tallied() -> list[tuple]:
    return list(Tally.objects.order_by("day").values_list("day", "count"))


def test_a_start_with_another_zone_is_refused_with_the_command_to_call(written, in_tokyo):
    with pytest.raises(ImproperlyConfigured, match=r"manage\.py change_time_zone"):
        time_zone.refuse_another_at_start()
    with pytest.raises(CommandError, match="decided in Europe/Berlin"):
        call_command("prepare")


def test_a_start_with_the_same_zone_or_a_new_database_is_none_of_it(written):
    time_zone.refuse_another()
    time_zone.remember_the_first()
    WrittenTimeZone.objects.all().delete()
    time_zone.refuse_another()


def test_the_command_recounts_days_and_tallies(written, in_tokyo, monkeypatch, capsys):
    monkeypatch.setattr(days, "EVENTS_AT_ONCE", 1)
    assert tallied() == [(MONDAY, 2)]
    monkeypatch.setattr("builtins.input", lambda asked: TOKYO)
    call_command("change_time_zone")
    assert "another day in Asia/Tokyo: 1" in capsys.readouterr().out
    assert sorted(Event.objects.values_list("day", flat=True)) == [MONDAY, date(2026, 3, 3)]
    freshening.score_stale(at=timezone.now())
    assert tallied() == [(MONDAY, 1), (date(2026, 3, 3), 1)]
    time_zone.refuse_another()
    call_command("change_time_zone")
    assert "Nothing to do" in capsys.readouterr().out


def test_it_asks_first(written, in_tokyo, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda asked: "yes")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("change_time_zone")
    assert time_zone.written_in() == "Europe/Berlin"


def test_it_waits_until_leadhub_is_stopped(written, in_tokyo):
    heartbeats.beat("now@here", at=timezone.now())
    with pytest.raises(CommandError, match="Stop it"):
        call_command("change_time_zone", "--yes")


def test_killed_midway_it_goes_on(written, in_tokyo, monkeypatch):
    monkeypatch.setattr(days, "EVENTS_AT_ONCE", 1)

    def killed(done, last):
        if done == last:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        time_zone.change(said=killed)
    assert time_zone.written_in() == "Europe/Berlin"
    assert time_zone.change(said=lambda done, last: None) == 0
    freshening.score_stale(at=timezone.now())
    assert tallied() == [(MONDAY, 1), (date(2026, 3, 3), 1)]
