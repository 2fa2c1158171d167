"""A generated B2B world (the package leadforge) as calls of the tracking protocol.

Accounts are groups, leads' contacts are users, touches are tracked, sessions are page views on a
device of their own that says who it is only afterwards.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from leadforge.api import Generator

RECIPE = "b2b_saas_procurement_v1"
PAGES = {"pricing_page": "/pricing", "demo_page": "/demo", "website": "/"}
TRACKED = {
    "webinar": ("Webinar Booked", "webinar"),
    "content_download": ("Whitepaper Downloaded", "asset"),
    "email": ("Email Link Clicked", "link"),
}


@dataclass
class Person:
    """What the oracle reckons with, under the userId that is sent."""

    user_id: str
    fields: dict
    events: list[dict] = field(default_factory=list)


@dataclass
class World:
    """`calls`: the SDK's method, and its arguments by name. `people`: by userId."""

    calls: list[tuple[str, dict]]
    people: dict[str, Person]


def world(*, leads: int, seed: int, today: date) -> World:
    """The same world for the same arguments; its last day is yesterday."""
    generator = Generator.from_recipe(RECIPE, seed=seed, exposure_mode="student_public")
    generated = generator.generate(n_leads=leads, difficulty="intermediate")
    return Telling(generated.population, generated.simulation_result, today).tell()


class Telling:
    """Turns the generated tables into calls, and notes for the oracle what they should come to."""

    def __init__(self, population, result, today: date):
        self.accounts = {account.account_id: account for account in population.accounts}
        self.contacts = {contact.contact_id: contact for contact in population.contacts}
        self.leads = {lead.lead_id: lead for lead in result.leads}
        self.result = result
        dates = [touch.touch_timestamp for touch in result.touches]
        dates += [session.session_timestamp for session in result.sessions]
        last = max(date.fromisoformat(day) for day in dates)
        self.shift = today - timedelta(days=1) - last
        self.world = World([], {})

    def tell(self) -> World:
        for lead in self.leads.values():
            if lead.contact_id not in self.world.people:
                self.introduce(lead)
        for session in self.result.sessions:
            for number in range(max(1, session.pricing_page_views)):
                self.visit(session, number)
        for touch in self.result.touches:
            if touch.touch_direction == "inbound" and touch.touch_type in TRACKED:
                self.touch(touch)
        return self.world

    def introduce(self, lead) -> None:
        contact, account = self.contacts[lead.contact_id], self.accounts[lead.account_id]
        email = email_of(contact, account)
        employees = int(account.employee_band.partition("-")[0].rstrip("+"))
        self.world.people[contact.contact_id] = Person(
            contact.contact_id,
            {
                "contact.email": email,
                "contact.job_title": contact.job_title,
                "contact.seniority": contact.seniority,
                "contact.role": contact.buyer_role,
                "contact.source": lead.lead_source,
                "company.industry": account.industry,
                "company.country": account.region,
                "company.employees": employees,
                "company.status": "prospect",
                "approachable": True,
            },
        )
        traits = {
            "email": email,
            "title": contact.job_title,
            "seniority": contact.seniority,
            "role": contact.buyer_role,
            "leadSource": lead.lead_source,
        }
        self.call(
            "identify", lead.lead_created_at, lead.lead_id, user_id=contact.contact_id,
            anonymous_id=device_of(contact.contact_id), traits=traits,
        )  # fmt: skip
        firm = {
            "name": account.company_name,
            "industry": account.industry,
            "country": account.region,
            "employees": employees,
        }
        self.call(
            "group", lead.lead_created_at, f"{lead.lead_id}-group", user_id=contact.contact_id,
            group_id=account.account_id, traits=firm,
        )  # fmt: skip

    def visit(self, session, number: int) -> None:
        person = self.world.people[self.leads[session.lead_id].contact_id]
        properties = {"path": PAGES[session.session_type]}
        day = self.call(
            "page", session.session_timestamp, f"{session.session_id}-{number}",
            anonymous_id=device_of(person.user_id), properties=properties,
        )  # fmt: skip
        person.events.append(happened("page", "", properties, day))

    def touch(self, touch) -> None:
        person = self.world.people[self.leads[touch.lead_id].contact_id]
        event, name = TRACKED[touch.touch_type]
        properties = {name: touch.touch_id}
        day = self.call(
            "track", touch.touch_timestamp, touch.touch_id, user_id=person.user_id, event=event,
            properties=properties,
        )  # fmt: skip
        person.events.append(happened("track", event, properties, day))

    def call(self, method: str, said_on: str, message_id: str, **arguments) -> date:
        day = date.fromisoformat(said_on) + self.shift
        noon = datetime.combine(day, time(12), tzinfo=UTC)
        self.world.calls.append(
            (method, {**arguments, "timestamp": noon, "message_id": message_id})
        )
        return day


def email_of(contact, account) -> str:
    domain = f"{account.account_id.replace('_', '-')}.com"
    if contact.email_domain_type == "personal":
        domain = "gmail.com"
    return f"{contact.contact_id}@{domain}".replace("_", ".")


def device_of(user_id: str) -> str:
    return f"device-{user_id}"


def happened(kind: str, name: str, properties: dict, day: date) -> dict:
    """An event as the oracle reads it."""
    return {"kind": kind, "name": name, "properties": properties, "day": day, "is_bot": False}
