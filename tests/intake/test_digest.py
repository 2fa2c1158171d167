"""From a received body to facts and quarantined messages."""

import json
import random
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection, transaction

from leadhub.intake.digest import digest_pending, may_pass
from leadhub.intake.models import QuarantinedMessage, ReceivedBatch
from leadhub.intake.protocol import MOST_TRAITS
from leadhub.records.history import MOST_FIELDS_NAMED
from leadhub.records.models import (
    AttributeChange,
    Company,
    Contact,
    Device,
    Event,
    Freshness,
    MergeSuggestion,
    UserId,
)  # fmt: skip

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
COUNT = iter(range(10**9))


@pytest.fixture
def take(server):
    """Stores messages as one body received at a time, and digests it."""

    def take(*messages, source=server, at=NOW, **common):
        body = {"batch": list(messages), **common}
        ReceivedBatch.objects.create(
            source=source, kind="batch", body=json.dumps(body), received_at=at
        )
        assert digest_pending(at=at) == 1

    return take


def message(kind="track", **fields):
    named = {"event": "Seen"} if kind == "track" else {}
    return {"type": kind, "messageId": f"m{next(COUNT)}", **named, **fields}


def ago(**span):
    return (NOW - timedelta(**span)).isoformat()


def test_an_identified_contact_with_company(take):
    take(
        message(
            "identify",
            userId="u1",
            traits={
                "email": "Ann@Example-Corp.com", "first_name": "Ann", "jobTitle": "VP",
                "plan": "pro", "company": {"name": "Example Corp", "employees": "1,200"},
            },
        )
    )  # fmt: skip
    contact = Contact.objects.get()
    assert (contact.email, contact.first_name, contact.job_title) == (
        "ann@example-corp.com", "Ann", "VP",
    )  # fmt: skip
    assert contact.attributes == {"plan": "pro"}
    company = Company.objects.get()
    assert contact.company == company
    assert (company.domain, company.name, company.employees) == (
        "example-corp.com", "Example Corp", 1200,
    )  # fmt: skip
    assert UserId.objects.get().contact == contact
    assert Freshness.objects.get().revision == Event.objects.get().revision == 1


@pytest.mark.parametrize(
    "address", ["ＡＮＮ@example-corp.com", "ann@ｅxample-corp.com", "Ann@Example-Corp.com"]
)
@pytest.mark.parametrize("field", ["email", "userId"])
def test_one_address_however_its_letters_are_written(take, address, field):
    take(message("identify", userId="ann@example-corp.com"))
    said = {"email": address} if field == "email" else {}
    take(message("identify", **{"anonymousId": "a", "userId": "", field: address}, traits=said))
    assert Contact.objects.get().email == "ann@example-corp.com"


@pytest.mark.parametrize("letter", ["\u200b", "\u202e", "\x01"])
def test_an_address_with_letters_that_nobody_sees_is_none(take, letter):
    take(message("identify", anonymousId="a", traits={"email": f"ann{letter}@example-corp.com"}))
    assert QuarantinedMessage.objects.get().field == "traits.email"


def test_more_names_than_a_statement_should_take(take):
    said = {f"n{number}": number for number in range(MOST_FIELDS_NAMED + 1)}
    for _ in range(2):
        take(
            *(
                message("identify", userId="u1", traits=dict(part))
                for part in batched(said.items(), MOST_TRAITS)
            )
        )
    assert Contact.objects.get().attributes == said
    assert AttributeChange.objects.count() == len(said)


def batched(items, size):
    items = list(items)
    return [items[start : start + size] for start in range(0, len(items), size)]


@pytest.mark.parametrize("kind", ["identify", "group"])
@pytest.mark.parametrize("nested", [False, True])
def test_more_traits_than_anybody_has_are_a_fault(take, kind, nested):
    many = {f"n{number}": 1 for number in range(MOST_TRAITS + 1)}
    said = {"company": many} if nested and kind == "identify" else many
    take(message(kind, userId="u1", groupId="g1", traits=said))
    assert QuarantinedMessage.objects.get().field.startswith("traits")
    assert not AttributeChange.objects.exists()


def test_a_body_that_asks_too_much_of_the_database_is_not_tried_for_ever(db):
    with pytest.raises(OperationalError) as too_much, transaction.atomic():
        ask_too_much()
    assert not may_pass(too_much.value)
    assert not may_pass(ValueError("the body's fault"))
    assert may_pass(OperationalError("database is locked"))


def ask_too_much():
    """More values than SQLite takes in a statement; for PostgreSQL more than an index row holds."""
    if connection.vendor == "sqlite":
        Contact.objects.filter(pk__in=range(300_000)).count()
    else:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE texts (text TEXT UNIQUE)")
            cursor.execute("INSERT INTO texts VALUES (%s)", [random.randbytes(9000).hex()])


def test_free_mail_has_no_company(take):
    take(message("identify", traits={"email": "ann@gmail.com"}, anonymousId="a"))
    assert Contact.objects.get().company is None
    assert not Company.objects.exists()


def test_a_company_that_nobody_can_tell_stays_an_attribute(take):
    traits = {"email": "ann@gmail.com", "company": {"name": "Example Corp"}}
    take(message("identify", userId="u1", traits=traits))
    assert Contact.objects.get().attributes == {"company": {"name": "Example Corp"}}


def test_group_finds_the_company_of_the_domain(take):
    take(message("identify", userId="u1", traits={"email": "ann@example-corp.com"}))
    take(
        message(
            "group", userId="u1", groupId="g1", traits={"website": "https://www.example-corp.com/"}
        )
    )
    company = Company.objects.get()
    assert (company.external_id, company.domain) == ("g1", "example-corp.com")


def test_the_same_message_changes_nothing(take):
    identify = message("identify", userId="u1", traits={"email": "ann@example.com"})
    take(identify, identify)
    before = state()
    take(identify)
    assert state() == before


def state():
    rows = [Contact, Company, Event, Device, AttributeChange, Freshness, UserId]
    return {model: list(model.objects.order_by("pk").values()) for model in rows}


def test_what_is_wrong_waits_once_however_often_it_is_sent(take):
    wrong, nameless = message(userId="u", event=7), {"type": "track", "userId": "u"}
    take(wrong, nameless, nameless, sentAt=ago(minutes=2))
    take(wrong, sentAt=ago(minutes=1))
    assert QuarantinedMessage.objects.count() == 3


def test_without_a_message_id_the_content_counts_where_it_has_a_time(take):
    timed = {"type": "track", "event": "Seen", "userId": "u", "timestamp": ago(days=1)}
    take(timed)
    take(timed)
    assert Event.objects.count() == 1
    untimed = {"type": "track", "event": "Seen", "userId": "u"}
    take(untimed, untimed)
    assert Event.objects.count() == 3


@pytest.mark.parametrize(
    ("said", "sent", "expected"),
    [
        (None, None, NOW),
        (ago(hours=2), None, NOW - timedelta(hours=2)),
        (ago(hours=2), ago(hours=1), NOW - timedelta(hours=1)),
        ((NOW + timedelta(days=3)).isoformat(), None, NOW),
        ("9999-12-31T23:59:59Z", None, NOW),
        (ago(days=400), NOW.isoformat(), NOW - timedelta(days=400)),
    ],
)
def test_when_it_happened(take, said, sent, expected):
    take(message(userId="u", timestamp=said, sentAt=sent))
    assert Event.objects.get().occurred_at == expected


def test_the_day_is_the_organisations(take):
    take(message(userId="u", timestamp="2026-07-01T22:30:00Z"))
    assert Event.objects.get().day.isoformat() == "2026-07-02"


def test_events_before_the_first_identification_count(take):
    take(message(anonymousId="a", timestamp=ago(days=300)))
    take(message(anonymousId="a", timestamp=ago(days=400)))
    assert not Event.objects.exclude(contact=None).exists()
    take(message("identify", anonymousId="a", userId="u", timestamp=ago(days=10)))
    contact = Contact.objects.get()
    events = list(Event.objects.filter(contact=contact, by_device=True))
    assert [event.occurred_at for event in events] == [NOW - timedelta(days=300)]
    assert events[0].revision == contact.freshness.revision


def test_a_device_that_two_people_use(take):
    take(message("identify", anonymousId="a", userId="u1", timestamp=ago(days=10)))
    take(message(anonymousId="a", timestamp=ago(days=3)))
    first = Event.objects.get(kind="track").contact
    take(message("identify", anonymousId="a", userId="u2", timestamp=ago(days=5)))
    second = Event.objects.get(kind="track").contact
    assert UserId.objects.get(value="u1").contact == first != second
    assert first.freshness.recount_revision == first.freshness.revision
    assert second.freshness.recount_revision == 0


def test_a_user_id_gets_its_email_later(take):
    take(message(userId="u"))
    take(message("identify", userId="u", traits={"email": "ann@example.com"}))
    contact = Contact.objects.get()
    assert (contact.email, contact.events.count()) == ("ann@example.com", 2)


def test_a_trusted_source_joins_a_user_id_and_an_email(take):
    take(message(userId="u"), message("identify", userId="ann@example.com"))
    take(message("identify", userId="u", traits={"email": "ann@example.com"}))
    loser, survivor = Contact.objects.order_by("email")
    if survivor.email is None:
        loser, survivor = survivor, loser
    assert loser.root == survivor
    assert loser.freshness.revision > 1
    assert survivor.freshness.revision > 1


def test_two_emails_are_only_suggested(take):
    take(message("identify", userId="u", traits={"email": "ann@example.com"}))
    take(message("identify", userId="u", traits={"email": "bea@example.com"}))
    assert Contact.objects.filter(root=None).count() == 2
    assert MergeSuggestion.objects.count() == 1


@pytest.mark.parametrize("server_first", [True, False])
def test_a_public_key_may_say_whose_a_user_id_without_an_email_is(take, site, server_first):
    """As sites do that identify in the browser while their servers know people by user id: it is
    one person, whoever spoke first.
    """
    said = [
        lambda: take(message(userId="u"), message("identify", userId="ann@example.com")),
        lambda: take(
            message("identify", userId="u", traits={"email": "ann@example.com"}), source=site
        ),
    ]
    for say in said if server_first else reversed(said):
        say()
    assert Contact.objects.filter(root=None).count() == 1
    assert not MergeSuggestion.objects.exists()


def test_a_public_key_overwrites_nothing_that_a_server_said(take, site):
    who = {"userId": "u", "timestamp": ago(days=2)}
    take(message("identify", **who, traits={"title": "VP"}))
    later = {**who, "timestamp": ago(days=1)}
    take(message("identify", **later, traits={"title": "CEO", "phone": "1"}), source=site)
    contact = Contact.objects.get()
    assert (contact.job_title, contact.phone) == ("VP", "1")


def test_consent_with_source_and_time(take):
    take(message("identify", userId="u", traits={"consent": True}, timestamp=ago(days=2)))
    take(message("identify", userId="u", traits={"unsubscribed": True}, timestamp=ago(days=1)))
    contact = Contact.objects.get()
    assert (contact.consented_at, contact.consent_source) == (NOW - timedelta(days=2), "Our server")
    assert contact.opted_out_at == NOW - timedelta(days=1)


def test_what_a_batch_says_holds_for_its_messages(take):
    take(
        message("page", anonymousId="a"),
        context={"page": {"path": "/pricing"}, "userAgent": "Examplebot/1.0"},
    )
    event = Event.objects.get()
    assert event.properties["path"] == "/pricing"
    assert event.is_bot


@pytest.mark.parametrize(
    ("field", "broken"),
    [
        ("", 7), ("", "text"), ("", None), ("", []),
        ("type", {"userId": "u"}), ("type", {"type": 7, "userId": "u"}),
        ("type", {"type": "merge", "userId": "u"}),
        ("userId", {"type": "track", "event": "x"}),
        ("userId", message(userId=["u"])), ("userId", message(userId=True)),
        ("userId", message(userId="u" * 201)), ("anonymousId", message(anonymousId={})),
        ("event", message(userId="u", event=None)), ("event", message(userId="u", event=7)),
        ("event", message(userId="u", event="x" * 201)),
        ("properties", message(userId="u", properties=[1])),
        ("context", message(userId="u", context="x")),
        ("traits", message("identify", userId="u", traits="x")),
        ("traits.email", message("identify", userId="u", traits={"email": "nobody"})),
        ("traits.email", message("identify", userId="u", traits={"email": 7})),
        ("groupId", message("group", userId="u")), ("previousId", message("alias", userId="u")),
        ("messageId", message(userId="u", messageId="x" * 100)),
        ("messageId", message(userId="u", messageId=7)),
        ("timestamp", message(userId="u", timestamp="yesterday")),
        ("timestamp", message(userId="u", timestamp=7)),
        ("timestamp", message(userId="u", timestamp="0001-01-01T00:00:00Z")),
        ("timestamp", message(userId="u", timestamp="0001-01-01T00:00:00+14:00")),
        ("sentAt", message(userId="u", timestamp=ago(days=1), sentAt={})),
        ("properties.x", message(userId="u", properties={"x": "a\0b"})),
        ("properties.x.0", message(userId="u", properties={"x": ["\ud800"]})),
        ("properties", message(userId="u", properties={"\udfff": 1})),
        ("properties.x", message(userId="u", properties={"x": 10**30})),
        ("", message(userId="u", properties={"x": "y" * 33_000})),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_quarantined_with_field_and_reason(take, field, broken):
    take(broken, message(userId="fine"))
    kept = QuarantinedMessage.objects.get()
    assert (kept.field, bool(kept.reason)) == (field, True)
    assert json.loads(kept.body) == broken
    assert Event.objects.count() == 1


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_infinite_numbers_are_quarantined(server, number):
    body = '{"batch": [{"type": "track", "userId": "u", "event": "x", "properties": {"n": %s}}]}'
    ReceivedBatch.objects.create(source=server, kind="batch", body=body % number)
    digest_pending(at=NOW)
    assert QuarantinedMessage.objects.get().field == "properties.n"


def test_deep_nesting_is_quarantined(take):
    deep = 1
    for _ in range(100):
        deep = {"a": deep}
    take(message(userId="u", properties=deep))
    assert "nested" in QuarantinedMessage.objects.get().reason


def test_a_message_nested_as_deeply_as_can_be_received_is_set_aside_alone(server):
    good = message(userId="u")
    deep = json.dumps(message(userId="u", properties="DEEP")).replace(
        '"DEEP"', '{"a":' * 960 + "1" + "}" * 960
    )
    body = f'{{"batch": [{json.dumps(good)}, {deep}]}}'
    ReceivedBatch.objects.create(source=server, kind="batch", body=body, received_at=NOW)
    limit = sys.getrecursionlimit()
    digest_pending(at=NOW)
    assert sys.getrecursionlimit() == limit
    assert Event.objects.get().message_id == good["messageId"]
    assert QuarantinedMessage.objects.get().body.count("{") == deep.count("{")


def test_a_body_that_breaks_the_digestion_is_set_aside(server, take):
    ReceivedBatch.objects.create(source=server, kind="batch", body="no JSON")
    ReceivedBatch.objects.create(
        source=server, kind="track", body=json.dumps({"userId": "u", "event": "x"})
    )
    assert digest_pending(at=NOW) == 2
    assert QuarantinedMessage.objects.get().body == "no JSON"
    assert Event.objects.count() == 1
    assert digest_pending(at=NOW) == 0


def test_no_query_a_message(server, django_assert_max_num_queries):
    for size in (10, 300):
        batch = [
            message("identify", userId=f"{size}-{n}", anonymousId=f"d{size}-{n}",
                    traits={"email": f"p{n}@company{size}{n % 7}.com", "title": "VP"})
            for n in range(size)
        ]  # fmt: skip
        ReceivedBatch.objects.create(source=server, kind="batch", body=json.dumps({"batch": batch}))
        with django_assert_max_num_queries(60):
            digest_pending(at=NOW)
