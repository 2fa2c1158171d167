"""People, companies and their stories for tests of pages: plain, extreme, and hostile.

Nobody here exists; all addresses are under example domains. Scores and ledgers are written as
scoring would have left them.
"""

from datetime import datetime, timedelta
from itertools import count

from handoff import starter as reasons
from handoff.models import (
    Absence,
    Assignment,
    Calendar,
    Channel,
    CustomerAlert,
    Held,
    Lead,
    Notice,
    NoticeKind,
    PassedUp,
    Pool,
    RepTerms,
    RoutingRule,
    SetAside,
    TeamTerms,
    TeamWebhook,
    Transition,
    WorkingHours,
)
from leadhub.intake.models import QuarantinedMessage, ReceivedBatch, SourceKey
from leadhub.records.models import (
    AttributeChange,
    BotVerdict,
    Company,
    Contact,
    Device,
    Event,
    Freshness,
    Merge,
    MergeSuggestion,
    Opportunity,
    Source,
    UserId,
)
from leadhub.users.models import Team, User
from scoring import freshening, runs, starter, versions
from scoring.models import ContactScore, Run, ScoreChange

HOSTILE = "<script>document.title='owned'</script>\"'><img src=x onerror=document.title='owned'>"
LONG = "Maximiliane Theodora von Hohenfels-Schönwald zu Groß-Gerau und Donaudampfschifffahrt"
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
FIRST = ("Ada", "Bo", "Chiara", "Dmitri", "Esra", "Femi", "Greta", "Hiro", "Ines", "Jonas")
LAST = ("Quist", "Lind", "Rossi", "Orlov", "Yılmaz", "Adeyemi", "Vogel", "Sato", "Duarte")
TITLES = (
    "VP Operations",
    "Head of Procurement",
    "Supply Chain Analyst",
    "Student",
    "CFO",
    "Logistics Manager",
)
FIRMS = (
    "Northwind Freight",
    "Halden Paper",
    "Corvo Robotics",
    "Brightwater Dairy",
    "Ostmark Steel",
    "Pelican Print",
    "Meridian Mobility",
)
INDUSTRIES = ("Logistics", "Manufacturing", "Software", "Food", "Steel", "Media")
DOINGS = (
    ("page", "Pricing", {"path": "/pricing", "title": "Pricing"}),
    ("track", "Whitepaper Downloaded", {"asset": "planning-guide"}),
    ("track", "Webinar Booked", {"webinar": "Planning without spreadsheets"}),
    ("track", "Email Link Clicked", {"campaign": "November letter"}),
)

numbers = count(1)


def companies(count: int) -> list[Company]:
    return Company.objects.bulk_create(
        Company(
            name=FIRMS[n % len(FIRMS)] + (f" {n // len(FIRMS) + 1}" if n >= len(FIRMS) else ""),
            domain=f"firm{n}.example.com",
            industry=INDUSTRIES[n % len(INDUSTRIES)],
            employees=(n * 137) % 90_000 + 12,
            country=("Germany", "Sweden", "Portugal", "Canada")[n % 4],
            status=Company.Status.values[n % 5] if n % 3 else Company.Status.PROSPECT,
        )
        for n in range(count)
    )


def contacts(count: int, *, at: datetime, among: list[Company]) -> list[Contact]:
    """Contacts with an event, a score and a change of it each, spread over the companies."""
    people = Contact.objects.bulk_create(
        Contact(
            email=f"{FIRST[n % len(FIRST)].lower()}{n}@firm{n % 7}.example.com",
            first_name=FIRST[n % len(FIRST)],
            last_name=LAST[n % len(LAST)],
            job_title=TITLES[n % 6],
            source=("Newsletter", "Webinar", "Content syndication", "")[n % 4],
            company=among[n % len(among)] if among else None,
            created_at=at - timedelta(hours=5 * n),
        )
        for n in range(count)
    )
    Freshness.objects.bulk_create(Freshness(contact=person, scored_revision=1) for person in people)
    for n, person in enumerate(people):
        score(person, behaviour=(n * 17) % 78, fit=(n * 11) % 52 - 5, at=at)
    events(people, each=1, at=at)
    return people


def score(contact: Contact, *, behaviour: int, fit: int, at: datetime, **fields) -> ContactScore:
    """A score under the live version; the grade and band as the starter draws them."""
    live = starter.install(at=at)
    total = behaviour + fit
    grade = "A" if fit >= 45 else "B" if fit >= 30 else "C" if fit >= 20 else "D"
    band = 1 if behaviour >= 60 else 2 if behaviour >= 40 else 3 if behaviour >= 20 else 4
    qualified = total >= 60 and fit >= 20
    reckoned = {
        "behaviour": behaviour, "fit": fit, "total": total, "grade": grade, "band": band,
        "fit_possible": fit, "high_intent": 1, "approachable": True, "qualified": qualified,
        "day": at.date(), "scored_at": at,
    }  # fmt: skip
    ScoreChange.objects.create(
        contact=contact, definition=live, at=at, day=at.date(), behaviour_to=behaviour, fit_to=fit,
        qualified_to=qualified, cause="facts",
    )  # fmt: skip
    return ContactScore.objects.create(contact=contact, definition=live, **reckoned | fields)


def events(people: list[Contact], *, each: int, at: datetime) -> None:
    source, _ = Source.objects.get_or_create(name="Website", defaults={"kind": "browser"})
    Event.objects.bulk_create(
        Event(
            source=source,
            message_id=f"message {next(numbers)}",
            kind=DOINGS[n % 4][0],
            name=DOINGS[n % 4][1],
            properties=DOINGS[n % 4][2],
            contact=person,
            occurred_at=at - timedelta(minutes=37 * n),
            received_at=at,
            day=(at - timedelta(minutes=37 * n)).date(),
        )
        for person in people
        for n in range(each)
    )


def handed_over(contact: Contact, *, at: datetime, team=None, **fields) -> Lead:
    lead = Lead.objects.create(
        contact=contact, origin=Lead.Origin.SCORE, definition=starter.install(at=at), team=team,
        handed_over_at=at, stage_since=at, total=63, behaviour=40, fit=23, grade="C",
        why="Webinar booked +20 · Whitepaper 2× +20 · VP +15 = 60", **fields,
    )  # fmt: skip
    Transition.objects.create(lead=lead, version=1, to_stage="queued", at=at)
    return lead


def someone_hostile(*, at: datetime) -> Contact:
    """Everyone who can send an event can send this: script in every text that pages show."""
    firm = Company.objects.create(
        name=HOSTILE, domain="hostile.example.com", industry=HOSTILE[:120], country=HOSTILE[:80],
        attributes={HOSTILE: HOSTILE},
    )  # fmt: skip
    contact = Contact.objects.create(
        email="hostile@hostile.example.com", first_name=HOSTILE[:120], last_name=HOSTILE[:120],
        job_title=HOSTILE, phone=HOSTILE[:40], source=HOSTILE[:120], campaign=HOSTILE,
        company=firm, attributes={HOSTILE: HOSTILE, "list": [HOSTILE]},
        consent_source=HOSTILE[:120], consented_at=at,
    )  # fmt: skip
    source = Source.objects.create(name=HOSTILE[:80], kind="browser")
    for kind in ("page", "track"):
        Event.objects.create(
            source=source, message_id=kind, kind=kind, name=HOSTILE, contact=contact,
            properties={HOSTILE: HOSTILE, "path": HOSTILE}, occurred_at=at, received_at=at,
            day=at.date(),
        )  # fmt: skip
    AttributeChange.objects.create(
        contact=contact, field="job_title", new=HOSTILE, at=at, source=source
    )
    CustomerAlert.objects.create(contact=contact, day=at.date(), at=at)
    SetAside.objects.create(
        contact=contact, definition=starter.install(at=at), revision=1, at=at, failure=HOSTILE
    )
    UserId.objects.create(value=HOSTILE, contact=contact)
    Device.objects.create(anonymous_id=HOSTILE, contact=contact, since=at, heard_at=at)
    other = Contact.objects.create(
        email="other@hostile.example.com", first_name=HOSTILE[:120], root=contact
    )
    Merge.objects.create(survivor=contact, loser=other, cause="hand", why=HOSTILE, at=at)
    BotVerdict.objects.create(
        is_bot=True, anonymous_id=HOSTILE, why=HOSTILE, at=at, events=0, contacts=0
    )
    MergeSuggestion.objects.create(
        contact=contact, other=Contact.objects.create(first_name=HOSTILE[:120]), why=HOSTILE
    )
    score(contact, behaviour=45, fit=20, at=at)
    handed_over(contact, at=at, hand_raise=HOSTILE[:120])
    return contact


def someone_long(*, at: datetime) -> Contact:
    """Names that are longer than any column, with and without a place to break."""
    firm = Company.objects.create(
        name=UNBROKEN, domain="long.example.com", employees=1_234_567, revenue=98_765_432_100,
        status="opportunity", industry=UNBROKEN[:100],
    )  # fmt: skip
    contact = Contact.objects.create(
        email=f"{UNBROKEN[:60].lower()}@long.example.com", first_name=LONG, last_name=UNBROKEN,
        job_title=f"Head of {LONG}", company=firm, source=UNBROKEN, opted_out_at=at,
        attributes={UNBROKEN: UNBROKEN, "spend": 123_456_789_012},
    )  # fmt: skip
    Contact.objects.create(
        email="colleague@long.example.com", first_name=UNBROKEN, company=firm, job_title=LONG
    )
    score(contact, behaviour=1450, fit=312, at=at)
    events([contact], each=60, at=at)
    return contact


def plain(*, at: datetime) -> Contact:
    """A small organisation: lists of one page, and one contact with a whole story."""
    firms = companies(9)
    people = contacts(24, at=at, among=firms)
    hero = people[4]
    form, _ = Source.objects.get_or_create(name="Import of March", defaults={"kind": "file"})
    AttributeChange.objects.create(
        contact=hero, field="job_title", new=hero.job_title, at=at, source=form
    )
    UserId.objects.create(value="crm-20417", contact=hero)
    Device.objects.create(anonymous_id="c5f1a0de-2b", contact=hero, since=at, heard_at=at)
    handed_over(hero, at=at)
    return hero


def sales_at_work(*, at: datetime) -> None:
    """Calendars, terms, an absence: everything that says when people work."""
    team, _ = Team.objects.get_or_create(name="North")
    rep, _ = User.objects.get_or_create(email="long@sales.example.com", name=LONG, team=team)
    calendar = Calendar.objects.create(name=UNBROKEN[:80], country="DE", subdivision="BY")
    for weekday in range(5):
        WorkingHours.objects.create(
            calendar=calendar, weekday=weekday, starts="09:00", ends="17:00"
        )
    TeamTerms.objects.create(team=team, calendar=calendar, new_leads_a_day=8)
    RepTerms.objects.create(user=rep, unjudged_leads=20)
    pool = Pool.objects.create(name=UNBROKEN[:80], team=team)
    pool.members.create(user=rep, weight=3)
    rule = {"all": [{"field": "contact.job_title", "contains": UNBROKEN}]}
    RoutingRule.objects.create(name=LONG[:80], pool=pool, conditions=rule)
    hidden = RoutingRule.objects.create(name=UNBROKEN[:80], pool=pool, conditions=rule, position=2)
    lead = Lead.objects.latest("pk")
    PassedUp.objects.create(lead=lead, by=rep, at=at, why=LONG)
    Assignment.objects.create(
        lead=lead, to=rep, team=team, at=at, reason="rotation", why=UNBROKEN, rule=hidden,
        pool=pool, period=1,
    )  # fmt: skip
    Absence.objects.create(user=rep, first_day=at.date(), last_day=at.date(), note=LONG)


def for_the_admin(*, contact: Contact, at: datetime) -> None:
    """What the admin shows besides a contact's story: drafts, runs, keys, quarantine, deals."""
    live = starter.install(at=at)
    reasons.install()
    versions.copy_as_draft(original=live, by=None, at=at)
    freshening.set_aside(contact.pk, f"InvalidInputException: {UNBROKEN}")
    runs.ask_for(kind=Run.Kind.VERIFY, by=None, at=at)
    Held.objects.create(contact=contact, definition=live, since=at)
    Opportunity.objects.create(company=contact.company, name=LONG, amount=48_000, opened_at=at)
    sales_at_work(at=at)
    people_told(at=at)
    other = Contact.objects.create(email="twin@example.com")
    MergeSuggestion.objects.create(contact=contact, other=other, why="The same phone.")
    server = Source.objects.create(name=UNBROKEN, kind=Source.Kind.SERVER)
    SourceKey.issue(server)
    body = f'{{"batch": [{{"type": "track", "event": "{UNBROKEN}"}}]}}'
    batch = ReceivedBatch.objects.create(
        source=server, kind="batch", body=body, user_agent=UNBROKEN, received_at=at
    )
    QuarantinedMessage.objects.create(
        source=server, batch=batch, body=body, field="messageId", reason="Is missing.",
        received_at=at,
    )  # fmt: skip


def people_told(*, at: datetime) -> None:
    """A webhook, and a notice to it that was given up."""
    webhook = TeamWebhook.objects.create(
        name=UNBROKEN[:80], url=f"https://hooks.example.com/{UNBROKEN}"
    )
    Notice.objects.create(
        kind=NoticeKind.NEW_LEAD, event="new lead", channel=Channel.WEBHOOK, webhook=webhook,
        about=at, created_at=at, title=f"New lead: {HOSTILE}"[:200], text=LONG, path="/inbox",
        state=Notice.State.FAILED, tries=6, failure=f"The webhook answered 500. {UNBROKEN}",
    )  # fmt: skip
