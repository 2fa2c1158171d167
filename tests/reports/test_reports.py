"""Every figure of the reports against a slow and obvious count over the same rows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

import pytest

from handoff.leads.shown import leads_visible_to
from handoff.models import Held, Lead, Transition
from handoff.reports.funnel import funnel
from handoff.reports.marketing import marketing
from handoff.reports.measures import MEASURES, NO_SOURCE, Counts, Share
from handoff.reports.periods import Period, asked_for
from handoff.reports.sales import sales
from leadhub.records.models import Contact
from leadhub.users.models import User
from scoring.models import ContactScore, Tally
from tests.reports.world import World

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
PERIOD = Period(date(2026, 7, 10), date(2026, 11, 18))
BERLIN = ZoneInfo("Europe/Berlin")

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[1, 2, 3])
def world(db, request) -> World:
    return World(at=NOW, seed=request.param, contacts=150)


def day_of(instant: datetime) -> date:
    return instant.astimezone(BERLIN).date()


def handed_over(*origins: str) -> list[Lead]:
    leads = Lead.objects.select_related("contact", "reason", "opportunity", "team", "owner")
    return [
        lead
        for lead in leads
        if lead.origin in origins and PERIOD.first <= day_of(lead.handed_over_at) <= PERIOD.last
    ]


def log(lead: Lead) -> list[Transition]:
    return list(lead.transitions.order_by("version"))


def verdicts(lead: Lead) -> list[Transition]:
    """The transitions by which somebody accepted or rejected."""
    return [
        step
        for step in log(lead)
        if step.to_stage in {"accepted", "recycled", "disqualified", "waiting"}
        and step.from_stage != step.to_stage
    ]


def counted(leads: list[Lead]) -> Counts:
    numbers = dict.fromkeys(MEASURES, 0)
    deals = {}
    for lead in leads:
        numbers["leads"] += 1
        for name in measures_of(lead):
            numbers[name] += 1
        if lead.opportunity and lead.opportunity.stage != "lost":
            deals[lead.opportunity.pk] = lead.opportunity
    amounts = [deal.amount or Decimal(0) for deal in deals.values()]
    won = [deal.amount or Decimal(0) for deal in deals.values() if deal.stage == "won"]
    counts = Counts(**numbers)
    money = type(counts.pipeline)(
        amount=sum(amounts, Decimal(0)),
        won=sum(won, Decimal(0)),
        opportunities=len(deals),
        without_amount=sum(deal.amount is None for deal in deals.values()),
    )
    return Counts(**numbers, pipeline=money)


def measures_of(lead: Lead) -> set[str]:
    names = {lead.stage} & {"won", "lost", "queued"}
    if lead.stage in {"queued", "accepted", "sql"}:
        names.add("open")
    if lead.opportunity and lead.opportunity.stage in {"open", "won"}:
        names.add("in_pipeline")
    if lead.stage in {"withdrawn", "expired", "merged"}:
        names.add("ended")
    if lead.stage in {"sql", "won", "lost"}:
        names.add("sql")
    if lead.stage in {"accepted", "sql", "won", "lost"}:
        names |= {"accepted", "judged"}
    if lead.stage in {"recycled", "disqualified", "waiting"}:
        counts = lead.reason is None or lead.reason.counts_against_marketing
        names |= {"rejected", "judged"} if counts else {"uncounted"}
        if any(step.to_stage == "accepted" for step in log(lead)):
            names.add("accepted_then_rejected")
    return names


def grouped(leads: list[Lead], key) -> dict[object, list[Lead]]:
    groups = {}
    for lead in leads:
        groups.setdefault(key(lead), []).append(lead)
    return groups


def root_of(contact: Contact) -> int:
    return contact.root_id or contact.pk


def test_marketing_counts_leads(world):
    report = marketing(PERIOD)
    scored = handed_over("score")
    assert report.mqls.counts == counted(scored)
    assert report.hand_raises.counts == counted(handed_over("hand_raise"))
    by_source = grouped(scored, lambda lead: lead.contact.source or NO_SOURCE)
    assert {row.query["source"]: row.counts for row in report.sources} == {
        source: counted(leads) for source, leads in by_source.items()
    }


def test_marketing_counts_rejections_by_reason(world):
    report = marketing(PERIOD)
    rejected = [
        lead
        for lead in handed_over("score", "hand_raise")
        if measures_of(lead) & {"rejected", "uncounted"}
    ]
    expected = grouped(rejected, lambda lead: lead.reason.name)
    assert {r.name: r.leads for r in (*report.rejections, *report.uncounted)} == {
        name: len(leads) for name, leads in expected.items()
    }
    assert {r.name for r in report.uncounted} <= {"Duplicate", "Already a customer"}
    assert not {r.name for r in report.rejections} & {"Duplicate", "Already a customer"}


def lacks_data(score: ContactScore) -> bool:
    rule = score.definition
    reachable = bool(score.contact.email or score.contact.phone)
    fit_short = score.fit < rule.minimum_fit or score.total < rule.threshold
    return (
        stopped_by_nobody(score)
        and (not reachable or (fit_short and score.fit_possible > score.fit))
        and score.behaviour >= rule.minimum_behaviour
        and score.fit_possible >= rule.minimum_fit
        and score.behaviour + score.fit_possible >= rule.threshold
        and score.high_intent >= rule.high_intent_signals
    )


def stopped_by_nobody(score: ContactScore) -> bool:
    contact, company = score.contact, score.contact.company
    in_sales_hands = ["queued", "accepted", "sql", "waiting", "won"]
    return not (
        score.disqualified_by
        or contact.do_not_contact
        or contact.opted_out_at
        or Lead.objects.filter(contact=contact, stage__in=in_sales_hands).exists()
        or (company and company.status in ("customer", "opportunity"))
        or (company and company.opportunities.filter(stage="open").exists())
    )


def is_near(score: ContactScore) -> bool:
    rule = score.definition
    lacks = (rule.threshold - score.total, rule.minimum_behaviour - score.behaviour)
    lacks_signals = rule.high_intent_signals - score.high_intent
    return (
        stopped_by_nobody(score)
        and score.approachable
        and score.fit >= rule.minimum_fit
        and max(lacks) <= 10
        and lacks_signals <= 1
        and max(*lacks, lacks_signals) >= 1
        and not lacks_data(score)
    )


def test_marketing_counts_who_is_nearly_a_lead(world):
    someone = next(s for s in ContactScore.objects.order_by("pk") if stopped_by_nobody(s))
    ContactScore.objects.filter(pk=someone.pk).update(
        approachable=True, qualified=False, behaviour=24, fit=35, fit_possible=35, total=59
    )
    report = marketing(PERIOD)
    scores = list(ContactScore.objects.select_related("contact__company", "definition"))
    waiting = [score for score in scores if lacks_data(score)]
    assert waiting
    assert report.waiting == len(waiting)
    assert report.near == sum(map(is_near, scores)) > 0
    assert report.held == Held.objects.count() > 0
    missing = {entry.field: entry.contacts for entry in report.missing}
    unknown = {
        "reachable": [s for s in waiting if not s.contact.email and not s.contact.phone],
        "contact.job_title": [s for s in waiting if not s.contact.job_title],
        "company.industry": [
            s for s in waiting if not (s.contact.company and s.contact.company.industry)
        ],
        "company.employees": [
            s for s in waiting if not (s.contact.company and s.contact.company.employees)
        ],
    }
    for field, those in unknown.items():
        assert missing.get(field, 0) == len(those), field


def test_sales_counts_the_queue(world):
    rep = world.people.reps[0]
    report = sales(leads=leads_visible_to(rep), me=rep, period=PERIOD, at=NOW)
    seen = [
        lead
        for lead in Lead.objects.all()
        if lead.team_id in (None, rep.team_id) or lead.owner == rep
    ]
    queued = [lead for lead in seen if lead.stage == "queued"]
    assert report.queue.leads == len(queued) == sum(age.leads for age in report.ages)
    assert report.hand_raises.leads == sum(lead.hand_raised_at is not None for lead in queued)
    hours = [0, 1, 24, 72, 240, 10**6]
    assert [age.leads for age in report.ages] == [
        sum(
            youngest <= (NOW - lead.handed_over_at) / timedelta(hours=1) < oldest for lead in queued
        )
        for youngest, oldest in pairwise(hours)
    ]
    mine = [lead.stage for lead in seen if lead.owner == rep]
    assert [part.leads for part in report.mine] == [
        mine.count(stage) for stage in ("queued", "accepted", "sql")
    ]


def test_sales_counts_verdicts_by_rep(world):
    report = sales(leads=Lead.objects.all(), me=world.people.manager, period=PERIOD, at=NOW)
    judged = [lead for lead in handed_over("score", "hand_raise", "sales") if verdicts(lead)]
    by_rep = grouped(judged, lambda lead: str(verdicts(lead)[-1].by_id))
    for rep in report.reps:
        theirs = by_rep.pop(rep.judged.query["judged_by"], [])
        assert rep.judged.counts == counted(theirs)
        times = [verdicts(lead)[0].at - lead.handed_over_at for lead in theirs]
        assert rep.time_to_verdict == (median(times) if times else None)
        opened = Lead.objects.filter(owner=rep.open.query["owner"]).values_list("stage", flat=True)
        assert rep.open.leads == sum(stage in {"queued", "accepted", "sql"} for stage in opened)
    assert not by_rep


def test_funnel_counts_leads(world):
    report = funnel(PERIOD)
    leads = handed_over("score", "hand_raise")
    assert report.marketing.counts == counted(leads)
    assert {row.query["origin"]: row.counts for row in report.origins} == {
        origin: counted(handed_over(origin)) for origin in ("score", "hand_raise", "sales")
    }
    months = grouped(leads, lambda lead: f"{day_of(lead.handed_over_at):%b %Y}")
    names = ["Jul 2026", "Aug 2026", "Sep 2026", "Oct 2026", "Nov 2026"]
    assert {row.name: row.counts for row in report.months} == {
        name: counted(months.get(name, [])) for name in names
    }
    teams = grouped(leads, lambda lead: str(lead.team_id or "null"))
    assert {row.query["team"]: row.counts for row in report.teams} == {
        team: counted(those) for team, those in teams.items()
    }
    sources = grouped(leads, lambda lead: lead.contact.source or NO_SOURCE)
    assert {row.query["source"]: row.counts for row in report.sources} == {
        source: counted(those) for source, those in sources.items()
    }
    times = [verdicts(lead)[0].at - lead.handed_over_at for lead in leads if verdicts(lead)]
    assert report.time_to_verdict == median(times)


def test_funnel_counts_contacts(world):
    engaged = {root_of(tally.contact) for tally in Tally.objects.select_related("contact")}
    stages = {}
    for lead in Lead.objects.select_related("contact"):
        stages.setdefault(root_of(lead.contact), set()).add(lead.stage)
    known = [
        contact
        for contact in Contact.objects.filter(root=None)
        if PERIOD.first <= day_of(contact.created_at) <= PERIOD.last
    ]
    sql = {"sql", "won", "lost"}

    def steps(contacts: list[Contact]) -> list[int]:
        came = [stages.get(contact.pk, set()) for contact in contacts]
        return [
            len(contacts),
            sum(contact.pk in engaged or contact.pk in stages for contact in contacts),
            sum(map(bool, came)),
            sum(bool(those & {"accepted", *sql}) for those in came),
            sum(bool(those & sql) for those in came),
            sum("won" in those for those in came),
        ]

    report = funnel(PERIOD)
    assert [step.contacts for step in report.known.steps] == steps(known)
    assert report.known.still_open == sum(
        bool(stages.get(contact.pk, set()) & {"queued", "accepted", "sql"}) for contact in known
    )
    for month in report.known_by_month:
        of_month = [c for c in known if f"{day_of(c.created_at):%b %Y}" == month.name]
        assert [step.contacts for step in month.steps] == steps(of_month)


def test_a_day_begins_at_midnight_in_the_organisations_zone(world):
    lead = Lead.objects.filter(origin="score").first()
    Lead.objects.exclude(pk=lead.pk).update(origin="sales")
    day = Period(date(2026, 10, 1), date(2026, 10, 1))
    inside = ["2026-09-30T22:00:00+00:00", "2026-10-01T21:59:59+00:00"]
    outside = ["2026-09-30T21:59:59+00:00", "2026-10-01T22:00:00+00:00"]
    for at in (*inside, *outside):
        Lead.objects.filter(pk=lead.pk).update(handed_over_at=datetime.fromisoformat(at))
        assert marketing(day).mqls.counts.leads == (at in inside)


def test_without_anything_there_is_no_percentage():
    report = marketing(PERIOD)
    assert report.mqls.counts == Counts()
    assert report.mqls.counts.accepted_share.ratio is None
    assert Share(1, 4).ratio == 0.25
    assert funnel(PERIOD).known.steps[0].contacts == 0
    me = User.objects.create_user("me@example.com", role="manager")
    assert sales(leads=Lead.objects.all(), me=me, period=PERIOD, at=NOW).reps == ()


@pytest.mark.parametrize("size", [20, 120])
def test_reports_ask_as_often_whatever_the_size(size, django_assert_num_queries):
    world = World(at=NOW, seed=5, contacts=size)
    with django_assert_num_queries(9):
        marketing(PERIOD)
    with django_assert_num_queries(15):
        sales(leads=Lead.objects.all(), me=world.people.manager, period=PERIOD, at=NOW)
    with django_assert_num_queries(6):
        funnel(PERIOD)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"since": "yesterday", "until": "2026-99-99"},
        {"since": "2026-11-20", "until": "2026-01-01"},
        {"since": "1066-10-14"},
        {"since": "2001-01-01", "until": "2026-01-01"},
    ],
)
def test_a_senseless_period_is_the_last_six_months(query):
    assert asked_for(query, today=date(2026, 11, 20)) == Period(
        date(2026, 6, 1), date(2026, 11, 20)
    )


def test_months_of_a_period():
    months = Period(date(2025, 11, 20), date(2026, 2, 3)).months()
    assert [(month.first.isoformat(), month.last.isoformat()) for month in months] == [
        ("2025-11-20", "2025-11-30"),
        ("2025-12-01", "2025-12-31"),
        ("2026-01-01", "2026-01-31"),
        ("2026-02-01", "2026-02-03"),
    ]
