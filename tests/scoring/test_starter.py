"""The definition that a new installation starts with."""

from datetime import UTC, datetime

import pytest

from scoring import starter
from scoring.models import Definition, Signal

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def installed(db):
    return starter.install(at=NOW)


def test_is_live_at_once(installed):
    assert (installed.version, installed.status) == (1, "live")
    assert (installed.published_at, installed.live_from) == (NOW, NOW)


def test_installing_twice_changes_nothing(installed):
    assert starter.install(at=NOW) == installed
    assert Definition.objects.count() == 1
    assert Signal.objects.count() == 8


def test_signals_count_from_the_first_event_on(installed):
    assert not Signal.objects.filter(tallied_at=None).exists()


def test_names_the_signals_of_the_mission(installed):
    worth = {weight.signal.name: weight.points for weight in installed.weights.all()}
    assert worth == {
        "Pricing page visited": 8,
        "Webinar booked": 20,
        "Whitepaper downloaded": 10,
        "E-mail link clicked": 1,
        "Careers page visited": -10,
        "Unsubscribed": -15,
        "Demo requested": 0,
        "Sales contacted": 0,
    }
