"""The receipt on a contact's page: of any day, under any version, as recorded or recalculated."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from scoring import publishing, runs, starter, versions
from scoring.freshening import score_stale
from tests.scoring.people import contact, did, moment

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


@pytest.fixture
def person():
    """Scored on Monday with a whitepaper; a webinar of that day arrived on Tuesday."""
    starter.install(at=moment(MONDAY - timedelta(days=30)))
    person = contact(job_title="VP Engineering", company={"employees": 500})
    did(person, "Whitepaper Downloaded", MONDAY, asset="Guide")
    score_stale(at=moment(MONDAY))
    did(person, "Webinar Booked", MONDAY, webinar="Spring")
    score_stale(at=moment(MONDAY + timedelta(days=1)))
    return person


def asked(person, **query) -> str:
    return (
        f"{reverse('contact', args=[person.pk])}?{'&'.join(f'{k}={v}' for k, v in query.items())}"
    )


def as_json(client, person, **query) -> dict:
    return client.get(reverse("contact-receipt", args=[person.pk]), query).json()


def test_as_recalculated_and_as_recorded_tell_a_late_fact_apart(rep_client, person):
    recalculated = as_json(rep_client, person, day=MONDAY)
    assert recalculated["shown"] == "as recalculated"
    assert recalculated["behaviour"] == 30
    recorded = as_json(rep_client, person, day=MONDAY, **{"as": "recorded"})
    assert recorded["shown"] == "as recorded"
    assert recorded["behaviour"] == 10
    page = rep_client.get(asked(person, day=MONDAY, **{"as": "recorded"})).content.decode()
    assert "As recorded for" in page
    assert f"With what is known now, {recalculated['total']} would be said" in page


def test_a_line_names_its_days_its_events_and_what_time_will_leave_of_it(rep_client, person):
    lines = as_json(rep_client, person, day=MONDAY)["lines"]
    webinar = next(line for line in lines if line["label"] == "Webinar booked")
    [given] = webinar["given"]
    assert given["events"] == ["Webinar Booked (Spring)"]
    assert (given["day"], given["count"], given["worth"]) == ("2026-03-02", 1, 20)
    assert [then["worth"] for then in given["then"]] == [10, 5, 0]
    page = rep_client.get(asked(person, day=MONDAY)).content.decode()
    assert "Webinar Booked (Spring)" in page
    assert "gone on" in page


def test_a_zero_is_explained(rep_client, person):
    gone = as_json(rep_client, person, day=MONDAY + timedelta(days=100))
    assert {zero["label"]: zero["reason"] for zero in gone["zeros"]}["Webinar booked"] == (
        "worth 0 since 31 May 2026: faded, last given on 2 Mar 2026"
    )
    before = as_json(rep_client, person, day=MONDAY - timedelta(days=1))
    assert before["zeros"][0] == {"label": "Behaviour", "reason": "no signal yet"}


def test_what_a_bot_sent_is_told_and_adds_nothing(rep_client, person):
    for day in (MONDAY, MONDAY + timedelta(days=1)):
        did(person, "Demo Video Watched", day, is_bot=True)
        did(person, "Webinar Booked", day, is_bot=True, webinar="Autumn")
    score_stale(at=moment(MONDAY + timedelta(days=1)))
    answer = as_json(rep_client, person, day=MONDAY)
    assert answer["behaviour"] == 30
    zeros = {zero["label"]: zero["reason"] for zero in answer["zeros"]}
    assert zeros["Webinar booked"] == "an event sent by a bot, last on 2 Mar 2026: not counted"
    later = as_json(rep_client, person, day=MONDAY + timedelta(days=1))["zeros"]
    assert {"2 events sent by a bot, last on 3 Mar 2026: not counted"} == {
        zero["reason"] for zero in later if zero["label"] == "Webinar booked"
    }


def test_nothing_is_said_to_be_recorded_under_a_version_after_it_was_retired(rep_client, person):
    first, at = versions.live_definition(), moment(MONDAY + timedelta(days=2))
    draft = versions.copy_as_draft(original=first, by=None, at=at)
    publishing.publish(definition=draft, by=None, at=at)
    while runs.work_on_next_chunk(at=at):
        pass
    late = {"version": first.version, "day": MONDAY + timedelta(days=40)}
    told = as_json(rep_client, person, **late, **{"as": "recorded"})
    assert told["problem"].startswith(f"Version {first.version} was retired on 4 Mar 2026:")
    page = rep_client.get(asked(person, **late)).content.decode()
    assert "a fact arrived" not in page
    until_then = {"version": first.version, "day": MONDAY + timedelta(days=1), "as": "recorded"}
    assert as_json(rep_client, person, **until_then)["behaviour"] == 30


def test_of_a_day_before_anyone_knew_of_them_that_is_said(rep_client, person):
    before = MONDAY - timedelta(days=3)
    assert as_json(rep_client, person, day=before)["known_since"] == MONDAY.isoformat()
    page = rep_client.get(asked(person, day=before)).content.decode()
    assert "Nobody knew of them on that day: they are known since" in page
    assert as_json(rep_client, person, day=MONDAY)["known_since"] is None
    assert as_json(rep_client, contact(), day=before)["known_since"] is not None


def test_under_a_draft_that_weighs_otherwise(rep_client, person):
    draft = versions.copy_as_draft(original=versions.live_definition(), by=None, at=moment(MONDAY))
    draft.weights.filter(signal__name="Webinar booked").update(points=7)
    answer = as_json(rep_client, person, day=MONDAY, version=draft.version)
    assert (answer["version"], answer["behaviour"]) == (draft.version, 17)
    assert "(draft)" in rep_client.get(asked(person, version=draft.version)).content.decode()
    nothing = as_json(rep_client, person, version=draft.version, **{"as": "recorded"})
    assert nothing["problem"] == "Nothing was recorded by that day under this version."


def test_a_draft_that_cannot_be_evaluated_says_why(rep_client, person):
    draft = versions.copy_as_draft(original=versions.live_definition(), by=None, at=moment(MONDAY))
    type(draft).objects.filter(pk=draft.pk).update(threshold=10_000)
    answer = as_json(rep_client, person, version=draft.version)
    assert "can't be evaluated: threshold" in answer["problem"]
    assert rep_client.get(asked(person, version=draft.version)).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["day=yesterday", "day=", "version=x", "version=99999999999", "as=guessed", "day=0001-01-01"],
)
def test_what_is_no_answer_is_left_out(rep_client, person, query):
    assert rep_client.get(f"{reverse('contact', args=[person.pk])}?{query}").status_code == 200


def test_before_any_version_was_live_there_is_no_receipt(rep_client):
    assert as_json(rep_client, contact())["problem"] == "No version was ever live."


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1440])
def test_the_day_can_be_picked_and_the_address_says_so(page_of, rep, person, width):
    page = page_of(rep, width=width)
    page.goto(reverse("contact", args=[person.pk]))
    page.get_by_label("Day").fill(MONDAY.isoformat())
    page.get_by_text("As recalculated for 2 Mar 2026").wait_for()
    page.get_by_label("Shown").select_option("As recorded")
    page.get_by_text("As recorded for 2 Mar 2026").wait_for()
    assert "day=2026-03-02" in page.url
    assert "as=recorded" in page.url
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_a_day_to_come_is_told_as_such_and_nothing_is_said_to_be_recorded_for_it(
    rep_client, person
):
    ahead = timezone.localdate() + timedelta(days=60)
    page = rep_client.get(asked(person, day=ahead)).content.decode()
    assert "That day is still to come: this is how it will be if nothing new happens." in page
    assert "a fact arrived, changed or merged later" not in page
