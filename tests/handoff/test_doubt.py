"""Floods of hand-raises that only a public key vouches for."""

from datetime import timedelta

import pytest

from handoff.entry import doubt
from handoff.handover import hand_over
from handoff.models import Lead, PublicHandRaise
from leadhub.records.models import Event, Source
from tests.handoff.builders import HOUR, NOW, a_contact, a_lead, a_signal, a_tally

MINUTE = timedelta(minutes=1)
State = PublicHandRaise.State


@pytest.fixture(autouse=True)
def few(settings):
    settings.HAND_RAISES_AN_HOUR = 3


@pytest.fixture
def raise_hand():
    """A function by which somebody new asks for a demo with the source's key."""

    def ask(source, at, *, contact=None):
        contact = contact or a_contact()
        Event.objects.create(
            source=source, message_id=f"raise {contact.pk}", kind="track", name="Demo Requested",
            contact=contact, occurred_at=at, received_at=at, day=at.date(),
        )  # fmt: skip
        a_tally(contact, at, a_signal("Demo requested"))
        return contact

    return ask


def in_sales() -> set[int]:
    return set(Lead.objects.values_list("contact_id", flat=True))


def test_beyond_so_many_an_hour_they_wait_and_the_next_hour_comes_again(site, raise_hand):
    people = [raise_hand(site, NOW - HOUR + n * MINUTE) for n in range(5)]
    hand_over(at=NOW)
    assert in_sales() == {contact.pk for contact in people[:3]}
    waiting = PublicHandRaise.objects.filter(state=State.WAITING)
    assert set(waiting.values_list("pk", flat=True)) == {contact.pk for contact in people[3:]}
    late = raise_hand(site, NOW + 2 * HOUR)
    hand_over(at=NOW + 2 * HOUR)
    assert in_sales() == {*(contact.pk for contact in people[:3]), late.pk}


def test_while_the_flood_lasts_nobody_unknown_gets_past_it(site, raise_hand):
    for n in range(9):
        raise_hand(site, NOW - HOUR + 15 * n * MINUTE)
        hand_over(at=NOW - HOUR + 15 * n * MINUTE)
    assert len(in_sales()) == 3


def test_a_server_or_another_site_is_not_held_up(site, server, raise_hand):
    other = Source.objects.create(name="Their site", kind=Source.Kind.BROWSER)
    for n in range(5):
        raise_hand(site, NOW - n * MINUTE)
    fine = {raise_hand(source, NOW - MINUTE).pk for source in (server,) * 5 + (other,) * 3}
    hand_over(at=NOW)
    assert fine <= in_sales()


def test_somebody_known_comes_at_once_whatever_goes_on(site, server, raise_hand):
    for n in range(5):
        raise_hand(site, NOW - n * MINUTE)
    customer, earlier = a_contact(), a_contact()
    customer.attribute_changes.create(field="phone", new="1", at=NOW, source=server)
    a_lead(earlier, stage="expired", at=NOW - 300 * HOUR)
    for contact in (customer, earlier):
        raise_hand(site, NOW - MINUTE, contact=contact)
    hand_over(at=NOW)
    assert customer.pk in in_sales()
    assert earlier.leads.filter(stage="queued").exists()


def test_marketing_releases_or_dismisses(site, raise_hand, marketer):
    people = [raise_hand(site, NOW - HOUR / 2 + n * MINUTE) for n in range(6)]
    hand_over(at=NOW)
    assert doubt.release(contacts=[people[3].pk], by=marketer, at=NOW) == 1
    assert doubt.dismiss(contacts=[people[4].pk], by=marketer, at=NOW) == 1
    hand_over(at=NOW + MINUTE)
    assert people[3].pk in in_sales()
    assert not in_sales() & {people[4].pk, people[5].pk}
    decided = PublicHandRaise.objects.get(contact=people[4])
    assert (decided.decided_by, decided.decided_at) == (marketer, NOW)
    assert doubt.dismiss_all_of(site.pk, by=marketer, at=NOW) == 1
    assert not PublicHandRaise.objects.filter(state=State.WAITING).exists()


def test_who_becomes_known_waits_no_longer(site, server, raise_hand):
    people = [raise_hand(site, NOW - HOUR / 2 + n * MINUTE) for n in range(4)]
    hand_over(at=NOW)
    assert people[3].pk not in in_sales()
    people[3].attribute_changes.create(field="phone", new="1", at=NOW, source=server)
    hand_over(at=NOW + MINUTE)
    assert people[3].pk in in_sales()


def test_marketing_does_so_on_its_list(site, raise_hand, marketer_client):
    people = [raise_hand(site, NOW - HOUR / 2 + n * MINUTE) for n in range(7)]
    hand_over(at=NOW)
    page = marketer_client.get("/lists/hand-raises")
    assert page.content.decode().count("Dismiss all of this source") == 4
    for name, only, state in (
        ("hand-raises", people[3].pk, State.RELEASED),
        ("hand-raises-dismiss", people[4].pk, State.DISMISSED),
        ("hand-raises", people[4].pk, State.RELEASED),
        ("hand-raises-dismiss", f"source:{site.pk}", None),
    ):
        marketer_client.post(f"/lists/{name}/act", {"only": only, "back": "/lists/hand-raises"})
        assert state is None or PublicHandRaise.objects.get(contact=only).state == state
    assert not PublicHandRaise.objects.filter(state=State.WAITING).exists()
    assert set(PublicHandRaise.objects.filter(state=State.DISMISSED)) == set(
        PublicHandRaise.objects.filter(contact__in=people[5:])
    )
