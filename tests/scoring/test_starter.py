"""The definition that a new installation starts with."""

from datetime import UTC, datetime

import pytest

from scoring import freshening, starter, versions
from scoring.models import ContactScore, Definition, Signal
from scoring.receipts import receipts_of
from tests.scoring.people import contact

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


def test_means_what_the_design_says(installed):
    starts = versions.definition_of(installed)
    assert (starts.threshold, starts.minimum_behaviour, starts.minimum_fit) == (60, 25, 20)
    assert starts.caps == {"high": 80, "medium": 50, "shallow": 10}
    assert starts.most_fit == 60
    assert {group.name: group.cap for group in starts.fit_groups} == {
        "Role": 20,
        "Company size": 15,
        "Industry": 15,
        "Region": 10,
    }
    assert [weight.fading() for weight in starts.weights][:5] == [
        "8, 4, 2, 1, gone after 56 days",
        "20, 10, 5, gone after 90 days",
        "10, 5, 2, gone after 90 days",
        "1, gone after 14 days",
        "−10, −5, −2, gone after 90 days",
    ]


def test_what_is_published_is_read_once(installed, django_assert_num_queries):
    with django_assert_num_queries(5):
        versions.definition_of(installed)
    with django_assert_num_queries(0):
        versions.definition_of(installed)


@pytest.mark.parametrize("title", ["CTO", "VP Marketing", "Head of Sales", "Sales Director"])
def test_who_decides_in_a_company_that_fits_is_an_a(installed, title):
    person = contact(job_title=title, company={"employees": 500, "industry": "Software"})
    freshening.score_stale(at=NOW)
    score = ContactScore.objects.get(contact=person)
    assert (score.grade, score.disqualified_by) == ("A", "")


def test_a_receipt_names_what_is_unknown_only_if_it_could_change_the_fit(installed):
    """Titles gave all that a role can, and the company's country all that a region can."""
    person = contact(job_title="VP Sales", company={"employees": 500, "country": "DE"})
    found = receipts_of([person.pk], definition=versions.definition_of(installed), day=NOW.date())
    assert sorted(found[person.pk].unknown) == [
        "company industry (up to +15)",
        "role (down to −20)",
    ]


@pytest.mark.parametrize(
    ("who", "never"),
    [
        ({"email": "ann@cs.example.edu"}, "Student"),
        ({"email": "ann@example.ac.uk"}, "Student"),
        ({"email": "ann@example.education"}, ""),
        ({"job_title": "Computer science student"}, "Student"),
        ({"job_title": "Student Success Manager"}, ""),
        ({"job_title": "International Sales Manager"}, ""),
        ({"company": {"status": "competitor"}}, "Competitor"),
        ({"attributes": {"own_staff": "yes"}}, "Own staff"),
    ],
)
def test_students_competitors_and_own_staff_never_qualify(installed, who, never):
    person = contact(**who)
    freshening.score_stale(at=NOW)
    assert ContactScore.objects.get(contact=person).disqualified_by == never
