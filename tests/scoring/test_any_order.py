"""What arrives in any order, twice, late, and while versions change, leaves the same scores: all
the way from what was received, around a day on which clocks were put forward.
"""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leadhub.records.models import Contact, Event
from scoring import models, publishing, runs, signals, versions
from scoring.freshening import score_stale
from scoring.versions import definition_of, live_definition
from tests.intake.test_order import arrive
from tests.scoring import stored, worlds
from tests.scoring.test_databases import scores, undone
from tests.scoring.test_families import that_give_distinct_values

pytestmark = pytest.mark.django_db

# In the night to 29 March clocks went from 2:00 to 3:00 in Berlin.
NOW = datetime(2026, 3, 30, 10, tzinfo=UTC)
TODAY = date(2026, 3, 30)
BERLIN = ZoneInfo("Europe/Berlin")
EMAILS = {"u1": "ann@example.com", "u2": "ann@example.com", "u3": "bea@example.com"}
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@st.composite
def a_message(draw, number: int) -> dict:
    minutes = draw(st.one_of(st.integers(-30, 30), st.integers(-60 * 24 * 20, 60 * 24)))
    at = datetime(2026, 3, 28, 23, tzinfo=UTC) + timedelta(minutes=minutes)
    message = {
        "messageId": f"m{number}",
        "timestamp": at.isoformat(),
        "userId": draw(st.sampled_from(sorted(EMAILS))),
    }
    if draw(st.integers(0, 5)) == 0:
        return message | {"type": "identify", "traits": {"email": EMAILS[message["userId"]]}}
    agent = draw(st.sampled_from(["", "", "", BOT]))
    return message | {
        "type": "track",
        "event": draw(st.sampled_from(["Webinar Booked", "webinar booked", "Demo"])),
        "properties": {"x": draw(st.sampled_from(["Guide", "GUIDE", "Other", 7, 7.0, None]))},
        "context": {"userAgent": agent} if agent else {},
    }


@st.composite
def arrivals(draw):
    """The messages in one body; and shuffled, some of them twice, in several bodies."""
    said = [(True, draw(a_message(number))) for number in range(draw(st.integers(3, 14)))]
    again = draw(st.permutations(said + draw(st.lists(st.sampled_from(said), max_size=3))))
    cuts = sorted(draw(st.sets(st.integers(1, len(again)), max_size=3)) | {0, len(again)})
    return [said], [again[a:b] for a, b in itertools.pairwise(cuts)]


def another_version_comes(conditions) -> None:
    """The live version's first signal means something else now; the version goes live when its
    past is counted and everyone has a score.
    """
    before = live_definition().weights.order_by("pk").first().signal
    meaning = {name: getattr(before, name) for name in signals.MEANING}
    meaning["conditions"] = stored.conditions(conditions)
    signals.edit(signal=before, meaning=meaning, by=None, at=NOW)
    draft = models.Definition.objects.filter(status="draft").first()
    draft = draft or versions.copy_as_draft(original=live_definition(), by=None, at=NOW)
    publishing.publish(definition=draft, by=None, at=NOW)


def everything_is_done() -> None:
    while runs.work_on_next_chunk(at=NOW) or score_stale(at=NOW):
        pass


def known_by_name(found: dict[int, dict]) -> dict:
    """The scores by the user ids and e-mails of those whose they are."""
    names = {}
    for contact in Contact.objects.prefetch_related("user_ids"):
        known = names.setdefault(contact.root_id or contact.pk, set())
        known |= {contact.email, *(one.value for one in contact.user_ids.all())}
    return {frozenset(names[pk] - {None}): score for pk, score in found.items()}


def days_in_berlin(bodies) -> dict[str, date]:
    said = [message for body in bodies for _, message in body]
    moments = {one["messageId"]: datetime.fromisoformat(one["timestamp"]) for one in said}
    return {message: min(at, NOW).astimezone(BERLIN).date() for message, at in moments.items()}


def outcome(bodies, server, definition, conditions, *, comes_after: int) -> dict:
    """The scores in the end, with everything scored after each body and another version coming
    after one of them, checked against the oracle.
    """
    versions.remembered.cache_clear()
    with transaction.atomic():
        stored.live(definition, at=NOW)
        for number, body in enumerate(bodies):
            arrive(body, {True: server})
            if number == comes_after:
                another_version_comes(conditions)
            score_stale(at=NOW)
        everything_is_done()
        assert dict(Event.objects.values_list("message_id", "day")) == days_in_berlin(bodies)
        live = live_definition()
        found = scores(live)
        assert found == stored.as_the_oracle_says(definition_of(live), TODAY)
        named = known_by_name(found)
        transaction.set_rollback(True)
    return named


@settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True,
    report_multiple_bugs=False, phases=[Phase.generate],
)  # fmt: skip
@given(
    definition=worlds.definitions().map(that_give_distinct_values),
    conditions=worlds.ABOUT_EVENTS,
    bodies=arrivals(),
    when=st.integers(0, 3),
)
def test_whatever_the_order_and_whenever_a_version_comes(
    server, definition, conditions, bodies, when
):
    together, apart = bodies
    with undone():
        once = outcome(together, server, definition, conditions, comes_after=0)
        later = outcome(
            apart, server, definition, conditions, comes_after=min(when, len(apart) - 1)
        )
        assert once == later
