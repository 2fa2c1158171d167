"""The small definition that every rule of the specification is shown with."""

from dataclasses import fields, replace

from leadhub.conditions.fields import ATTRIBUTES, EVENT
from leadhub.conditions.parse import parse
from scoring.definition import Criterion, Definition, Disqualifier, FitGroup, Signal, Weight


def weight(number: int, name: str, intent: str, points: int, **others) -> Weight:
    conditions = parse({"field": "name", "is": name}, EVENT)
    signal = Signal(id=number, name=name, intent=intent, conditions=conditions)
    return Weight(signal=signal, points=points, **others)


def criterion(group: str, name: str, points: int, field: str, operator: str, value) -> Criterion:
    conditions = parse({"field": field, operator: value}, ATTRIBUTES)
    return Criterion(group=group, name=name, points=points, conditions=conditions)


BASE = Definition(
    id=1,
    weights=(
        weight(1, "pricing", "high", 8, daily_limit=3, half_life_days=14, steps=4, cap=32),
        weight(2, "demo video", "high", 30, half_life_days=60, steps=2),
        weight(3, "webinar", "medium", 20, half_life_days=30, steps=3),
        weight(4, "whitepaper", "medium", 15, daily_limit=5, half_life_days=30, steps=3),
        weight(5, "click", "shallow", 1, daily_limit=20, half_life_days=14, steps=1),
        weight(6, "careers", "shallow", -10, daily_limit=9, half_life_days=30, steps=3),
        weight(7, "subscriber", "shallow", 3),
    ),
    fit_groups=(FitGroup(name="Role", cap=20), FitGroup(name="Size", cap=15)),
    fit_criteria=(
        criterion("Role", "VP", 20, "contact.seniority", "is", "vp"),
        criterion("Role", "Buyer", 15, "contact.role", "is", "buyer"),
        criterion("Size", "200 or more", 15, "company.employees", "at_least", 200),
        criterion("", "Retail", -30, "company.industry", "is", "retail"),
        criterion("", "Agency", -40, "company.industry", "contains", "agency"),
    ),
    disqualifiers=(
        Disqualifier(
            name="Student",
            conditions=parse({"field": "contact.role", "is": "student"}, ATTRIBUTES),
        ),
        Disqualifier(
            name="New customer",
            conditions=parse({"field": "contact.attributes.bought", "within_days": 30}, ATTRIBUTES),
        ),
    ),
)
NUMBERS = {one.signal.name: one.signal.id for one in BASE.weights}
BOUNDS = {field.name for field in fields(Definition)}


def under(changes: dict) -> Definition:
    """The definition with other bounds, or `{"webinar": {"cap": 15}}` for a signal's weight."""
    bounds = {name: value for name, value in changes.items() if name in BOUNDS}
    weights = tuple(replace(one, **changes.get(one.signal.name, {})) for one in BASE.weights)
    return replace(BASE, weights=weights, **bounds)
