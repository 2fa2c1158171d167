"""Keys, the quarantine and people's corrections, through the admin as its users see it."""

import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leadhub.intake.digest import digest_pending
from leadhub.intake.models import QuarantinedMessage, ReceivedBatch, SourceKey
from leadhub.records.models import (
    AttributeChange,
    Company,
    Contact,
    Event,
    Source,
)
from leadhub.users.models import Role

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def administrator(client, user_of):
    client.force_login(user_of(Role.ADMINISTRATOR))
    return client


def taken(source, *messages):
    body = json.dumps({"batch": messages})
    ReceivedBatch.objects.create(source=source, kind="batch", body=body, received_at=NOW)
    digest_pending(at=NOW)


def post(client, name, /, *args, **fields):
    answer = client.post(reverse(f"admin:{name}", args=args), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def act(client, model, action, *rows):
    return post(
        client, f"{model}_changelist", action=action, _selected_action=[row.pk for row in rows]
    )


def test_a_key_is_issued_shown_once_and_revoked(administrator, server):
    page = post(administrator, "intake_sourcekey_add", source=server.pk)
    row = SourceKey.objects.get()
    key = next(word for word in page.split() if SourceKey.digest_of(word) == row.digest)
    assert (
        key not in administrator.get(reverse("admin:intake_sourcekey_changelist")).content.decode()
    )
    assert SourceKey.source_of(key, on=NOW.date()) == server.pk
    act(administrator, "intake_sourcekey", "revoke", row)
    assert SourceKey.source_of(key, on=NOW.date()) is None


def test_only_websites_and_servers_get_keys(administrator, server):
    people = Source.objects.create(name="People", kind=Source.Kind.PERSON)
    post(administrator, "intake_sourcekey_add", source=people.pk)
    assert not SourceKey.objects.exists()


def test_a_message_is_corrected_and_replayed(administrator, server):
    taken(server, {"type": "track", "userId": "u", "messageId": "m1"})
    kept = QuarantinedMessage.objects.get()
    corrected = {"type": "track", "userId": "u", "messageId": "m1", "event": "Seen"}
    change = "intake_quarantinedmessage_change"
    assert "not JSON" in post(administrator, change, kept.pk, body="{", replay="on")
    post(administrator, change, kept.pk, body=json.dumps(corrected), replay="on")
    digest_pending(at=NOW)
    event = Event.objects.get()
    assert (event.name, event.received_at) == ("Seen", NOW)
    kept.refresh_from_db()
    assert kept.replayed_at
    act(administrator, "intake_quarantinedmessage", "replay", kept)
    assert digest_pending(at=NOW) == 0


def test_what_is_still_wrong_comes_back(administrator, server):
    taken(server, {"type": "track", "userId": "u"})
    act(administrator, "intake_quarantinedmessage", "replay", QuarantinedMessage.objects.get())
    digest_pending(at=NOW)
    first, second = QuarantinedMessage.objects.order_by("id")
    assert first.replayed_at
    assert not second.replayed_at


def test_what_a_person_says_of_a_company(administrator, server):
    taken(server, {"type": "identify", "userId": "u", "traits": {"email": "a@example-corp.com"}})
    company, contact = Company.objects.get(), Contact.objects.get()
    before = contact.freshness.revision
    fields = {"name": "Example Corp", "status": "customer", "employees": "70", "attributes": "{}"}
    post(administrator, "records_company_change", company.pk, **fields)
    company.refresh_from_db()
    contact.freshness.refresh_from_db()
    assert (company.status, company.employees, company.domain) == (
        "customer", 70, "example-corp.com",
    )  # fmt: skip
    assert contact.freshness.revision == before + 1
    assert AttributeChange.objects.get(field="status").source.kind == "person"


def test_what_a_person_says_of_a_contact(administrator, server):
    taken(server, {"type": "identify", "userId": "u", "traits": {"plan": "pro", "size": 1}})
    contact = Contact.objects.get()
    page = administrator.get(reverse("admin:records_contact_change", args=[contact.pk]))
    formset = page.context["inline_admin_formsets"][0].formset
    inline = formset.management_form.initial
    fields = {f"user_ids-{name}": value for name, value in inline.items()}
    fields |= {"job_title": "VP", "do_not_contact": "on", "attributes": '{"plan": "free"}'}
    post(administrator, "records_contact_change", contact.pk, **fields)
    contact.refresh_from_db()
    assert (contact.job_title, contact.do_not_contact) == ("VP", True)
    assert contact.attributes == {"plan": "free"}


LISTS = [
    "intake_sourcekey", "intake_quarantinedmessage", "intake_receivedbatch", "records_source",
    "records_contact", "records_company", "records_event", "records_attributechange",
    "records_mergesuggestion",
]  # fmt: skip


def people(server, first, last):
    for n in range(first, last):
        SourceKey.issue(server)
        email = f"p{n}@company{n}.com"
        taken(
            server,
            {"type": "identify", "userId": f"u{n}", "traits": {"email": email, "title": "VP"}},
            {"type": "identify", "userId": f"u{n}", "traits": {"email": f"q{n}@company{n}.com"}},
            {"type": "track", "userId": f"u{n}"},
        )


def test_lists_take_as_many_queries_for_many_rows(administrator, server):
    counts = []
    for first, last in ((0, 2), (2, 30)):
        people(server, first, last)
        counts.append({})
        for name in LISTS:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = administrator.get(reverse(f"admin:{name}_changelist"))
            assert answer.status_code == 200
            counts[-1][name] = len(queries)
    assert counts[0] == counts[1]
