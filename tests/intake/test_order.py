"""The order in which messages arrive, and how often, never changes what is known."""

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadhub.intake.digest import digest_pending
from leadhub.intake.models import ReceivedBatch
from leadhub.records.models import Contact, Event, Freshness, Source, UserId

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
USERS, DEVICES = ["u1", "u2", "u3"], ["d1", "d2"]
# Each user id is known under one e-mail: what becomes of a second one is a person's decision.
EMAILS = {"u1": "ann@corp-one.com", "u2": "ann@corp-one.com", "u3": "bea@corp-two.com"}


@st.composite
def a_message(draw, number: int) -> dict:
    hours = draw(st.integers(0, 24 * 500))
    message = {
        "messageId": f"m{number}",
        "timestamp": (NOW - timedelta(hours=hours, seconds=number)).isoformat(),
        "type": draw(st.sampled_from(["track", "page", "identify", "identify", "group"])),
    }
    who = draw(st.sampled_from(["user", "device", "both", "email"]))
    user = draw(st.sampled_from(USERS))
    if who in {"user", "both"}:
        message["userId"] = user
    if who in {"device", "both"}:
        message["anonymousId"] = draw(st.sampled_from(DEVICES))
    if who == "email":
        message["userId"] = EMAILS[user]
    if message["type"] == "identify":
        message["traits"] = draw(some_traits)
        if who != "email" and draw(st.booleans()) and "userId" in message:
            message["traits"]["email"] = EMAILS[user]
    if message["type"] == "group":
        message |= {"groupId": draw(st.sampled_from(["g1", "g2"])), "traits": {"name": "One"}}
    if message["type"] == "track":
        message["event"] = "Seen"
    return message


some_traits = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["VP", "CEO", None]),
        "plan": st.sampled_from(["free", "pro"]),
        "unsubscribed": st.booleans(),
        "leadSource": st.sampled_from(["fair", "search"]),
    },
)


@st.composite
def two_arrivals(draw):
    """The same messages twice: in one body, and shuffled, some doubled, in several bodies."""
    size = draw(st.integers(1, 14))
    messages = [(draw(st.booleans()), draw(a_message(n))) for n in range(size)]
    again = draw(st.permutations(messages + draw(st.lists(st.sampled_from(messages), max_size=3))))
    cuts = sorted(draw(st.sets(st.integers(1, len(again)), max_size=4)) | {0, len(again)})
    return messages, [again[a:b] for a, b in itertools.pairwise(cuts)]


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(arrivals=two_arrivals())
def test_the_order_of_arrival_changes_nothing(server, site, arrivals):
    together, apart = arrivals
    sources = {True: server, False: site}
    assert known_after([together], sources) == known_after(apart, sources)


def known_after(bodies, sources) -> dict:
    """What is known after these bodies arrived, by people and never by row numbers."""
    with transaction.atomic():
        for body in bodies:
            arrive(body, sources)
        known = {"people": people(), "events": events()}
        transaction.set_rollback(True)
    return known


def arrive(body, sources: dict[bool, Source]) -> None:
    for trusted, source in sources.items():
        said = [message for is_trusted, message in body if is_trusted is trusted]
        ReceivedBatch.objects.create(
            source=source, kind="batch", body=json.dumps({"batch": said}), received_at=NOW
        )
    while digest_pending(at=NOW):
        pass


def names() -> dict[int, frozenset]:
    """Contact → the user ids and e-mails of the person, over everyone merged into it."""
    of_root: dict[int, set] = {}
    roots = dict(Contact.objects.values_list("pk", "root_id"))
    top = {pk: root or pk for pk, root in roots.items()}
    for value, contact in UserId.objects.values_list("value", "contact_id"):
        of_root.setdefault(top[contact], set()).add(value)
    for pk, email in Contact.objects.exclude(email=None).values_list("pk", "email"):
        of_root.setdefault(top[pk], set()).add(email)
    return {pk: frozenset(of_root[root]) for pk, root in top.items()}


def people() -> dict:
    name_of = names()
    fields = ("job_title", "source", "opted_out_at", "attributes", "company__external_id")
    return {
        name_of[row.pop("pk")]: row
        for row in Contact.objects.filter(root=None).values("pk", *fields)
    }


def events() -> dict:
    name_of = names() | {None: None}
    return {
        message: (name_of[contact], by_device, day)
        for message, contact, by_device, day in Event.objects.values_list(
            "message_id", "contact_id", "by_device", "day"
        )
    }


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(arrivals=two_arrivals())
def test_whatever_changes_an_event_makes_its_contact_stale(server, site, arrivals):
    """After everyone was scored, whoever gains or loses an event is stale again."""
    _, bodies = arrivals
    with transaction.atomic():
        for body in bodies:
            before = dict(Event.objects.values_list("message_id", "contact_id"))
            for fresh in Freshness.objects.all():
                Freshness.objects.filter(pk=fresh.pk).update(scored_revision=fresh.revision)
            arrive(body, {True: server, False: site})
            for event in Event.objects.exclude(contact=None):
                if before.get(event.message_id) != event.contact_id:
                    fresh = Freshness.objects.get(pk=event.contact_id)
                    assert fresh.scored_revision < event.revision <= fresh.revision
                    lost = Freshness.objects.filter(pk=before.get(event.message_id)).first()
                    assert lost is None or lost.recount_revision == lost.revision
        transaction.set_rollback(True)
