"""Who would get a lead: the owner of the company first, else whose turn it is in the pool of the
first rule that holds, else the queue.

Set-based, and told step by step. Two who decide at once give out of the same pool one after the
other: its row is locked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from handoff.models import Assignment, Lead, Pool, RoutingRule
from handoff.routing import pools, returning
from handoff.routing.matching import active_rules, first_rules
from handoff.routing.owners import Owner, owners_of
from handoff.routing.pools import Sharing, lock_people, lock_pools, members_of
from handoff.routing.staff import Staff, staff_of
from leadhub.among import Among
from leadhub.records.models import Contact
from leadhub.users.models import User

Reason = Assignment.Reason
LONGEST = 400


class Case(NamedTuple):
    """Somebody to be given: a person (a root) of a company. `same_rep` had them before, `barred`
    (users) must not get them.
    """

    person_id: int
    company_id: int | None
    is_raised: bool = False
    barred: frozenset[int] = frozenset()
    same_rep: User | None = None


class Assigned(NamedTuple):
    """The columns of an Assignment."""

    lead_id: int
    at: datetime
    to_id: int | None
    team_id: int | None
    reason: Reason
    why: str
    rule_id: int | None
    pool_id: int | None
    period: int | None
    roster: list | None


@dataclass(frozen=True)
class Decision:
    """`to` None: the queue of `team` (None: every team's). `steps` tell how it came about."""

    to: User | None
    team_id: int | None
    reason: Reason
    why: str
    rule: RoutingRule | None = None
    pool: Pool | None = None
    period: int | None = None
    roster: list | None = None
    steps: tuple[str, ...] = ()

    @property
    def columns(self) -> dict:
        """What it makes of a lead's columns."""
        return {
            "owner_id": self.to and self.to.pk,
            "team_id": self.team_id,
            "pool_id": self.pool.pk if self.pool else None,
        }

    def assigned(self, lead_id: int, *, at: datetime) -> Assigned:
        return Assigned(
            lead_id=lead_id, at=at, to_id=self.to and self.to.pk, team_id=self.team_id,
            reason=self.reason, why=self.why[:LONGEST], rule_id=self.rule and self.rule.pk,
            pool_id=self.pool and self.pool.pk, period=self.period, roster=self.roster,
        )  # fmt: skip


def cases_of(
    persons: Sequence[int], previous: Mapping[int, Lead], *, is_raised: bool = False
) -> list[Case]:
    """What is asked about people who have no open lead, in their order. `previous` is person →
    their lead before.
    """
    companies = dict(Contact.objects.filter(Among("pk", persons)).values_list("pk", "company"))
    same_reps = returning.same_reps(previous) if previous else {}
    barred = returning.barred(lead.pk for lead in previous.values()) if previous else {}
    return [
        Case(
            person_id=person,
            company_id=companies[person],
            is_raised=is_raised,
            barred=frozenset(barred.get(previous[person].pk, ()))
            if person in previous
            else frozenset(),
            same_rep=same_reps.get(person),
        )
        for person in persons
    ]


def decide(cases: Sequence[Case], *, at: datetime) -> list[Decision]:
    """Decides for all of them, in their order, and stores whose turn it is now.

    Within a transaction: the pools, and then their people, stay locked until it ends.
    """
    router = router_for(cases, at=at, locking=True)
    decisions = [router.decide(case) for case in cases]
    pools.keep(router.sharings.values())
    return decisions


def dry_run(contact: Contact, *, at: datetime) -> Decision:
    """To whom the contact's person would go now, and why, step by step. Changes nothing."""
    person = contact.root or contact
    previous = returning.previous_of(person)
    (case,) = cases_of([person.pk], {person.pk: previous} if previous else {})
    return router_for([case], at=at, locking=False).decide(case)


def as_they_stand(ids: Iterable[int]) -> list[Pool]:
    return list(Pool.objects.filter(pk__in=set(ids)).select_related("team__terms"))


def router_for(cases: Sequence[Case], *, at: datetime, locking: bool) -> "Router":
    """All that the decisions read, in a number of queries that does not depend on the cases. Of
    what counts up while leads are given, `locking` keeps others from giving any.
    """
    rules = active_rules()
    persons = [case.person_id for case in cases]
    by_person = first_rules(persons, rules=rules, day=timezone.localdate(at))
    used = (lock_pools if locking else as_they_stand)({one.pool_id for one in by_person.values()})
    members = members_of(used)
    owners = owners_of({case.company_id for case in cases if case.company_id is not None})
    people = {user for of_pool in members.values() for user in of_pool}
    people |= {owner.user.pk for of_company in owners.values() for owner in of_company}
    people |= {case.same_rep.pk for case in cases if case.same_rep is not None}
    if locking:
        lock_people(people)
    staff = staff_of(people, at=at)
    sharings = {pool.pk: Sharing(pool, members[pool.pk], staff) for pool in used}
    return Router(by_person, owners, staff, sharings, has_rules=bool(rules))


@dataclass
class Router:
    """Decides one after the other: who was given a lead has less room for the next."""

    rules: Mapping[int, RoutingRule]
    owners: dict[int, list[Owner]]
    staff: Staff
    sharings: dict[int, Sharing]
    has_rules: bool

    def decide(self, case: Case) -> Decision:
        rule = self.rules.get(case.person_id)
        refused: list[str] = []
        for owner in self.owners_for(case):
            why_not = self.why_not(owner, case, rule)
            if not why_not:
                self.staff.people[owner.user.pk].take()
                return self.to_owner(owner, rule, refused)
            refused.append(f"{owner.user} {SHOULD[owner.reason]}, but {why_not}.")
        decision = self.by_rule(case, rule, refused)
        if decision.to is not None and case.company_id is not None:
            # The next one of the company goes to the same rep.
            owner = Owner(decision.to, Reason.COLLEAGUE)
            self.owners.setdefault(case.company_id, []).append(owner)
        return decision

    def owners_for(self, case: Case) -> list[Owner]:
        owners = list(self.owners.get(case.company_id, ()))
        if case.same_rep is not None:
            owners.append(Owner(case.same_rep, Reason.SAME_REP))
        return owners

    def why_not(self, owner: Owner, case: Case, rule: RoutingRule | None) -> str:
        """Why the owner can't have it; "" if they can. Only who is away is covered for."""
        if owner.user.pk in case.barred:
            return "had this person already"
        absent_until = self.staff.people[owner.user.pk].absent_until
        covered = rule is not None and absent_until is not None
        return f"is absent until {absent_until:%-d %b}" if covered else ""

    def to_owner(self, owner: Owner, rule: RoutingRule | None, refused: list[str]) -> Decision:
        why = f"{owner.user} {SHOULD[owner.reason]}."
        return Decision(
            to=owner.user,
            team_id=owner.user.team_id,
            reason=owner.reason,
            why=why,
            rule=None,
            pool=rule.pool if rule else None,
            steps=(*refused, why),
        )

    def by_rule(self, case: Case, rule: RoutingRule | None, refused: list[str]) -> Decision:
        if rule is None:
            why = "No rule holds." if self.has_rules else "There are no routing rules."
            return Decision(None, None, Reason.QUEUE, why, steps=(*refused, why))
        sharing = self.sharings[rule.pool_id]
        found = f"The rule “{rule}” holds: the pool “{sharing.pool}”."
        if sharing.pulls:
            return self.to_queue(
                sharing.pool, rule, "Its team takes leads from the queue itself.", [*refused, found]
            )
        over = tuple(f"{one}." for one in sharing.passed_over())
        turn = sharing.give(barred=case.barred, is_raised=case.is_raised)
        if turn is None:
            nobody = " ".join(("Nobody of it can have one now.", *over))
            return self.to_queue(sharing.pool, rule, nobody, [*refused, found])
        user = turn.colleague.user
        in_turn = "is next" if turn.period else "is owed most of those who may have it"
        return Decision(
            to=user,
            team_id=user.team_id,
            reason=Reason.ROTATION if turn.period else Reason.EXCEPTION,
            why=f"“{rule}”: {user} {in_turn}.",
            rule=rule,
            pool=sharing.pool,
            period=turn.period,
            roster=turn.roster,
            steps=(*refused, found, *over, f"{user} {in_turn}."),
        )

    def to_queue(self, pool: Pool, rule: RoutingRule, why: str, steps: list[str]) -> Decision:
        queue = f"the queue of {pool.team}" if pool.team else "every team's queue"
        return Decision(
            to=None,
            team_id=pool.team_id,
            reason=Reason.QUEUE,
            why=f"“{rule}”: {why}",
            rule=rule,
            pool=pool,
            steps=(*steps, why, f"It waits in {queue}."),
        )


SHOULD = {
    Reason.COMPANY_OWNER: "owns the company",
    Reason.COLLEAGUE: "works on somebody of the company",
    Reason.SAME_REP: "had this person before",
}
