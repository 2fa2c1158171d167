"""Whom a version would have kept from sales, of those whom sales judged."""

from dataclasses import replace
from datetime import timedelta

import pytest

from leadhub.records import merging
from leadhub.records.models import Outcome
from scoring import versions
from scoring.hindsight import WEEKS, in_hindsight
from tests.handoff.builders import DAY, NOW, a_contact, a_signal, a_tally, the_definition

pytestmark = pytest.mark.django_db
JUDGED = NOW - 10 * DAY


@pytest.fixture
def live():
    return versions.definition_of(the_definition())


def somebody(*outcomes: str, looks: int = 3, judged=JUDGED, **said):
    """Of fit 20, who booked a webinar and looked at the prices, and of whom sales said this."""
    contact = a_contact(job_title="VP Operations")
    before = judged - 3 * DAY
    a_tally(contact, before, a_signal("Webinar booked"))
    a_tally(contact, before, a_signal("Pricing page visited"), count=looks)
    for number, kind in enumerate(outcomes):
        at = judged + number * timedelta(hours=2)
        Outcome.objects.create(contact=contact, kind=kind, at=at, **said)
    return contact


def seen(live, **bounds):
    found = in_hindsight(replace(live, **bounds), live=live, day=NOW.date())
    return dict(found.came), dict(found.kept_out)


def test_each_counts_once_for_how_far_they_came(live):
    somebody("rejected")
    somebody("accepted", "rejected")
    somebody("accepted")
    somebody("accepted", "sql")
    somebody("accepted", "sql", "lost")
    somebody("accepted", "sql", "won")
    everyone = {"rejected": 2, "accepted": 1, "sql": 2, "won": 1}
    assert seen(live) == (everyone, {})
    assert seen(live, threshold=65) == (everyone, everyone)


def test_shares_are_of_those_who_would_have_come(live):
    somebody("rejected", looks=3)
    somebody("accepted", looks=3)
    somebody("accepted", looks=3)
    somebody("accepted", "rejected")
    whole = in_hindsight(live, live=live, day=NOW.date())
    assert (whole.accepted, whole.accepted_then) == (0.5, 0.5)
    nobody = in_hindsight(replace(live, threshold=150), live=live, day=NOW.date())
    assert nobody.accepted_then is None


def test_who_comes_anyhow_or_came_otherwise_is_not_asked_about(live):
    raised = somebody("accepted")
    a_tally(raised, JUDGED - DAY, a_signal("Demo requested"))
    somebody("rejected", counts_against_marketing=False)
    somebody("accepted", looks=1)
    somebody("accepted", judged=NOW - timedelta(weeks=WEEKS, days=2))
    assert seen(live, threshold=150) == ({}, {})


def test_the_days_between_handover_and_verdict_count_and_those_after_do_not(live):
    late = somebody("accepted", looks=0)
    a_tally(late, JUDGED + 2 * DAY, a_signal("Pricing page visited"), count=3)
    assert seen(live) == ({}, {})
    lasting = somebody("accepted")
    assert seen(live) == ({"accepted": 1}, {})
    assert lasting.pk != late.pk


def test_merged_people_are_one(live):
    survivor, loser = somebody("accepted"), somebody("rejected", judged=JUDGED - 20 * DAY)
    merging.merge(loser=loser, survivor=survivor, by=None, at=NOW)
    came, _ = seen(live)
    assert sum(came.values()) == 1
