"""The story: a content-syndication campaign that floods sales with people who don't fit.

A portal gives away our reports and sends us everyone who took one. Whoever takes two is an MQL by
that alone. Some of them are worth it: those also did what buyers do, and would have come anyway.
"""

from datetime import datetime, timedelta
from random import Random

from leadhub.demo.cohorts import WEBINARS
from leadhub.demo.names import Names
from leadhub.demo.people import Firm, Person, Story, Truth

WEEKS = 12
EVENT = "Content Syndication Lead"
NAME = "Benchmark report syndication"
# How many take one report, how many of those who don't fit take two, and how many are worth it.
ONE_REPORT, POOR, GOOD = 640, 166, 84
REPORTS = ("Procurement benchmarks", "The state of spend", "Ten trends in finance", "AP in numbers")
POOR_TITLES = ("Office Manager", "Marketing Manager", "Shop Manager", "Events Manager")
POOR_TRADES = (("Retail", "Stores"), ("Hospitality", "Hotels"), ("Non-profit", "Trust"))
GOOD_TITLES = ("Head of Procurement", "Finance Director", "VP Finance", "Director of Operations")
GOOD_TRADES = (("Manufacturing", "Industries"), ("Logistics", "Freight"))
# Of the good ones: worth a talk, opportunities, buyers.
TRUTHS = (Truth.WORTH_A_TALK,) * 5 + (Truth.OPPORTUNITY,) * 3 + (Truth.BUYER,) * 2


def begins(story: Story) -> datetime:
    return story.last - timedelta(weeks=WEEKS)


def tell(story: Story, names: Names, *, scale: float) -> None:
    random = story.random("campaign")
    parts = (("one", ONE_REPORT), ("poor", POOR), ("good", GOOD))
    for part, number in parts:
        for index in range(round(number * scale)):
            user = f"demo-syndicated-{part}-{index:04}"
            met = story.some_day(random, begins(story), WEEKS * 7 - 1)
            if part == "good":
                took_reports_and_more(story, worth_it(user, names, random), met, random)
            else:
                reports = random.randint(2, 3) if part == "poor" else 1
                took_reports(story, poor_fit(user, names, random), met, reports, random)


def poor_fit(user: str, names: Names, random: Random) -> Person:
    industry, trade = random.choice(POOR_TRADES)
    firm = Firm(*names.company(trade), {
        "industry": industry,
        "employees": random.randint(20, 48),
        "country": random.choice(["United Kingdom", "United States"]),
    })  # fmt: skip
    return person(user, names, firm, random.choice(POOR_TITLES), "Manager", Truth.NOT_FOR_US)


def worth_it(user: str, names: Names, random: Random) -> Person:
    industry, trade = random.choice(GOOD_TRADES)
    firm = Firm(*names.company(trade), {
        "industry": industry,
        "employees": random.randint(180, 1900),
        "country": random.choice(["United Kingdom", "United States", "Germany"]),
    })  # fmt: skip
    truth = random.choice(TRUTHS)
    return person(user, names, firm, random.choice(GOOD_TITLES), "Director", truth)


def person(user: str, names: Names, firm: Firm, title: str, seniority: str, truth: Truth) -> Person:
    first, last, email = names.person(firm.domain)
    traits = {
        "firstName": first,
        "lastName": last,
        "title": title,
        "seniority": seniority,
        "leadSource": "Content syndication",
        "campaign": NAME,
    }
    return Person(user, email, traits, firm, truth)


def took_reports(story: Story, person: Person, met: datetime, number: int, random: Random) -> None:
    if story.introduce(person, met):
        for report in random.sample(REPORTS, number):
            at = met + timedelta(minutes=random.randint(200, 600))
            story.touch(person, EVENT, at, asset=report, portal="Reports for all")


def took_reports_and_more(story: Story, person: Person, met: datetime, random: Random) -> None:
    """They look around and book a webinar first, and would have come without any report."""
    took_reports(story, person, met, random.randint(1, 2), random)
    at = met + timedelta(minutes=random.randint(1, 40))
    story.touch(person, "Webinar Booked", at, webinar=random.choice(WEBINARS))
    for _ in range(random.randint(2, 4)):
        at += timedelta(minutes=random.randint(1, 30))
        story.visit(person, "/pricing", at)
