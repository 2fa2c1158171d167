"""Two who act on the same at the same moment, whoever is first: one is told, and what is left
behind is what one after the other would have left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from handoff import upkeep
from handoff.handover import hand_over
from handoff.inbox.bulk import decide_each
from handoff.leads import deals, verdicts
from handoff.leads.as_seen import key_of
from handoff.leads.lifecycle import NotPossible, StaleDecision
from handoff.leads.undo import undo
from handoff.models import OPEN_STAGES, Assignment, Lead, RepTerms, Stage
from handoff.routing.assigning import assign
from leadhub.records import merging
from leadhub.records.models import Contact
from leadhub.users.models import User
from tests.at_once import meanwhile
from tests.handoff.always_true import deals_hold, holds
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_lead,
    a_pool,
    a_qualified_contact,
    a_reason,
    a_rule,
    a_signal,
    a_tally,
    a_team,
    a_user,
    an_accepted_lead,
    an_sql,
)

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = (StaleDecision, NotPossible)
AT = NOW + 4 * HOUR


@dataclass
class Race:
    """Two acts, and what must hold after both; the name says what it is about."""

    name: str
    acts: tuple[Callable, Callable]
    afterwards: Callable


def fresh(lead: Lead) -> Lead:
    return Lead.objects.get(pk=lead.pk)


def last(lead: Lead):
    return fresh(lead).transitions.select_related("lead__opportunity").latest("version")


def decided(verdict: Callable, lead: Lead, by: User, **given) -> Callable:
    """The verdict as somebody gives it who has seen the lead as it is now."""
    seen = fresh(lead)
    return lambda: verdict(lead=seen, seen=seen.version, by=by, at=AT, **given)


def taken_back(lead: Lead) -> Callable:
    taken = last(lead)
    return lambda: undo(taken=taken, by=taken.by, at=taken.at)


def promoted_at_once(lead: Lead, by: User, **given) -> Lead:
    deals.promote(lead=lead, seen=lead.version, by=by, at=AT, **given)
    return lead


def of_one_deal() -> Iterator[Race]:
    ada, bea, reason = a_user("Ada"), a_user("Bea"), a_reason()
    for name, made in {
        "join": lambda mine, other: decided(
            deals.promote, other, bea, joining=fresh(mine).opportunity
        ),
        "undo twice": lambda mine, other: taken_back(mine),
        "win": lambda mine, other: decided(deals.win, mine, ada),
        "a deal of its own": lambda mine, other: decided(deals.promote, other, bea),
    }.items():
        company = a_company()
        mine = promoted_at_once(an_accepted_lead(a_contact(company=company), by=ada), ada)
        other = an_accepted_lead(a_contact(company=company), by=bea)
        acts = taken_back(mine), made(mine, other)
        yield Race(f"undo a promotion, {name}", acts, lambda c=company: deals_hold(c))

    company = a_company()
    mine = an_sql(a_contact(company=company), by=ada)
    other = an_accepted_lead(a_contact(company=company), by=bea)
    deals.promote(lead=other, seen=2, by=bea, at=NOW, joining=mine.opportunity)
    deals.lose(lead=mine, seen=3, by=ada, at=AT, reason=reason)
    acts = taken_back(mine), decided(deals.lose, other, bea, reason=reason)
    yield Race("undo a loss, lose the last", acts, lambda c=company: deals_hold(c))

    company = a_company()
    mine = an_sql(a_contact(company=company), by=ada)
    other = an_accepted_lead(a_contact(company=company), by=bea)
    acts = (
        decided(deals.lose, mine, ada, reason=reason),
        decided(deals.promote, other, bea),
    )
    yield Race("lose the last deal, open one", acts, lambda c=company: deals_hold(c))


def others() -> Iterator[Race]:
    ada, bea, boss = a_user("Ada"), a_user("Bea"), a_user("Boss", role="manager")
    reason = a_reason()

    lead = an_accepted_lead(by=ada)
    acts = taken_back(lead), decided(verdicts.reassign, lead, boss, to=bea)
    yield Race("undo, reassign", acts, lambda c=lead.contact: holds(c))

    lead = a_lead()
    key = key_of(lead.pk, lead.version)
    acts = (
        lambda: decide_each(
            chosen=[key], action="reject", data={"reason": reason.pk}, by=bea, at=AT
        ),
        decided(verdicts.accept, lead, ada),
    )

    def one_decided(lead=lead):
        holds(lead.contact)
        assert fresh(lead).version == 2

    yield Race("reject in bulk, accept", acts, one_decided)

    for name, doing in {
        "it expires": lambda lead: upkeep.expire(at=NOW + 40 * DAY, limit=9),
        "it is withdrawn": lambda lead: hand_over(at=AT),
        "it is routed": lambda lead: assign([lead.pk], at=AT),
    }.items():
        lead = a_lead(a_qualified_contact(do_not_contact="withdrawn" in name))
        acts = decided(verdicts.accept, lead, ada), lambda act=doing, lead=lead: act(lead)
        yield Race(f"accept while {name}", acts, lambda c=lead.contact: holds(c))

    carl = a_user("Carl")
    lead = a_lead(owner=carl)
    acts = decided(verdicts.accept, lead, carl), lambda: leaves(carl)

    def nobody_who_left_has_it(lead=lead):
        hand_over(at=AT + HOUR)
        holds(lead.contact)
        assert fresh(lead).owner_id is None
        assert fresh(lead).stage == Stage.QUEUED
        assert lead.assignments.latest("pk").reason == Assignment.Reason.QUEUE

    yield Race("accept while one leaves", acts, nobody_who_left_has_it)


def leaves(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    hand_over(at=AT)


def raised() -> Iterator[Race]:
    """Whoever is first: the person who asks for sales has an open lead that says so."""
    ada, reason = a_user("Ada"), a_reason()
    contact = a_qualified_contact()
    lead = a_lead(contact)
    a_tally(contact, AT, a_signal("Demo requested"))
    acts = decided(verdicts.reject, lead, ada, reason=reason), lambda: hand_over(at=AT)

    def is_heard():
        hand_over(at=AT + HOUR)
        holds(contact)
        assert contact.leads.get(stage__in=OPEN_STAGES).hand_raised_at == AT

    yield Race("ask for sales while being rejected", acts, is_heard)


def merged() -> Iterator[Race]:
    """Whoever is first: the person has one open lead, the furthest, and the verdict stands."""
    ada = a_user("Ada")
    for name in ("accepted", "promoted", "routed", "added"):
        company = a_company()
        survivor, loser = (a_contact(company=company) for _ in range(2))
        a_lead(survivor)
        theirs = an_accepted_lead(loser, by=ada) if name == "promoted" else None
        doing = {
            "accepted": lambda loser=loser: verdicts.accept(
                lead=a_lead(loser), seen=1, by=ada, at=AT
            ),
            "promoted": theirs and decided(deals.promote, theirs, ada),
            "routed": lambda loser=loser: assign([a_lead(loser).pk], at=AT),
            "added": lambda loser=loser: verdicts.add_lead(contact=loser, by=ada, at=AT),
        }[name]
        acts = doing, lambda survivor=survivor, loser=loser: become_one(loser, survivor)

        def one_is_left(survivor=survivor, loser=loser, name=name):
            hand_over(at=AT + HOUR)
            holds(survivor)
            holds(loser)
            stage = {"promoted": Stage.SQL, "routed": Stage.QUEUED}.get(name, Stage.ACCEPTED)
            left = Lead.objects.get(contact__in=[survivor, loser], stage__in=OPEN_STAGES)
            assert left.stage == stage

        yield Race(f"{name} while being merged", acts, one_is_left)

    survivor, loser = a_contact(), a_contact()
    nearer, further = a_lead(survivor), an_accepted_lead(loser, by=ada)
    merging.merge(loser=loser, survivor=survivor, by=None, at=AT)
    promoting = an_sql_soon(nearer, ada)
    acts = promoting, lambda: hand_over(at=AT)

    def the_furthest_is_left():
        hand_over(at=AT + HOUR)
        assert Lead.objects.filter(pk__in=[nearer.pk, further.pk], stage__in=OPEN_STAGES).count()
        holds(survivor)
        holds(loser)

    yield Race("go on with the nearer of two while one is closed", acts, the_furthest_is_left)


def an_sql_soon(lead: Lead, by: User) -> Callable:
    """Accepts and promotes at once."""
    seen = fresh(lead)

    def act():
        verdicts.accept(lead=seen, seen=seen.version, by=by, at=AT)
        deals.promote(lead=seen, seen=seen.version, by=by, at=AT)

    return act


def become_one(loser: Contact, survivor: Contact) -> None:
    merging.merge(loser=loser, survivor=survivor, by=None, at=AT)
    hand_over(at=AT)


@pytest.mark.parametrize("races", [of_one_deal, others, raised, merged])
def test_whoever_is_first_what_is_left_behind_holds(races):
    for first in (0, 1):
        for race in races():
            acts = race.acts[first], race.acts[1 - first]
            answer = meanwhile(*acts)
            told = f"{race.name}, {'other way round' if first else 'this way'}: {answer!r}"
            assert not isinstance(answer, Exception) or isinstance(answer, TOLD), told
            try:
                race.afterwards()
            except AssertionError as broken:
                raise AssertionError(told) from broken


def test_two_pools_of_one_person_give_no_more_than_the_person_has_room_for():
    rep = a_user("Ada", team=a_team("North"))
    RepTerms.objects.create(user=rep, unjudged_leads=3)
    east, west = a_pool(rep), a_pool(rep)
    a_rule(east, {"field": "company.region", "is": "East"})
    a_rule(west, position=1)
    company = a_company(region="East")
    first = [a_lead(a_contact(company=company)).pk for _ in range(3)]
    second = [a_lead().pk for _ in range(3)]

    meanwhile(lambda: assign(first, at=NOW), lambda: assign(second, at=NOW))

    assert Lead.objects.filter(owner=rep).count() == 3
