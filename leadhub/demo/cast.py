"""Those who stand in the queue whatever the hour, each for something that the inbox can do."""

from datetime import datetime, timedelta

from leadhub.demo.hours import day_of, is_working_day, opening
from leadhub.demo.names import Names
from leadhub.demo.people import Fate, Firm, Person, Story, Truth

HAND_RAISED, OVERDUE, RETURNING, INCOMPLETE, CUSTOMER, COLLEAGUE = (
    "demo-cast-hand-raise", "demo-cast-overdue", "demo-cast-returning", "demo-cast-incomplete",
    "demo-cast-customer", "demo-cast-customers-colleague",
)  # fmt: skip
TRIO = ("demo-cast-trio-1", "demo-cast-trio-2", "demo-cast-trio-3")
MINUTES_AGO = timedelta(minutes=6)


def tell(story: Story, names: Names) -> None:
    hand_raises(story, names)
    returning(story, names)
    trio(story, names)
    incomplete(story, names)
    customer(story, names)


def firm(names: Names, *, trade: str, industry: str, employees: int) -> Firm:
    traits = {"industry": industry, "employees": employees, "country": "United Kingdom"}
    return Firm(*names.company(trade), traits)


def member(
    names: Names, user: str, at_firm: Firm, title: str, *, source: str, truth: Truth
) -> Person:
    first, last, email = names.person(at_firm.domain)
    traits = {"firstName": first, "lastName": last, "title": title, "leadSource": source}
    return Person(user, email, traits, at_firm, truth)


def interest(story: Story, person: Person, at: datetime) -> None:
    """Enough to be an MQL for whoever fits."""
    story.touch(person, "Webinar Booked", at, webinar="Live product tour")
    for minutes in (3, 5, 9):
        story.visit(person, "/pricing", at + timedelta(minutes=minutes))


def hand_raises(story: Story, names: Names) -> None:
    """One that was raised just now, and one that nobody answered in time."""
    asked = {HAND_RAISED: story.last - MINUTES_AGO, OVERDUE: last_workday_morning(story.last)}
    for user, at in asked.items():
        work = firm(names, trade="Logistics", industry="Logistics", employees=640)
        person = member(names, user, work, "VP Operations", source="Website", truth=Truth.BUYER)
        story.fates[user] = Fate.LEFT
        story.introduce(person, at - timedelta(days=1, hours=2))
        story.visit(person, "/pricing", at - timedelta(minutes=4))
        story.touch(person, "Demo Requested", at)
        story.moments.append(at + timedelta(minutes=1))


def last_workday_morning(moment: datetime) -> datetime:
    """Shortly after opening on the last working day before this one."""
    day = day_of(moment) - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return opening(day) + timedelta(minutes=40)


def returning(story: Story, names: Names) -> None:
    """Rejected half a year ago for its timing, and back again."""
    work = firm(names, trade="Works", industry="Manufacturing", employees=900)
    person = member(names, RETURNING, work, "Head of Procurement", source="Webinar",
                    truth=Truth.OPPORTUNITY)  # fmt: skip
    story.fates[RETURNING] = Fate.LATER
    first = story.last - timedelta(weeks=26)
    story.introduce(person, first)
    interest(story, person, first + timedelta(hours=1))
    interest(story, person, story.last - timedelta(days=1, hours=3))


def trio(story: Story, names: Names) -> None:
    """Three people of one company who look at once."""
    work = firm(names, trade="Health", industry="Healthcare", employees=1400)
    titles = ("CFO", "Head of Procurement", "IT Director")
    for user, title, days in zip(TRIO, titles, (2.6, 1.8, 1.2), strict=True):
        person = member(names, user, work, title, source="Website", truth=Truth.BUYER)
        story.fates[user] = Fate.LEFT
        met = story.last - timedelta(days=days)
        story.introduce(person, met)
        interest(story, person, met + timedelta(minutes=20))


def incomplete(story: Story, names: Names) -> None:
    """Sent back by sales, until somebody corrects the data."""
    work = firm(names, trade="Advisory", industry="Professional services", employees=260)
    person = member(names, INCOMPLETE, work, "Finance Director", source="Trade fair",
                    truth=Truth.WORTH_A_TALK)  # fmt: skip
    story.fates[INCOMPLETE] = Fate.BAD_DATA
    met = story.last - timedelta(days=9)
    story.introduce(person, met)
    interest(story, person, met + timedelta(hours=1))


def customer(story: Story, names: Names) -> None:
    """A customer, a colleague of whom looks at the prices: news for the account's owner."""
    work = firm(names, trade="Freight", industry="Logistics", employees=1100)
    buyer = member(names, CUSTOMER, work, "COO", source="Website", truth=Truth.BUYER)
    story.fates[CUSTOMER] = Fate.WON
    first = story.last - timedelta(weeks=34)
    story.introduce(buyer, first)
    interest(story, buyer, first + timedelta(hours=1))
    colleague = member(names, COLLEAGUE, work, "Head of Finance", source="Website",
                       truth=Truth.NOT_FOR_US)  # fmt: skip
    story.introduce(colleague, story.last - timedelta(days=30))
    for hours in (30, 6, 5):
        story.visit(colleague, "/pricing", story.last - timedelta(hours=hours))
    story.touch(colleague, "Whitepaper Downloaded", story.last - timedelta(hours=4),
                asset="ERP integration handbook")  # fmt: skip
