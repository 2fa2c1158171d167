from datetime import date, timedelta

import pytest
from django.utils import timezone

from leadhub.records.models import Contact
from scoring import starter
from scoring.freshening import score_stale
from scoring.models import ContactScore
from scoring.versions import definition_of, live_definition
from tests.scoring.people import contact, did, moment

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def live():
    starter.install(at=timezone.now())
    return definition_of(live_definition())


def score_of(contact: Contact) -> ContactScore:
    return ContactScore.objects.get(contact=contact)


def test_two_whitepapers_and_a_webinar_in_a_week_are_forty():
    person = contact(job_title="Developer")
    did(person, "Whitepaper Downloaded", MONDAY, asset="guide")
    did(person, "Whitepaper Downloaded", MONDAY + timedelta(days=1), asset="benchmark")
    did(person, "Webinar Booked", MONDAY + timedelta(days=3), webinar="spring")
    assert score_stale(at=moment(MONDAY + timedelta(days=4))) == 1
    assert score_of(person).behaviour == 40
    assert score_stale(at=moment(MONDAY + timedelta(days=4))) == 0
