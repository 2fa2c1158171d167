"""Whatever is sent: never a 500, and nothing lost that was answered 200."""

import json

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leadhub.intake.digest import digest_pending
from leadhub.intake.models import QuarantinedMessage, ReceivedBatch
from leadhub.records.models import Event

QUICK = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# Lone surrogates and NUL among them: JSON's escapes carry both.
any_text = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(
    ["", "\0", "\ud800", "1e999", "x" * 300, "2026-01-01", "0001-01-01T00:00:00+14:00", "a@b.co"]
)
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    "type", "userId", "anonymousId", "event", "name", "messageId", "timestamp", "sentAt",
    "originalTimestamp", "properties", "traits", "context", "integrations", "groupId", "previousId",
]  # fmt: skip
traits = st.dictionaries(
    st.sampled_from(
        ["email", "name", "title", "employees", "company", "consent", "unsubscribed", "status",
         "website", "revenue", "address", "phone"]
    ) | any_text,
    anything,
    max_size=5,
)  # fmt: skip
valid = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["identify", "track", "page", "screen", "group", "alias"]),
        "userId": st.sampled_from(["u1", "u2", "ann@example.com"]),
        "event": st.just("Seen"),
        "groupId": st.sampled_from(["g1", "g2"]),
        "previousId": st.sampled_from(["u1", "u2", "d1"]),
        "traits": traits,
        "context": st.fixed_dictionaries({}, optional={"traits": traits, "page": anything,
                                                       "campaign": anything}),
    }
)  # fmt: skip
broken = st.builds(
    lambda message, change: {**message, **change},
    valid,
    st.dictionaries(st.sampled_from(FIELDS), anything, max_size=3),
)
messages = st.lists(valid | broken | anything, max_size=6)


def taken_in(send, body) -> int:
    """Sends the body and digests it; returns how many messages became facts or are kept."""
    with transaction.atomic():
        answer = send("batch", body)
        assert answer.status_code in {200, 400}
        assert ReceivedBatch.objects.count() == (answer.status_code == 200)
        while digest_pending(at=timezone.now()):
            pass
        found = Event.objects.count() + QuarantinedMessage.objects.count()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@QUICK
@given(batch=messages, common=st.dictionaries(st.sampled_from(FIELDS), anything, max_size=2))
@example(
    batch=[{"type": "track", "event": "x", "userId": "u", "properties": {"\ud800": 1}}], common={}
)
def test_every_message_of_a_batch_is_an_event_or_quarantined(send, batch, common):
    numbered = [
        {**message, "messageId": f"m{number}"} if isinstance(message, dict) else message
        for number, message in enumerate(batch)
    ]
    assert taken_in(send, {**common, "batch": numbered}) == len(batch)


@pytest.mark.django_db
@QUICK
@given(
    route=st.sampled_from(["identify", "track", "page", "group", "alias", "t", "batch"]),
    body=anything,
)
def test_any_json_is_answered_and_kept(send, key, route, body):
    text = json.dumps({**body, "writeKey": key} if isinstance(body, dict) else body)
    with transaction.atomic():
        answer = send(route, text)
        assert answer.status_code in {200, 400}
        digest_pending(at=timezone.now())
        expected = answer.status_code == 200
        if isinstance(body, dict) and route == "batch":
            expected = len(body.get("batch", []) if expected else [])
        assert Event.objects.count() + QuarantinedMessage.objects.count() == expected
        transaction.set_rollback(True)


@pytest.mark.django_db
@QUICK
@given(body=st.binary(max_size=60))
def test_any_bytes_are_answered(client, body):
    with transaction.atomic():
        for headers in ({}, {"Content-Encoding": "gzip"}, {"Authorization": "Basic " + "A" * 9}):
            answer = client.post("/v1/t", body, content_type="text/plain", headers=headers)
            assert answer.status_code in {400, 401}
            assert set(answer.json()) == {"code", "message"}
