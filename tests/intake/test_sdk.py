"""Segment's own Python SDK, unmodified, against a server that listens."""

from datetime import UTC, datetime

import pytest
from segment.analytics.client import Client

from leadhub.intake.digest import digest_pending
from leadhub.intake.models import QuarantinedMessage
from leadhub.records.models import Company, Contact, Event


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("gzip", [False, True])
def test_what_the_sdk_sends_becomes_facts(live_server, key, gzip):
    failures = []
    client = Client(
        key, host=live_server.url, gzip=gzip, on_error=lambda *error: failures.append(error)
    )
    client.page(anonymous_id="d1", name="Pricing", properties={"url": "https://x.com/pricing?a=1"})
    client.identify("u1", {"email": "ann@example-corp.com", "firstName": "Ann"}, anonymous_id="d1")
    client.group("u1", "g1", {"name": "Example Corp", "employees": 70})
    client.track("u1", "Webinar Booked", {"webinar": "w1"})
    client.screen("u1", name="Home")
    client.alias("d1", "u1")
    for number in range(250):
        client.track("u1", "Seen", {"number": number})
    client.flush()
    client.join()
    assert not failures
    while digest_pending(at=datetime.now(UTC)):
        pass
    assert not QuarantinedMessage.objects.exists()
    contact = Contact.objects.get()
    assert (contact.email, contact.first_name) == ("ann@example-corp.com", "Ann")
    assert contact.events.count() == Event.objects.count() == 256
    assert contact.events.get(kind="page").properties["path"] == "/pricing"
    assert Company.objects.get(external_id="g1").employees == 70
