"""What whoever reads a public key can't do with it."""

from datetime import timedelta

import pytest

from leadhub.records import facts
from leadhub.records.devices import LOOK_BACK
from leadhub.records.models import Company, Contact, Event
from leadhub.records.observation import Observation
from tests.records.conftest import NOW

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def tell():
    """Records one observation with the times given: when it happened, when it came in."""
    numbers = iter(range(10**6))

    def tell(source, kind, happened, received, **said):
        message = f"n{next(numbers)}"
        facts.record([Observation(source, kind, message, happened, received, **said)], at=received)
        return message

    return tell


def owner_of(message: str) -> str | None:
    contact = Event.objects.get(message_id=message).contact
    return contact and contact.email


def test_a_backdated_identify_takes_nothing_that_was_somebodys(tell, site, server):
    first = tell(site, "page", NOW - 9 * DAY, NOW - 9 * DAY, anonymous_id="d")
    tell(site, "identify", NOW - 8 * DAY, NOW - 8 * DAY, anonymous_id="d", email="ann@example.com")
    second = tell(site, "page", NOW - 7 * DAY, NOW - 7 * DAY, anonymous_id="d")
    for claimed in (NOW - 300 * DAY, NOW - 8 * DAY - MINUTE, NOW - 8 * DAY + MINUTE):
        tell(site, "identify", claimed, NOW, anonymous_id="d", email="eve@example.net")
    assert {owner_of(first), owner_of(second)} == {"ann@example.com"}
    late = tell(site, "page", NOW - 6 * DAY, NOW + DAY, anonymous_id="d")
    assert owner_of(late) == "ann@example.com"


def test_nor_what_a_server_said_was_somebodys(tell, site, server):
    seen = tell(site, "page", NOW - 9 * DAY, NOW - 9 * DAY, anonymous_id="d")
    tell(server, "identify", NOW - 8 * DAY, NOW, anonymous_id="d", email="ann@example.com")
    tell(site, "identify", NOW - 10 * DAY, NOW + MINUTE, anonymous_id="d", email="eve@example.net")
    assert owner_of(seen) == "ann@example.com"


def test_whoever_fills_in_a_form_on_a_shared_device_has_what_they_send_with_it(tell, site):
    tell(site, "identify", NOW - 8 * DAY, NOW - 8 * DAY, anonymous_id="d", email="ann@example.com")
    sent = NOW + MINUTE
    tell(site, "identify", NOW, sent, anonymous_id="d", email="bea@example.com")
    asked = tell(site, "track", NOW + MINUTE / 4, sent, anonymous_id="d", name="Demo Requested")
    assert owner_of(asked) == "bea@example.com"


def test_a_public_identify_still_names_who_was_anonymous_on_the_device(tell, site):
    seen = tell(site, "page", NOW - 9 * DAY, NOW - 9 * DAY, anonymous_id="d")
    old = tell(site, "page", NOW - LOOK_BACK - DAY, NOW - LOOK_BACK - DAY, anonymous_id="d")
    tell(site, "identify", NOW - 400 * DAY, NOW, anonymous_id="d", email="ann@example.com")
    assert (owner_of(seen), owner_of(old)) == ("ann@example.com", None)


@pytest.mark.parametrize("email", ["ann@gmail.com", ""])
def test_a_public_group_moves_nobody_into_a_company(observe, site, email):
    who = {"email": email} if email else {"user_id": "42"}
    observe(source=site, **who)
    observe("group", source=site, group_id="big", company_values={"employees": 9000}, **who)
    assert Contact.objects.get().company is None
    observe("group", group_id="big", **who)
    assert Contact.objects.get().company == Company.objects.get(external_id="big")


def test_what_a_public_identify_says_of_the_company_moves_nobody_either(observe, site):
    observe(source=site, email="ann@gmail.com", group_id="big", company_values={"name": "Big"})
    assert Contact.objects.get().company is None


def test_of_two_emails_of_one_user_id_the_first_to_arrive_keeps_it(observe):
    """It stays so (see docs/adr/0013): the other waits for a person as a suggestion."""
    observe(days_ago=1, user_id="42", email="ann@example.com")
    observe(days_ago=9, user_id="42", email="bea@example.com")
    observe("track", user_id="42", name="Seen")
    ann, bea = (Contact.objects.get(email=f"{who}@example.com") for who in ("ann", "bea"))
    assert ann.events.filter(name="Seen").exists()
    assert not bea.events.filter(name="Seen").exists()
