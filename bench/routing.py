"""Leads handed over and routed a second, all at once, each with its receipt frozen."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bench.figures import Figure

STACKS = ("sqlite", "postgresql")
REPS, POOLS = 50, 5
REGIONS = ("North", "South", "East", "West")
TARGET = 1000
MOST_QUERIES = 0.1


def add_options(parser) -> None:
    parser.add_argument("--leads", type=int, default=10_000)


def measure(stack, options) -> Iterator[Figure]:
    from django.conf import settings

    from handoff.handover import hand_over
    from handoff.models import Assignment, Lead

    # A Tuesday, in everyone's business hours.
    at = datetime(2026, 3, 10, 11, tzinfo=settings.ORGANISATION_ZONE)
    sales()
    qualified(options.leads, at=at)
    with counted() as queries:
        began, busy = time.perf_counter(), time.process_time()
        while hand_over(at=at):
            pass
        took, busy = time.perf_counter() - began, time.process_time() - busy
    opened = Lead.objects.filter(owner__isnull=False)
    assert opened.count() == Assignment.objects.count() == options.leads, "not everyone has a rep"
    assert not opened.filter(receipt={}).exists(), "a receipt is missing"
    yield Figure("handed over, routed, receipt frozen", options.leads / took, "leads/s", TARGET)
    yield Figure("the same by a second of the process", options.leads / busy, "leads/s")
    yield Figure(
        "queries a lead", len(queries) / options.leads, "queries", MOST_QUERIES,
        lower_is_better=True,
    )  # fmt: skip


@contextmanager
def counted():
    """A list that gets each statement sent to the database, COPY included."""
    from django.db import connection

    from scoring import arrow

    sent, read = [], arrow.read

    def count(execute, sql, *rest):
        sent.append(sql)
        return execute(sql, *rest)

    def count_copy(sql, *rest, **options):
        if connection.vendor == "postgresql":
            sent.append(sql)
        return read(sql, *rest, **options)

    arrow.read = count_copy
    try:
        with connection.execute_wrapper(count):
            yield sent
    finally:
        arrow.read = read


def sales() -> None:
    """Teams of ten, a pool and a rule for each region, and one for everyone else."""
    from handoff.models import Pool, PoolMember, RoutingRule, TeamTerms
    from leadhub.users.models import Role, Team, User

    for number in range(POOLS):
        team = Team.objects.create(name=f"Team {number}")
        TeamTerms.objects.create(team=team, new_leads_a_day=5_000)
        pool = Pool.objects.create(name=f"Pool {number}", team=team)
        for member in range(REPS // POOLS):
            email = f"rep{number}.{member}@sales.example"
            user = User.objects.create(email=email, role=Role.REP, team=team)
            PoolMember.objects.create(pool=pool, user=user, weight=1 + member % 3)
        region = REGIONS[number] if number < len(REGIONS) else None
        rows = {"all": [{"field": "company.region", "is": region}]} if region else None
        RoutingRule.objects.create(
            name=f"Rule {number}", position=number, pool=pool, conditions=rows
        )


def qualified(number: int, *, at: datetime) -> None:
    """So many people who qualify, with four signals each."""
    from scoring.models import ContactScore, Definition, Signal, Tally

    live = Definition.objects.get(status=Definition.Status.LIVE)
    people = people_known(number, since=at - timedelta(days=1))
    signals = list(Signal.objects.filter(weights__definition=live).order_by("pk")[:4])
    Tally.objects.bulk_create(
        Tally(
            contact=person, signal=signal, day=at.date(), count=2, last_at=at - timedelta(hours=1)
        )
        for person in people
        for signal in signals
    )
    ContactScore.objects.bulk_create(
        ContactScore(
            contact=person, definition=live, behaviour=50, fit=30, total=80, fit_possible=30,
            grade="B", band=2, high_intent=1, approachable=True, qualified=True, day=at.date(),
            scored_at=at,
        )
        for person in people
    )  # fmt: skip


def people_known(number: int, *, since: datetime) -> list:
    """Two at a company, of which some have an owner."""
    from leadhub.records.models import Company, Contact, Freshness
    from leadhub.users.models import Role, User

    reps = list(User.objects.filter(role=Role.REP, email__endswith="@sales.example"))
    companies = Company.objects.bulk_create(
        Company(
            name=f"Company {n}", domain=f"company{n}.example", employees=500, region=region_of(n),
            owner=reps[n % len(reps)] if n % 10 == 0 else None,
        )
        for n in range(number // 2)
    )  # fmt: skip
    Company.objects.update(created_at=since)
    people = Contact.objects.bulk_create(
        Contact(
            email=f"chief{n}@company{n // 2}.example", first_name="Chief", last_name=str(n),
            job_title="CEO", company=companies[n // 2],
        )
        for n in range(number)
    )  # fmt: skip
    Contact.objects.update(created_at=since)
    Freshness.objects.bulk_create(Freshness(contact=person, scored_revision=1) for person in people)
    return people


def region_of(number: int) -> str:
    return (*REGIONS, "")[number % 5]
