"""What bots send is stored and shown and does not count; a person can say otherwise."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leadhub.intake import bots as recognised
from leadhub.intake.bots import Sender
from leadhub.intake.digest import digest_pending
from leadhub.intake.models import ReceivedBatch, SourceKey
from leadhub.records import bots, facts
from leadhub.records.models import BotVerdict, Contact, Event
from leadhub.records.observation import Observation
from scoring import starter
from scoring.freshening import score_stale
from scoring.models import ContactScore, ScoreChange

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
BROWSER = {"User-Agent": CHROME, "Accept-Language": "de", "Origin": "https://www.example.com"}


@pytest.fixture
def visit(server):
    """A function by which Ann visits the pricing page; it gives the event."""
    starter.install(at=AT - timedelta(days=400))
    numbers = iter(range(10**6))

    def visit(hours_ago=0, *, kind="page", **said) -> Event:
        message = f"v{next(numbers)}"
        who = {"email": "ann@example.com"} if kind == "identify" else {}
        seen = Observation(
            server, kind, message, AT - hours_ago * HOUR, AT, anonymous_id="d1",
            properties={"path": "/pricing"}, **who, **said,
        )  # fmt: skip
        facts.record([seen], at=AT)
        return Event.objects.get(message_id=message)

    visit(100, kind="identify")
    return visit


def behaviour() -> int:
    while score_stale(at=AT):
        pass
    return ContactScore.objects.get(contact__email="ann@example.com").behaviour


def test_an_event_a_device_or_a_time_is_said_to_be_a_bots(visit, marketer):
    today, yesterday = visit(1), visit(25)
    assert behaviour() == 16
    by = {"by": marketer, "at": AT, "why": "Our own monitor"}
    said = bots.judge_event(event=today, is_bot=True, **by)
    assert (said.events, said.contacts, behaviour()) == (1, 1, 8)
    assert ScoreChange.objects.latest("pk").cause == "bot"
    ann = Contact.objects.get()
    times = {"since": AT - 30 * HOUR, "until": AT - 20 * HOUR}
    bots.judge_contact(contact=ann, is_bot=True, **times, **by)
    assert behaviour() == 0
    bots.judge_contact(contact=ann, is_bot=False, **times, **by)
    assert behaviour() == 8
    bots.judge_device(anonymous_id="d1", is_bot=True, **by)
    assert behaviour() == 0
    assert Event.objects.filter(is_bot=True).count() == 3
    bots.judge_device(anonymous_id="d1", is_bot=False, **by)
    assert behaviour() == 16
    assert set(Event.objects.filter(kind="page")) == {today, yesterday}


def test_what_was_said_holds_for_what_comes_in_later(visit, marketer):
    by = {"by": marketer, "at": AT}
    bots.judge_device(anonymous_id="d1", is_bot=True, **by)
    assert visit(1).is_bot
    ann = Contact.objects.get()
    bots.judge_contact(contact=ann, since=AT - 9 * HOUR, until=AT, is_bot=False, **by)
    assert not visit(2, is_bot=True).is_bot
    assert visit(30).is_bot
    bots.judge_device(anonymous_id="d1", is_bot=False, by=marketer, at=AT + HOUR)
    assert not visit(31).is_bot


def test_whoever_is_not_concerned_is_not_recounted(visit, marketer):
    visit(1)
    assert behaviour() == 8
    said = bots.judge_event(event=visit(2), is_bot=False, by=marketer, at=AT)
    assert (said.events, said.contacts) == (0, 0)


@pytest.mark.parametrize(
    ("headers", "sign"),
    [
        (BROWSER, ""),
        ({"User-Agent": CHROME, "Sec-Fetch-Mode": "cors"}, ""),
        ({"User-Agent": "SomeApp/3.1 (iOS)"}, ""),
        ({}, "no User-Agent"),
        ({"User-Agent": CHROME}, "a browser's name without a browser's headers"),
        (BROWSER | {"From": "bot@example.com"}, "From names the operator"),
        (BROWSER | {"Sec-Ch-Ua": '"HeadlessChrome";v="142"'}, "Sec-CH-UA names a headless browser"),
        (BROWSER | {"Sec-Purpose": "prefetch;prerender"}, "fetched ahead of time"),
    ],
)
def test_signs_in_headers(headers, sign):
    assert recognised.sign_in(headers) == sign


@pytest.mark.parametrize(
    ("said", "is_bot"),
    [(CHROME, False), ("Examplebot/2.0 (+https://example.com/bot)", True), (None, True), (7, True)],
)
def test_the_message_s_user_agent_counts_before_the_request_s(site, said, is_bot):
    assert Sender(site, user_agent="curl/8.5.0", sign="").is_bot(said) is is_bot


def test_one_body_of_a_public_key_comes_from_one_browser(site, server):
    for source, is_bot in ((site, True), (server, False)):
        sender = Sender(source, user_agent="", sign="")
        answers = [sender.is_bot(f"{CHROME} Build/{n}") for n in range(30)]
        assert answers[-1] is is_bot
        assert not answers[0]


def test_a_servers_own_user_agent_says_nothing_of_the_visitor(server):
    assert not Sender(server, user_agent="python-requests/2.32", sign="no User-Agent").is_bot(None)


@pytest.mark.parametrize(("headers", "is_bot"), [(BROWSER, False), ({"User-Agent": CHROME}, True)])
def test_flagged_from_the_request_to_the_event(client, site, headers, is_bot):
    key = SourceKey.issue(site)[1]
    body = {"writeKey": key, "anonymousId": "d", "messageId": "1", "event": "Seen"}
    client.post("/v1/t", json.dumps(body), content_type="text/plain", headers=headers)
    digest_pending(at=timezone.now())
    assert Event.objects.get().is_bot is is_bot
    assert bool(ReceivedBatch.objects.get().bot_sign) is is_bot


def test_marketing_says_so_on_a_page(visit, marketer_client, marketer):
    event = visit(1)
    day = AT.date().isoformat()
    for said, is_bot in (
        ({"kind": "event", "named": event.pk, "is_bot": "yes"}, True),
        ({"kind": "device", "named": "d1", "is_bot": "no"}, False),
        ({"kind": "contact", "named": "Ann@example.com", "since": day, "until": day,
          "is_bot": "yes"}, True),
    ):  # fmt: skip
        answer = marketer_client.post(reverse("bots"), said, follow=True)
        assert "Scores follow within seconds" in answer.content.decode()
        event.refresh_from_db()
        assert event.is_bot is is_bot
    assert set(BotVerdict.objects.values_list("by", flat=True)) == {marketer.pk}
    page = marketer_client.get(reverse("contact", args=[event.contact_id])).content.decode()
    assert "Bot, not counted" in page


@pytest.mark.parametrize(
    "said",
    [
        {}, {"kind": "event", "named": "x"}, {"kind": "event", "named": "9" * 30},
        {"kind": "contact", "named": "nobody"}, {"kind": "device", "named": "d" * 201},
        {"kind": "contact", "named": "ann@example.com"},
        {"kind": "contact", "named": "ann@example.com", "since": "2026-02-02",
          "until": "2026-02-01"},
        {"kind": "contact", "named": "ann@example.com", "since": "today", "until": "0"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_reason(visit, marketer_client, said):
    answer = marketer_client.post(reverse("bots"), {"is_bot": "yes", **said})
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not BotVerdict.objects.exists()


def test_the_list_costs_the_same_for_many(
    visit, marketer, marketer_client, django_assert_num_queries
):
    for count in (3, 40):
        for _ in range(count):
            bots.judge_event(event=visit(1), is_bot=True, by=marketer, at=AT)
        with django_assert_num_queries(4):
            marketer_client.get(reverse("bots"))
