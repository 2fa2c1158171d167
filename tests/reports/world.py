"""A made-up organisation, marked as such: everyone is at a company under example.com.

Deterministic by seed. The tests count it again by hand; screenshots of the pages show it.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from handoff.models import REFUSED, Held, Lead, RejectionReason, Stage, Transition
from leadhub.records.models import Company, Contact, Freshness, Opportunity
from leadhub.users.models import Role, Team, User
from scoring import starter
from scoring.models import (
    ContactScore,
    Definition,
    Intent,
    Signal,
    Tally,
)

# How likely sales takes what each source brings, and how often it brings someone.
SOURCES = {
    "Webinar": (0.75, 5),
    "Organic search": (0.6, 6),
    "Partner": (0.8, 2),
    "Paid social": (0.25, 6),
    "Trade fair": (0.45, 3),
    "": (0.5, 1),
}
COMPANIES = (
    "Northwind Mills", "Bluepeak Logistics", "Harbour & Sons", "Silverline Robotics",
    "Meadow Foods", "Cobalt Energy", "Granite Bank", "Orchard Health", "Tidewater Shipping",
    "Lumen Optics", "Redwood Insurance", "Kestrel Air", "Pinecrest Retail", "Atlas Freight",
)  # fmt: skip
FIRST_NAMES = (
    "Ada", "Ben", "Chidi", "Dana", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kaya",
    "Liam", "Mara", "Noor", "Otto", "Priya", "Quinn", "Rosa", "Sven", "Tala", "Uma", "Viktor",
)  # fmt: skip
LAST_NAMES = (
    "Abel", "Brandt", "Costa", "Dubois", "Eriksen", "Falk", "Gupta", "Hansen", "Ito", "Jensen",
    "Keller", "Lindqvist", "Moreau", "Nowak", "Okafor", "Petrov", "Rossi", "Sato", "Tanaka",
)  # fmt: skip
JOB_TITLES = ("VP Operations", "Head of Marketing", "CTO", "IT Manager", "Procurement Lead", "")
REASONS = (
    ("Not our ICP", "not_icp", None, True, Stage.RECYCLED),
    ("Bad timing", "timing", None, True, Stage.RECYCLED),
    ("No response", "cool_down", 30, True, Stage.RECYCLED),
    ("No need or budget", "cool_down", 90, True, Stage.RECYCLED),
    ("Student", "disqualify", None, True, Stage.DISQUALIFIED),
    ("Already a customer", "duplicate", None, False, Stage.DISQUALIFIED),
    ("Duplicate", "duplicate", None, False, Stage.DISQUALIFIED),
    ("Bad data", "bad_data", None, True, Stage.WAITING),
)


@dataclass
class People:
    reps: list[User]
    marketer: User
    manager: User
    administrator: User


class World:
    """Everything at once; `at` is now."""

    def __init__(self, *, at: datetime, seed: int = 1, contacts: int = 60, days: int = 200):
        self.at, self.days = at, days
        self.random = random.Random(seed)
        starter.install(at=at - timedelta(days=days))
        self.definition = Definition.objects.get(status=Definition.Status.LIVE)
        self.reasons = self._reasons()
        self.people = self._people()
        self.companies = self._companies()
        self.contacts = self._contacts(contacts)
        self._scores()
        self._leads()

    def _reasons(self) -> list[tuple[RejectionReason, Stage]]:
        return [
            (
                RejectionReason.objects.get_or_create(
                    name=name,
                    defaults={
                        "kind": kind,
                        "cool_down_days": cool_down,
                        "counts_against_marketing": counted,
                    },
                )[0],
                stage,
            )
            for name, kind, cool_down, counted, stage in REASONS
        ]

    def _people(self) -> People:
        teams = [Team.objects.get_or_create(name=name)[0] for name in ("North", "South")]
        self.teams = [*teams, None]

        def user(name: str, role: Role, team: Team | None = None) -> User:
            email = f"{name.split()[0].lower()}@example.com"
            return User.objects.create_user(email, role=role, name=name, team=team)

        reps = ("Rhea Rep", "Sam Seller", "Toni Trade", "Uli Under")
        return People(
            reps=[user(name, Role.REP, teams[i % 2]) for i, name in enumerate(reps)],
            marketer=user("Mio Marketer", Role.MARKETER),
            manager=user("Max Manager", Role.MANAGER),
            administrator=user("Ann Administrator", Role.ADMINISTRATOR),
        )

    def _companies(self) -> list[Company]:
        return Company.objects.bulk_create(
            Company(
                name=name,
                domain=f"{name.split()[0].lower()}.example.com",
                industry=self.random.choice(["Logistics", "Finance", "Retail", ""]),
                employees=self.random.choice([None, 40, 250, 2600]),
                country="DE",
            )
            for name in COMPANIES
        )

    def _ago(self, days: float) -> datetime:
        return self.at - timedelta(days=days)

    def _contacts(self, number: int) -> list[Contact]:
        sources, weights = list(SOURCES), [often for _, often in SOURCES.values()]
        made = []
        for i in range(number):
            company = self.random.choice([*self.companies, None])
            first, last = self.random.choice(FIRST_NAMES), self.random.choice(LAST_NAMES)
            host = company.domain if company else "example.com"
            made.append(
                Contact(
                    first_name=first,
                    last_name=last,
                    email=f"{first}.{last}.{i}@{host}".lower()
                    if self.random.random() < 0.9
                    else None,
                    phone=self.random.choice(["", "", "+49 30 000000"]),
                    job_title=self.random.choice(JOB_TITLES),
                    source=self.random.choices(sources, weights)[0],
                    company=company,
                    country="DE",
                    attributes=self.random.choice(
                        [{}, {"plan": "pro"}, {"plan": ""}, {"plan": None}]
                    ),
                    do_not_contact=self.random.random() < 0.05,
                    opted_out_at=self._ago(3) if self.random.random() < 0.05 else None,
                    created_at=self._ago(self.random.uniform(0, self.days)),
                )
            )
        contacts = Contact.objects.bulk_create(made)
        merged = [contact for contact in contacts[2:] if self.random.random() < 0.04]
        for contact in merged:
            contact.root = contacts[0]
        Contact.objects.bulk_update(merged, ["root"])
        return contacts

    def _scores(self) -> None:
        signals = [
            Signal.objects.get_or_create(
                name=name, defaults={"intent": Intent.MEDIUM, "conditions": {}}
            )[0]
            for name in ("Webinar booked", "Whitepaper downloaded")
        ]
        today = self.at.date()
        Freshness.objects.bulk_create(
            (Freshness(contact=c, scored_revision=1) for c in self.contacts), ignore_conflicts=True
        )
        Tally.objects.bulk_create(
            Tally(contact=c, signal=signals[0], day=today, count=1, last_at=self.at)
            for c in self.contacts
            if self.random.random() < 0.5
        )
        ContactScore.objects.bulk_create(
            self._score(contact) for contact in self.contacts if contact.root_id is None
        )
        Held.objects.bulk_create(
            Held(contact=c, definition=self.definition, since=self._ago(4))
            for c in self.contacts
            if c.root_id is None and self.random.random() < 0.05
        )

    def _score(self, contact: Contact) -> ContactScore:
        behaviour, fit = (
            self.random.choice([0, 10, 24, 25, 35, 45, 60]),
            self.random.choice([0, 10, 15, 19, 20, 35]),
        )
        possible = fit + self.random.choice([0, 0, 10, 25])
        approachable = not (contact.do_not_contact or contact.opted_out_at)
        disqualified = self.random.random() < 0.05
        qualified = (
            approachable
            and not disqualified
            and behaviour >= 25
            and fit >= 20
            and behaviour + fit >= 60
        )
        return ContactScore(
            contact=contact,
            definition=self.definition,
            behaviour=behaviour,
            fit=fit,
            total=behaviour + fit,
            fit_possible=possible,
            grade="A" if fit >= 45 else "B" if fit >= 30 else "C" if fit >= 20 else "D",
            band=1 if behaviour >= 60 else 2 if behaviour >= 40 else 3 if behaviour >= 20 else 4,
            high_intent=self.random.choice([0, 1]),
            disqualified_by="Student" if disqualified else "",
            approachable=approachable,
            qualified=qualified,
            day=self.at.date(),
            scored_at=self.at,
        )

    def _leads(self) -> None:
        """A history for half of the contacts; some come twice, and some deals join two leads."""
        self.leads, self.transitions = [], []
        self.shared = None
        for contact in self.contacts:
            if self.random.random() < 0.5:
                continue
            first = self._lead(contact)
            if not first.is_open and self.random.random() < 0.3:
                self._lead(contact)
        Lead.objects.bulk_create(self.leads)
        Transition.objects.bulk_create(self.transitions)

    def _lead(self, contact: Contact) -> Lead:
        origin = self.random.choices(["score", "hand_raise", "sales"], [8, 2, 1])[0]
        handed_over_at = self._ago(self.random.uniform(0, self.days))
        lead = Lead(
            contact=contact,
            origin=origin,
            team=self.random.choice(self.teams),
            handed_over_at=handed_over_at,
            stage_since=handed_over_at,
            hand_raised_at=handed_over_at if origin == "hand_raise" else None,
            definition=self.definition,
            behaviour=45,
            fit=25,
            total=70,
            grade="C",
            band=2,
            why="Webinar booked +20 · Pricing page visited 3× +24 · VP +15 = 70",
        )
        self.leads.append(lead)
        self._move(lead, Stage.QUEUED, by=None, at=handed_over_at)
        self._judge(lead, handed_over_at)
        return lead

    def _judge(self, lead: Lead, at: datetime) -> None:
        rep = self.random.choice(self.people.reps)
        if lead.origin == "sales":
            return self._accept(lead, rep, at)
        at += timedelta(hours=self.random.expovariate(1 / 30))
        if self.random.random() < 0.05:
            return self._move(
                lead,
                self.random.choice([Stage.WITHDRAWN, Stage.EXPIRED, Stage.MERGED]),
                by=None,
                at=at,
            )
        if at > self.at or self.random.random() < 0.06:
            return None
        likely, _ = SOURCES[lead.contact.source]
        if self.random.random() < likely + (0.15 if lead.origin == "hand_raise" else 0):
            return self._accept(lead, rep, at)
        return self._reject(lead, rep, at)

    def _accept(self, lead: Lead, rep: User, at: datetime) -> None:
        self._move(lead, Stage.ACCEPTED, by=rep, at=at)
        chance = self.random.random()
        if chance < 0.1:
            return self._reject(lead, rep, at + timedelta(days=2))
        if chance < 0.15:  # asks for sales a second time
            return self._move(lead, Stage.ACCEPTED, by=None, at=at + timedelta(hours=1))
        if chance < 0.55:
            self._promote(lead, rep, at + timedelta(days=4))
        return None

    def _reject(self, lead: Lead, rep: User, at: datetime) -> None:
        reason, stage = self.random.choices(self.reasons, [5, 3, 4, 3, 1, 1, 1, 1])[0]
        lead.reason = reason
        self._move(lead, stage, by=rep, at=at)
        if reason.kind == "bad_data" and self.random.random() < 0.3:
            self._move(lead, Stage.QUEUED, by=self.people.marketer, at=at + timedelta(hours=5))

    def _promote(self, lead: Lead, rep: User, at: datetime) -> None:
        self._move(lead, Stage.SQL, by=rep, at=at)
        won = self.random.random()
        stage = "won" if won < 0.3 else "lost" if won < 0.5 else "open"
        if self.shared is not None and self.random.random() < 0.3:
            lead.opportunity, stage = self.shared, self.shared.stage
        else:
            amount = self.random.choice([None, Decimal(4800), Decimal("12500.50"), Decimal(38000)])
            lead.opportunity = Opportunity.objects.create(
                company=lead.contact.company,
                name=f"{lead.contact.company or lead.contact}: first order",
                amount=amount,
                stage=stage,
                opened_at=at,
                closed_at=None if stage == "open" else self.at,
            )
            self.shared = lead.opportunity
        if stage != "open":
            self._move(lead, Stage(stage), by=rep, at=at + timedelta(days=9))

    def _move(self, lead: Lead, stage: Stage, *, by: User | None, at: datetime) -> None:
        before = lead.stage if lead.version > 1 or self._is_begun(lead) else ""
        if before:
            lead.version += 1
        if by is not None and before != stage and stage in (Stage.ACCEPTED, *REFUSED):
            lead.judged_by, lead.first_verdict_at = by, lead.first_verdict_at or at
            if stage == Stage.ACCEPTED:
                lead.accepted_at = lead.accepted_at or at
        lead.stage, lead.stage_since = stage, at
        if by is not None and stage in (Stage.ACCEPTED, Stage.SQL):
            lead.owner = by
        self.transitions.append(
            Transition(
                lead=lead,
                version=lead.version,
                from_stage=before,
                to_stage=stage,
                by=by,
                at=at,
                reason=lead.reason if stage not in (Stage.QUEUED, Stage.ACCEPTED) else None,
            )
        )

    def _is_begun(self, lead: Lead) -> bool:
        return any(transition.lead is lead for transition in self.transitions[-1:])
