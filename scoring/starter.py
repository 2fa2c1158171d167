"""The definition that a new installation starts with. It embodies what LeadHub is for: depth of
interest counts for more than clicks, and who someone is counts as much as what they do.

Marketing copies it as a draft and makes it their own; nothing else depends on its numbers.
"""

from datetime import datetime

from django.db import transaction

from scoring import versions
from scoring.models import (
    Definition,
    Disqualifier,
    FitCriterion,
    FitGroup,
    Intent,
    Signal,
    SignalWeight,
)


def track(*names: str) -> dict:
    """Conditions on a track event of one of these names."""
    return {"all": [{"field": "kind", "is": "track"}, {"field": "name", "is_one_of": list(names)}]}


def any_of(*comparisons: dict) -> dict:
    return {"any": list(comparisons)}


def all_of(*comparisons: dict) -> dict:
    return {"all": list(comparisons)}


def title(operator: str, value) -> dict:
    return {"field": "contact.job_title", operator: value}


def seniority(*values: str) -> dict:
    return {"field": "contact.seniority", "is_one_of": list(values)}


def page_under(path: str) -> dict:
    return {
        "all": [
            {"field": "kind", "is": "page"},
            {"field": "properties.path", "starts_with": path},
        ]
    }


PRICING = any_of(page_under("/pricing"), track("Pricing Page Viewed", "pricing_page_viewed"))
DISTINCT = Signal.Counting.DISTINCT

# Name, description, intent, conditions, and what is not as by default; then what it is worth.
SIGNALS = (
    (
        {
            "name": "Pricing page visited",
            "description": "Looked at what it costs: the strongest sign short of asking.",
            "intent": Intent.HIGH,
            "conditions": PRICING,
        },
        {"points": 8, "daily_limit": 3, "half_life_days": 14, "steps": 4, "cap": 32},
    ),
    (
        {
            "name": "Webinar booked",
            "description": "Set time aside for us. Each webinar counts once a day.",
            "intent": Intent.MEDIUM,
            "conditions": track("Webinar Booked", "webinar_booked"),
            "counting": DISTINCT,
            "distinct_property": "webinar",
        },
        {"points": 20, "daily_limit": 2, "half_life_days": 30, "steps": 3},
    ),
    (
        {
            "name": "Whitepaper downloaded",
            "description": "Wants to read up on it. Each whitepaper counts once a day.",
            "intent": Intent.MEDIUM,
            "conditions": track("Whitepaper Downloaded", "whitepaper_downloaded"),
            "counting": DISTINCT,
            "distinct_property": "asset",
        },
        {"points": 10, "daily_limit": 5, "half_life_days": 30, "steps": 3},
    ),
    (
        {
            "name": "E-mail link clicked",
            "description": "Clicks say little: their cap keeps them from making an MQL.",
            "intent": Intent.SHALLOW,
            "conditions": track("Email Link Clicked", "email_link_clicked"),
        },
        {"points": 1, "daily_limit": 5, "half_life_days": 14, "steps": 1},
    ),
    (
        {
            "name": "Careers page visited",
            "description": "Probably looks for a job, not for a product.",
            "intent": Intent.SHALLOW,
            "conditions": page_under("/careers"),
        },
        {"points": -10, "daily_limit": 1, "half_life_days": 30, "steps": 3},
    ),
    (
        {
            "name": "Unsubscribed",
            "description": "Asked for fewer e-mails from us.",
            "intent": Intent.SHALLOW,
            "conditions": track("Unsubscribed", "unsubscribed"),
        },
        {"points": -15, "daily_limit": 1, "half_life_days": 90, "steps": 2},
    ),
    (
        {
            "name": "Demo requested",
            "description": "Asks for sales: goes to the inbox at once, whatever the score.",
            "intent": Intent.HIGH,
            "is_hand_raise": True,
            "conditions": track("Demo Requested", "demo_requested"),
        },
        {"points": 0},
    ),
    (
        {
            "name": "Sales contacted",
            "description": "Asks for sales: goes to the inbox at once, whatever the score.",
            "intent": Intent.HIGH,
            "is_hand_raise": True,
            "conditions": track("Contact Sales Submitted", "contact_sales_submitted"),
        },
        {"points": 0},
    ),
)

FIT_GROUPS = (("Role", 20), ("Company size", 15), ("Industry", 15), ("Region", 10))

CHIEF = any_of(
    seniority("c-level", "c level", "c_level", "c-suite", "c_suite", "cxo", "executive"),
    seniority("founder", "owner"),
    title("is_one_of", ["coo", "cro", "cpo", "owner", "managing director"]),
    *(title("starts_with", start) for start in ("ceo", "cto", "cfo", "cmo", "cio", "ciso")),
    title("contains", "chief"),
    title("contains", "founder"),
)
VICE_PRESIDENT = any_of(
    seniority("vp", "svp", "evp", "vice president"),
    title("contains", "vp"),
    title("contains", "vice president"),
)
DIRECTOR = any_of(
    seniority("director", "head"),
    title("contains", "director"),
    title("contains", "head of"),
    title("starts_with", "head,"),
)
MANAGER = any_of(
    seniority("manager", "senior manager", "lead"),
    title("contains", "manager"),
    title("contains", "team lead"),
)
JOB_SEEKER = any_of(
    title("contains", "open to work"),
    title("contains", "looking for"),
    title("contains", "job seeker"),
    {"field": "contact.role", "is": "job seeker"},
)
SOFTWARE = any_of(
    *({"field": "company.industry", "contains": word} for word in ("software", "saas", "internet")),
    {
        "field": "company.industry",
        "is_one_of": ["it", "information technology", "it services", "technology", "fintech"],
    },
)
DIGITAL = any_of(
    *(
        {"field": "company.industry", "contains": word}
        for word in ("financial", "insurance", "telecom", "e-commerce", "consulting", "services")
    ),
    *(
        {"field": "company.industry", "contains": word}
        for word in ("manufacturing", "logistics", "media", "healthcare")
    ),
)


def employees(least: int, most: int) -> dict:
    return all_of(
        {"field": "company.employees", "at_least": least},
        {"field": "company.employees", "at_most": most},
    )


def country(*values: str) -> dict:
    return any_of(
        {"field": "company.country", "is_one_of": list(values)},
        {"field": "contact.country", "is_one_of": list(values)},
    )


# Group (negative criteria have none), name, points, conditions.
CRITERIA = (
    ("Role", "C-level", 20, CHIEF),
    ("Role", "VP", 20, VICE_PRESIDENT),
    ("Role", "Head or director", 15, DIRECTOR),
    ("Role", "Manager", 8, MANAGER),
    ("Company size", "50 to 5,000 employees", 15, employees(50, 5000)),
    ("Company size", "20 to 49 employees", 8, employees(20, 49)),
    ("Company size", "More than 5,000 employees", 8, all_of(
        {"field": "company.employees", "above": 5000})),
    ("Industry", "Software and technology", 15, SOFTWARE),
    ("Industry", "Industries that buy software", 10, DIGITAL),
    ("Region", "North America", 10, country(
        "us", "usa", "united states", "united states of america", "ca", "canada")),
    ("Region", "United Kingdom and Ireland", 10, country(
        "gb", "uk", "united kingdom", "great britain", "ie", "ireland")),
    ("Region", "Germany, Austria, Switzerland", 10, country(
        "de", "germany", "deutschland", "at", "austria", "österreich",
        "ch", "switzerland", "schweiz")),
    ("Region", "Benelux and the Nordics", 10, country(
        "nl", "netherlands", "be", "belgium", "lu", "luxembourg", "dk", "denmark",
        "se", "sweden", "no", "norway", "fi", "finland")),
    ("Region", "Rest of the European Union", 8, country(
        "fr", "france", "es", "spain", "it", "italy", "pt", "portugal", "pl", "poland",
        "cz", "czechia")),
    ("", "Private mailbox", -5, all_of({"field": "contact.email", "is_free_mail": True})),
    ("", "Looks for a job", -20, JOB_SEEKER),
)  # fmt: skip

STUDENT = any_of(
    seniority("student", "intern", "trainee"),
    {"field": "contact.role", "is": "student"},
    *(
        {"field": "contact.email", "path_matches": glob}
        for glob in ("**.edu", "**.edu.*", "**.ac.*")
    ),
    title("is_one_of", ["intern", "trainee", "werkstudent", "werkstudentin", "studentin"]),
    title("path_matches", "**student"),
    *(
        title("starts_with", start)
        for start in ("student at", "student of", "student,", "phd stud")
    ),
)
OWN_STAFF = any_of(
    {"field": "contact.role", "is_one_of": ["own staff", "colleague"]},
    {"field": "contact.attributes.own_staff", "is_one_of": ["true", "yes"]},
)
# Name, conditions, whether not even a hand-raise goes to sales. The first that holds is named.
DISQUALIFIERS = (
    ("Own staff", OWN_STAFF, True),
    ("Student", STUDENT, False),
    ("Competitor", all_of({"field": "company.status", "is": "competitor"}), False),
)


@transaction.atomic
def install(*, at: datetime) -> Definition:
    """Makes the starter definition live, unless some version was published already.

    Doing it twice is harmless. Returns the version that is live.
    """
    live = versions.live_definition()
    if live is not None:
        return live
    # Only here: every later start is sooner without it.
    from scoring import publishing

    publishing.publish(definition=propose(at=at), by=None, at=at)
    publishing.finish_publishing(at=at)
    return versions.live_definition()


@transaction.atomic
def propose(*, at: datetime) -> Definition:
    """The starter definition as a draft."""
    definition = versions.new_draft(
        name="Starter", handover=Definition.Handover.AT_ONCE, by=None, at=at
    )
    for signal, weight in SIGNALS:
        row, _ = Signal.objects.get_or_create(name=signal["name"], defaults=signal)
        SignalWeight.objects.create(definition=definition, signal=row, **weight)
    FitGroup.objects.bulk_create(
        FitGroup(definition=definition, name=name, cap=cap) for name, cap in FIT_GROUPS
    )
    FitCriterion.objects.bulk_create(
        FitCriterion(
            definition=definition, group=group, name=name, points=points, conditions=conditions
        )
        for group, name, points, conditions in CRITERIA
    )
    Disqualifier.objects.bulk_create(
        Disqualifier(
            definition=definition, name=name, conditions=conditions, stops_hand_raises=stops
        )
        for name, conditions, stops in DISQUALIFIERS
    )
    return definition
