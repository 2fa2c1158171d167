"""The serious people: accounts, their staff, what they did and who buys, from leadforge's worlds.

Each world is a cohort of four weeks; one follows upon another, so that the year has thirteen.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from leadhub.demo.hours import waking_moment
from leadhub.demo.names import Names
from leadhub.demo.people import Firm, Person, Story, Truth

RECIPE = "b2b_saas_procurement_v1"
COHORTS, DAYS_A_COHORT = 13, 28
ACCOUNTS, CONTACTS, LEADS, SUBSCRIBERS = 600, 1000, 168, 565
WORLD_BEGINS = date(2024, 1, 1)
# So many subscribers, of 1, only subscribe.
NEVER_CLICKS = 0.4
# Who buys within so many days buys surely; who takes longer is an opportunity at most.
BUYS_WITHIN_DAYS = 64
# Of the buyers so many ask for a demo by themselves.
ASK_FOR_A_DEMO = 0.35
# Who negotiates is an opportunity where the account's budget is so ready, of 1.
BUDGET_READY = 0.66
TRUTHS = {
    "closed_won": Truth.OPPORTUNITY,
    "proposal_sent": Truth.OPPORTUNITY,
    "demo_completed": Truth.OPPORTUNITY,
    "demo_scheduled": Truth.OPPORTUNITY,
}
INDUSTRIES = {
    "professional_services": ("Professional services", "Advisory"),
    "healthcare_non_clinical": ("Healthcare", "Health"),
    "manufacturing": ("Manufacturing", "Works"),
    "logistics": ("Logistics", "Logistics"),
}
COUNTRIES = {"US": "United States", "UK": "United Kingdom"}
SENIORITIES = {"c_suite": "C-level", "individual_contributor": "Specialist"}
ORIGINS = {
    "inbound_marketing": "Website",
    "sdr_outbound": "Outbound",
    "partner_referral": "Partner referral",
}
TOUCHES = {
    "webinar": ("Webinar Booked", "webinar"),
    "content_download": ("Whitepaper Downloaded", "asset"),
    "email": ("Email Link Clicked", "link"),
}
WEBINARS = (
    "Three-way matching without tears", "Procurement in a recession", "Live product tour",
    "Spend under management", "From e-mail approvals to a process", "Supplier risk in a day",
)  # fmt: skip
ASSETS = (
    "Buyer's guide to procurement software", "The cost of maverick spend", "Approvals that work",
    "Benchmarks: 400 finance teams", "A CFO's checklist", "Supplier onboarding in practice",
    "ERP integration handbook",
)  # fmt: skip
NEWS = ("Monthly letter", "Product news", "Event invitation", "Case study of the month")
PAGES = {
    "pricing_page": ("/pricing",),
    "demo_page": ("/product/tour", "/product/integrations", "/customers"),
    "website": ("/", "/product", "/blog/approvals", "/blog/spend-visibility", "/customers"),
}


def tell(story: Story, names: Names, *, scale: float) -> None:
    """Tells every cohort's year; `scale` 1.0 is the whole world."""
    for number in range(COHORTS):
        begins = story.first + timedelta(days=DAYS_A_COHORT * number)
        Cohort(story, names, number, begins, scale).tell()


class Cohort:
    """One of leadforge's worlds, moved to where it belongs in the year."""

    def __init__(self, story: Story, names: Names, number: int, begins: datetime, scale: float):
        self.story, self.names, self.number = story, names, number
        self.random = story.random(f"cohort {number}")
        self.shift = begins.date() - WORLD_BEGINS
        self.subscribers = round(SUBSCRIBERS * scale)
        world = generated(story.seed * 100 + number, scale)
        self.accounts = {a.account_id: a for a in world.population.accounts}
        self.contacts = {c.contact_id: c for c in world.population.contacts}
        self.latents = world.population.latent_state.account_latents
        self.result = world.simulation_result
        self.firms: dict[str, Firm] = {}

    def tell(self) -> None:
        leads = {}
        for lead in self.result.leads:
            truth = truth_of(lead, self.latents[lead.account_id])
            person = self.person(self.contacts[lead.contact_id], truth, origin=lead)
            met = self.moment(lead.lead_created_at)
            if self.story.introduce(person, met):
                leads[lead.lead_id] = (person, met)
                if truth == Truth.BUYER and self.random.random() < ASK_FOR_A_DEMO:
                    asks = self.story.some_day(self.random, met, 40)
                    self.story.touch(person, "Demo Requested", asks)
        for touch in self.result.touches:
            if touch.lead_id in leads and touch.touch_direction == "inbound":
                self.touch(leads[touch.lead_id][0], touch)
        for session in self.result.sessions:
            if session.lead_id in leads:
                self.session(*leads[session.lead_id], session)
        busy = {lead.contact_id for lead in self.result.leads}
        others = [c for c in self.contacts.values() if c.contact_id not in busy]
        for contact in others[: self.subscribers]:
            self.subscriber(contact)

    def person(self, contact, truth: Truth, *, origin=None) -> Person:
        firm = self.firm(contact.account_id)
        first, last, email = self.names.person(firm.domain)
        traits = {
            "firstName": first,
            "lastName": last,
            "title": contact.job_title,
            "seniority": spoken(contact.seniority),
            "role": contact.buyer_role.replace("_", " "),
            "leadSource": ORIGINS[origin.lead_source] if origin else "Newsletter",
        }
        part = "lead" if origin else "reader"
        number = (origin.lead_id if origin else contact.contact_id).rpartition("_")[2]
        return Person(f"demo-{self.number:02}-{part}-{number}", email, traits, firm, truth)

    def firm(self, account_id: str) -> Firm:
        if account_id not in self.firms:
            account = self.accounts[account_id]
            industry, trade = INDUSTRIES[account.industry]
            name, domain = self.names.company(trade)
            least = int(account.employee_band.partition("-")[0].rstrip("+"))
            traits = {
                "industry": industry,
                "employees": round(least * self.random.uniform(1.0, 1.9)),
                "country": COUNTRIES[account.region],
            }
            self.firms[account_id] = Firm(name, domain, traits)
        return self.firms[account_id]

    def moment(self, day: str) -> datetime:
        then = date.fromisoformat(day) + self.shift
        noon = datetime(then.year, then.month, then.day, 12, tzinfo=self.story.first.tzinfo)
        return waking_moment(noon, self.random)

    def touch(self, person: Person, touch) -> None:
        if touch.touch_type not in TOUCHES:
            return
        event, what = TOUCHES[touch.touch_type]
        choices = {"webinar": WEBINARS, "asset": ASSETS, "link": NEWS}[what]
        at = self.moment(touch.touch_timestamp)
        self.story.touch(person, event, at, **{what: self.random.choice(choices)})

    def session(self, person: Person, met: datetime, session) -> None:
        at = self.moment(session.session_timestamp)
        for path in self.pages(session):
            self.story.visit(person, path, at, known=at >= met)
            at += timedelta(seconds=self.random.randint(15, 180))

    def pages(self, session) -> Iterator[str]:
        """The pages of a visit: the one it is about first, then others."""
        about = PAGES[session.session_type]
        for number in range(session.page_views):
            first = number <= session.pricing_page_views
            yield self.random.choice(about if first else PAGES["website"])

    def subscriber(self, contact) -> None:
        """Somebody on the mailing list, who clicks now and then and wants nothing else."""
        person = self.person(contact, Truth.NOT_FOR_US)
        joined = self.story.some_day(self.random, self.begins, DAYS_A_COHORT)
        if not self.story.introduce(person, joined):
            return
        stays = (self.story.last - joined).days * self.random.uniform(0.2, 1.0)
        for _ in range(clicks(self.random)):
            at = self.story.some_day(self.random, joined, stays)
            link = self.random.choice(NEWS)
            self.story.touch(person, "Email Link Clicked", at, link=link)
            if self.random.random() < 0.15:
                later = at + timedelta(seconds=20)
                self.story.visit(person, self.random.choice(PAGES["website"]), later)

    @property
    def begins(self) -> datetime:
        return self.story.first + timedelta(days=DAYS_A_COHORT * self.number)


def generated(seed: int, scale: float):
    """leadforge's world of one cohort. It is imported here: only the demo needs it."""
    from leadforge.api import Generator

    generator = Generator.from_recipe(RECIPE, seed=seed, exposure_mode="student_public")
    return generator.generate(
        n_accounts=max(30, round(ACCOUNTS * scale)),
        n_contacts=max(60, round(CONTACTS * scale)),
        n_leads=max(6, round(LEADS * scale)),
        difficulty="intermediate",
    )


def truth_of(lead, account: dict[str, float]) -> Truth:
    """`account`: what leadforge alone knows of the account, between 0 and 1."""
    if lead.conversion_timestamp:
        met = date.fromisoformat(lead.lead_created_at)
        if (date.fromisoformat(lead.conversion_timestamp[:10]) - met).days <= BUYS_WITHIN_DAYS:
            return Truth.BUYER
    if lead.current_stage == "negotiation":
        has_budget = account["latent_budget_readiness"] >= BUDGET_READY
        return Truth.OPPORTUNITY if has_budget else Truth.WORTH_A_TALK
    return TRUTHS.get(lead.current_stage, Truth.NOT_FOR_US)


def spoken(seniority: str) -> str:
    return SENIORITIES.get(seniority, seniority.replace("_", " ").capitalize())


def clicks(random: Random) -> int:
    """Many never do, most others a few times a year, some often."""
    if random.random() < NEVER_CLICKS:
        return 0
    return min(40, 1 + int(random.expovariate(1 / 8)))
