"""What the extreme installation holds: whatever breaks a page. Names of sixty letters, sums of
twelve digits, two hundred rows, every script.
"""

from datetime import datetime, timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402

from handoff.models import Lead, Transition  # noqa: E402
from leadhub.records.models import Company, Contact, Opportunity  # noqa: E402
from leadhub.users.models import Role, Team, User  # noqa: E402
from scoring import versions  # noqa: E402
from scoring.receipt import Given, Line, Receipt  # noqa: E402
from scoring.receipt_lines import written  # noqa: E402
from tests.pages import world  # noqa: E402

NAMES = (
    ("Maximiliane Theodora Aurelia", "von Hohenfels-Schönwald zu Groß-Gerau"),
    ("👩‍🚀 Zoë 🚀", "O’Neill-Ødegård"),
    ("عبد الرحمن", "بن محمد الهاشمي"),
    ("אברהם", "בן־דוד"),
    ("美咲", "田中"),
    ("Ōnyekachukwu", "Nwachukwu-Ọlátúnjí"),
    ("X", "Y"),
    ("Wolfeschlegelsteinhausenbergerdorff", "Hubert"),
)
TITLES = (
    "Senior Vice President of Global Procurement, Supplier Relations and Logistics",
    "CEO",
    "",
    "مدير المشتريات",
)
REASON = "Webinar booked 12× +240 · Pricing page 48× +32 · Whitepaper 9× +90 · VP +20 = 1234"
QUEUED, SIGNALS, DAYS = 200, 12, 60
FIT = 45


def make(*, at: datetime) -> None:
    hero = world.plain(at=at)
    world.someone_hostile(at=at)
    world.someone_long(at=at)
    world.for_the_admin(contact=hero, at=at)
    team = Team.objects.get(name="Sales")
    team.name = "Enterprise and Public Sector, Germany, Austria and Switzerland"
    team.save()
    User.objects.filter(role=Role.REP).update(name=" ".join(NAMES[0]))
    crowd(team, at=at)
    versions.copy_as_draft(original=versions.live_definition(), by=None, at=at)


def crowd(team: Team, *, at: datetime) -> None:
    """Two hundred who wait, each with a score, from firms that are worth twelve digits."""
    firms = [
        Company.objects.create(
            name=f"{world.UNBROKEN[:40]} Beteiligungs-GmbH & Co. KG {n}",
            domain=f"extreme{n}.example.com", industry="Wholesale of other machinery and equipment",
            employees=2_345_678, revenue=123_456_789_012, country="Bosnia and Herzegovina",
        )
        for n in range(9)
    ]  # fmt: skip
    for n in range(QUEUED):
        first, last = NAMES[n % len(NAMES)]
        person = Contact.objects.create(
            email=f"somebody.with.a.long.address.{n}@extreme{n % 9}.example.com",
            first_name=first, last_name=f"{last} {n}", job_title=TITLES[n % len(TITLES)],
            company=firms[n % 9], source="Content syndication partner network, second wave",
        )  # fmt: skip
        world.score(person, behaviour=12_345 - n, fit=n % 60 - 20, at=at)
        waits(person, team, n, at=at)
    Opportunity.objects.create(
        company=firms[0], name=world.LONG, amount=987_654_321_012, opened_at=at
    )


def waits(person: Contact, team: Team, n: int, *, at: datetime) -> None:
    since = at - timedelta(minutes=7 * n)
    receipt = long_receipt(behaviour=12_300 - n, at=at)
    lead = Lead.objects.create(
        contact=person, origin=Lead.Origin.SCORE, definition=versions.live_definition(), team=team,
        handed_over_at=since, stage_since=since, total=receipt.total, behaviour=receipt.behaviour,
        fit=FIT, grade="ABCD"[n % 4], band=n % 4 + 1, why=REASON, receipt=receipt.as_json(),
        hand_raised_at=since if n % 40 == 0 else None,
        hand_raise="Demo requested on the website" if n % 40 == 0 else "",
    )  # fmt: skip
    Transition.objects.create(lead=lead, version=1, to_stage="queued", at=since)


def long_receipt(*, behaviour: int, at: datetime) -> Receipt:
    """Twelve signals, each given on sixty days; their lines sum to the total."""
    today = timezone.localdate(at)
    days = [today - timedelta(days=back) for back in range(DAYS)]
    points = [behaviour // SIGNALS] * (SIGNALS - 1)
    points.append(behaviour - sum(points))
    signals = [
        Line(
            "behaviour", f"{world.LONG} {n}", worth, f"last on {written(today)}",
            tuple(Given(day, 48, 12, worth if day == today else 0, ()) for day in days),
        )
        for n, worth in enumerate(points)
    ]  # fmt: skip
    return Receipt(
        day=today, total=behaviour + FIT, behaviour=behaviour, fit=FIT, grade="A", band=1,
        qualified=True, lines=(*signals, Line("fit", world.UNBROKEN, FIT, world.LONG)),
        gates=(), unknown=(world.UNBROKEN, world.LONG), falls=(),
    )  # fmt: skip


if __name__ == "__main__":
    make(at=timezone.now())
