"""Who is nearly a lead, and what keeps them from it: under the live version, as recorded."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Model, Q, QuerySet, Value
from django.db.models.functions import Greatest

from leadhub.records.models import Company, Contact
from scoring.models import ContactScore, Definition

# How far below the threshold, or the minimum behaviour, is near: what one good signal is worth.
NEAR_POINTS = 10
# Stands among the missing attributes for: neither an e-mail nor a telephone number.
REACHABLE = "reachable"


@dataclass(frozen=True)
class Missing:
    """An attribute, and of how many of the contacts that wait for data it is unknown."""

    field: str
    name: str
    contacts: int


def waiting_for_data(definition: Definition) -> QuerySet[ContactScore]:
    """Those who would qualify if what is unknown of them turned out well, and those who qualify
    or would, if there were a way to reach them.
    """
    return unstopped(definition).filter(
        Q(qualified=False) | is_unreachable(),
        behaviour__gte=definition.minimum_behaviour,
        fit_possible__gte=Greatest(
            Value(definition.minimum_fit), definition.threshold - F("behaviour")
        ),
        high_intent__gte=definition.high_intent_signals,
    )


def near_threshold(definition: Definition) -> QuerySet[ContactScore]:
    """Those who fit, and whom one good signal would make leads; other than those who wait for data.

    Who fits but does nothing is not near, however many points the fit alone gives.
    """
    wanted, least = definition.threshold, definition.minimum_behaviour
    signals = definition.high_intent_signals
    return (
        unstopped(definition)
        .filter(
            Q(total__lt=wanted) | Q(behaviour__lt=least) | Q(high_intent__lt=signals),
            fit__gte=definition.minimum_fit,
            total__gte=wanted - NEAR_POINTS,
            behaviour__gte=least - NEAR_POINTS,
            high_intent__gte=signals - 1,
        )
        .exclude(pk__in=waiting_for_data(definition).values("pk"))
    )


def unstopped(definition: Definition) -> QuerySet[ContactScore]:
    """The scores of those whom nobody and no disqualifier stops."""
    return ContactScore.objects.filter(
        definition=definition,
        approachable=True,
        disqualified_by="",
        contact__root=None,
        contact__do_not_contact=False,
        contact__opted_out_at=None,
    )


def gaps(score: ContactScore, definition: Definition) -> list[str]:
    """What a score falls short of, in words."""
    wanted = (
        ("points", definition.threshold - score.total),
        ("of behaviour", definition.minimum_behaviour - score.behaviour),
        ("of fit", definition.minimum_fit - score.fit),
        ("high-intent signals", definition.high_intent_signals - score.high_intent),
    )
    return [f"{short} {what}" for what, short in wanted if short > 0]


def missing_attributes(
    waiting: QuerySet[ContactScore], definition: Definition
) -> tuple[Missing, ...]:
    """Of how many contacts each attribute that could add to the fit is unknown, most first."""
    fields = [REACHABLE, *fit_fields(definition)]
    counted = waiting.aggregate(
        **{f"n{i}": Count("pk", filter=unknown(field)) for i, field in enumerate(fields)}
    )
    found = [Missing(field, name_of(field), counted[f"n{i}"]) for i, field in enumerate(fields)]
    return tuple(sorted((m for m in found if m.contacts), key=lambda m: (-m.contacts, m.name)))


def fit_fields(definition: Definition) -> list[str]:
    """The attributes that the version's positive fit criteria ask for."""
    criteria = definition.fit_criteria.filter(points__gt=0).values_list("conditions", flat=True)
    return sorted({name for conditions in criteria for name in asked_for(conditions)})


def asked_for(conditions: object) -> Iterator[str]:
    """The fields in stored conditions of which a value is compared."""
    if not isinstance(conditions, dict):
        return
    if "field" in conditions and "is_known" not in conditions:
        yield conditions["field"]
    for inner in (*conditions.get("all", ()), *conditions.get("any", ())):
        yield from asked_for(inner)


def is_unreachable() -> Q:
    return Q(contact__email=None, contact__phone="")


def unknown(field: str) -> Q:
    """The condition, on scores, that the attribute is unknown."""
    if field == REACHABLE:
        return is_unreachable()
    subject, _, name = field.partition(".")
    if subject == "contact":
        return empty(Contact, "contact", name)
    return Q(contact__company=None) | empty(Company, "contact__company", name)


def empty(model: type[Model], path: str, name: str) -> Q:
    """The condition that the field, or the custom attribute `attributes.NAME`, has no value."""
    lookup = "__".join([path, *name.split(".")])
    if name.startswith("attributes."):
        return Q(**{f"{lookup}__isnull": True}) | Q(**{lookup: None}) | Q(**{lookup: ""})
    return Q(**{lookup: None if model._meta.get_field(name).null else ""})


def unknown_of(contact: Contact, fields: list[str]) -> list[str]:
    """Which of the attributes are unknown of one contact, by name."""
    return [name_of(field) for field in fields if value_of(contact, field) in (None, "")]


def value_of(contact: Contact, field: str) -> object:
    if field == REACHABLE:
        return contact.email or contact.phone
    subject, *path = field.split(".")
    value: object = contact if subject == "contact" else contact.company
    for name in path:
        value = value.get(name) if isinstance(value, dict) else getattr(value, name, None)
    return value


def name_of(field: str) -> str:
    """The attribute as people say it: "Company: industry"."""
    if field == REACHABLE:
        return "No e-mail or telephone number"
    subject, _, name = field.partition(".")
    spoken = name.removeprefix("attributes.").replace("_", " ")
    return f"{subject.capitalize()}: {spoken}"
