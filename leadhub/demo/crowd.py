"""Those who only look like interest: students, job seekers, competitors, bots and passers-by."""

from datetime import datetime, timedelta
from random import Random

from leadhub.demo import calls
from leadhub.demo.cohorts import ASSETS, PAGES
from leadhub.demo.names import Names
from leadhub.demo.people import Firm, Person, Story

STUDENTS, JOB_SEEKERS, COMPETITORS, CRAWLS, PASSERS_BY = 900, 520, 110, 2600, 4200
CAMPUSES = 14
COMPETING_FIRMS = 6
SUBJECTS = ("Business", "Supply chain", "Economics", "Information systems")
CRAWLERS = (
    "Mozilla/5.0 (compatible; DemoCrawlerBot/2.1; +https://crawler.example/about)",
    "Mozilla/5.0 (compatible; DemoPreviewBot/1.0; +https://preview.example/bot)",
)
WHOLE_SITE = (*PAGES["website"], *PAGES["demo_page"], "/pricing", "/careers")


def tell(story: Story, names: Names, *, scale: float) -> None:
    students(story, names, round(STUDENTS * scale))
    job_seekers(story, names, round(JOB_SEEKERS * scale))
    competitors(story, names, max(3, round(COMPETITORS * scale)))
    bots(story, round(CRAWLS * scale))
    passers_by(story, round(PASSERS_BY * scale))


def students(story: Story, names: Names, number: int) -> None:
    """They download every guide, and will never buy."""
    random = story.random("students")
    campuses = [
        Firm(f"{name} University", domain.replace(".example", "-university.example"),
             {"industry": "Education", "country": "United Kingdom"})
        for name, domain in (names.company("") for _ in range(CAMPUSES))
    ]  # fmt: skip
    for index in range(number):
        campus = random.choice(campuses)
        first, last, email = names.person(campus.domain)
        traits = {
            "firstName": first,
            "lastName": last,
            "title": f"Student, {random.choice(SUBJECTS)}",
            "seniority": "Student",
            "leadSource": "Website",
        }
        person = Person(f"demo-student-{index:04}", email, traits, campus)
        met = meet(story, random, person)
        if not met:
            continue
        for asset in random.sample(ASSETS, random.randint(2, 7)):
            at = story.some_day(random, met, 25)
            story.visit(person, "/resources", at - timedelta(seconds=40))
            story.touch(person, "Whitepaper Downloaded", at, asset=asset)


def job_seekers(story: Story, names: Names, number: int) -> None:
    random = story.random("job seekers")
    for index in range(number):
        firm = Firm(*names.company(""), {})
        first, last, email = names.person(firm.domain)
        traits = {
            "firstName": first,
            "lastName": last,
            "title": random.choice(["Open to work", "Accountant, looking for a role", "Buyer"]),
            "role": "job seeker",
            "leadSource": "Website",
        }
        person = Person(f"demo-seeker-{index:04}", email, traits, firm)
        met = meet(story, random, person)
        if not met:
            continue
        for _ in range(random.randint(2, 7)):
            at = story.some_day(random, met, 20)
            story.visit(person, random.choice(["/careers", "/careers/finance", "/about"]), at)


def competitors(story: Story, names: Names, number: int) -> None:
    """They read the prices, often."""
    random = story.random("competitors")
    traits = {"industry": "Software", "employees": 420, "status": "competitor"}
    firms = [
        Firm(*names.company("Spend"), {**traits, "country": "United States"})
        for _ in range(COMPETING_FIRMS)
    ]
    for index in range(number):
        firm = random.choice(firms)
        first, last, email = names.person(firm.domain)
        said = {
            "firstName": first,
            "lastName": last,
            "title": random.choice(["Product Manager", "Head of Product", "Sales Director"]),
            "leadSource": "Website",
        }
        person = Person(f"demo-rival-{index:04}", email, said, firm)
        met = meet(story, random, person)
        if not met:
            continue
        for _ in range(random.randint(4, 16)):
            at = story.some_day(random, met, 60)
            story.visit(person, random.choice(["/pricing", "/pricing", "/product"]), at)


def meet(story: Story, random: Random, person: Person) -> datetime | None:
    """On which day of the year they first said who they are; None if that is yet to come."""
    met = story.some_day(random, story.first, (story.last - story.first).days - 1)
    return met if story.introduce(person, met) else None


def bots(story: Story, number: int) -> None:
    random = story.random("bots")
    for _ in range(number):
        at = story.first + (story.last - story.first) * random.random()
        crawler = random.randrange(len(CRAWLERS))
        device, agent = f"demo-crawler-{crawler}", CRAWLERS[crawler]
        path = random.choice(WHOLE_SITE)
        story.tell(calls.page(at, path, device=device, agent=agent))


def passers_by(story: Story, number: int) -> None:
    """Visitors of whom nobody ever learns who they were."""
    random = story.random("passers-by")
    for index in range(number):
        at = story.some_day(random, story.first, (story.last - story.first).days)
        for _ in range(random.randint(1, 4)):
            device, path = f"demo-visitor-{index:05}", random.choice(WHOLE_SITE)
            story.tell(calls.page(at, path, device=device))
            at += timedelta(seconds=random.randint(10, 120))
