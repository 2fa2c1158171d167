"""Rows for the tests of handoff, written directly: what intake and scoring would have left."""

from datetime import UTC, datetime, timedelta
from itertools import count

from handoff.leads.deals import promote
from handoff.leads.verdicts import accept
from handoff.models import (
    REFUSED,
    TAKEN_ON,
    Lead,
    Pool,
    PoolMember,
    RejectionReason,
    RoutingRule,
    Stage,
    Transition,
)
from leadhub.records.models import Company, Contact, Freshness
from leadhub.users.models import Role, Team, User
from scoring import publishing, starter, versions
from scoring.models import ContactScore, Definition, ScoreChange, Signal, Tally

# A Monday.
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
numbers = count(1)


def a_team(name: str = "") -> Team:
    return Team.objects.create(name=name or f"Team {next(numbers)}")


def a_user(name: str = "Ada", *, role: str = Role.REP, team: Team | None = None) -> User:
    return User.objects.create(
        email=f"user{next(numbers)}@sales.example.com", name=name, role=role, team=team
    )


def reps(number: int, team=None) -> list[User]:
    team = team or a_team()
    return [a_user(f"Rep {n}", team=team) for n in range(number)]


def a_company(**fields) -> Company:
    number = next(numbers)
    defaults = {"domain": f"company{number}.example.com", "name": f"Company {number}"}
    return Company.objects.create(**defaults | fields)


def a_contact(*, stale: bool = False, **fields) -> Contact:
    number = next(numbers)
    defaults = {"email": f"person{number}@example.com", "first_name": f"Person {number}"}
    contact = Contact.objects.create(**defaults | fields)
    Freshness.objects.create(contact=contact, revision=2 if stale else 1, scored_revision=1)
    return contact


def the_definition() -> Definition:
    """The version that is live: the starter, for a year already, unless there is another."""
    return starter.install(at=NOW - 365 * DAY)


def a_new_version(
    *, at: datetime, handover: str = Definition.Handover.FROM_NOW_ON, a_day: int | None = None
) -> Definition:
    """A copy of the live version that takes over at the time given."""
    old = the_definition()
    draft = versions.copy_as_draft(original=old, by=None, at=at)
    publishing.publish(definition=draft, by=None, at=at, handover=handover, handover_a_day=a_day)
    Definition.objects.filter(pk=old.pk).update(status=Definition.Status.RETIRED, retired_at=at)
    Definition.objects.filter(pk=draft.pk).update(status=Definition.Status.LIVE, live_from=at)
    draft.refresh_from_db()
    return draft


def a_signal(name: str = "Webinar booked") -> Signal:
    """One of the starter's."""
    the_definition()
    return Signal.objects.get(name=name)


def a_tally(
    contact: Contact, at: datetime, signal: Signal | None = None, *, count: int = 1
) -> Tally:
    return Tally.objects.create(
        contact=contact, signal=signal or a_signal(), day=at.date(), count=count, last_at=at
    )


def a_score(contact: Contact, *, behaviour: int = 40, fit: int = 23, **fields) -> ContactScore:
    """A score that qualifies, unless told otherwise."""
    defaults = {
        "definition": the_definition(),
        "behaviour": behaviour,
        "fit": fit,
        "total": behaviour + fit,
        "fit_possible": fit,
        "grade": "C",
        "band": 2,
        "high_intent": 1,
        "approachable": True,
        "qualified": True,
        "day": NOW.date(),
        "scored_at": NOW,
    }
    score = ContactScore.objects.create(contact=contact, **defaults | fields)
    ScoreChange.objects.create(
        contact=contact,
        definition=score.definition,
        at=score.scored_at,
        day=score.day,
        behaviour_to=score.behaviour,
        fit_to=score.fit,
        qualified_to=score.qualified,
        cause="facts",
    )
    return score


def a_qualified_contact(*, signal_at: datetime = NOW - HOUR, **fields) -> Contact:
    contact = a_contact(**fields)
    a_score(contact)
    a_tally(contact, signal_at)
    return contact


def a_lead(contact: Contact | None = None, *, at: datetime = NOW, **fields) -> Lead:
    """A lead in the common queue, with the transition that put it there."""
    defaults = {"origin": Lead.Origin.SCORE, "total": 63, "behaviour": 40, "fit": 23, "grade": "C"}
    stage = fields.get("stage", Stage.QUEUED)
    defaults["first_verdict_at"] = at if stage in (*TAKEN_ON, *REFUSED) else None
    defaults["accepted_at"] = at if stage in TAKEN_ON else None
    lead = Lead.objects.create(
        contact=contact or a_contact(),
        definition=the_definition(),
        handed_over_at=at,
        stage_since=at,
        **defaults | fields,
    )
    Transition.objects.create(lead=lead, version=1, to_stage=lead.stage, at=at)
    return lead


def an_accepted_lead(contact: Contact | None = None, *, by: User, at: datetime = NOW) -> Lead:
    lead = a_lead(contact, at=at)
    accept(lead=lead, seen=1, by=by, at=at + HOUR)
    return lead


def an_sql(contact: Contact | None = None, *, by: User, at: datetime = NOW) -> Lead:
    lead = an_accepted_lead(contact, by=by, at=at)
    promote(lead=lead, seen=2, by=by, at=at + 2 * HOUR)
    return lead


def a_reason(kind: str = RejectionReason.Kind.COOL_DOWN, **fields) -> RejectionReason:
    defaults = {"name": f"Reason {next(numbers)}"}
    if kind == RejectionReason.Kind.COOL_DOWN:
        defaults["cool_down_days"] = 30
    return RejectionReason.objects.create(kind=kind, **defaults | fields)


def a_pool(*users: User, weights: dict[User, int] | None = None, team=None) -> Pool:
    pool = Pool.objects.create(name=f"Pool {Pool.objects.count() + 1}", team=team)
    for user in users:
        PoolMember.objects.create(pool=pool, user=user, weight=(weights or {}).get(user, 1))
    return pool


def a_rule(pool: Pool, *rows: dict, position: int = 0) -> RoutingRule:
    conditions = {"all": list(rows)} if rows else None
    name = f"Rule {RoutingRule.objects.count() + 1}"
    return RoutingRule.objects.create(
        name=name, pool=pool, conditions=conditions, position=position
    )
