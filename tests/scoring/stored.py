"""Puts random definitions and worlds (see `worlds`) into the database."""

from datetime import date, datetime
from itertools import count

from django.conf import settings

from leadhub.records.models import Company, Contact, Event
from scoring import models, publishing
from scoring.definition import Definition
from scoring.versions import BOUNDS, definition_of
from tests.scoring import oracle
from tests.scoring.people import did, raise_revision

LETTERS = "qwxzj"
VERSIONS = count(100)


def conditions(node) -> dict:
    """The JSON that `parse` makes the node of."""
    if hasattr(node, "nodes"):
        return {type(node).__name__.lower(): [conditions(part) for part in node.nodes]}
    value = list(node.value) if isinstance(node.value, tuple) else node.value
    return {"field": node.field, node.operator: value}


def live(definition: Definition, *, at: datetime) -> Definition:
    """The definition as the live version: with the ids that it has in the database."""
    bounds = {name: getattr(definition, name) for name in BOUNDS}
    row = models.Definition.objects.create(version=next(VERSIONS), name="Random", **bounds)
    for weight in definition.weights:
        signal = weight.signal
        signal = models.Signal.objects.create(
            name=f"{signal.name} of {row.version}",
            intent=signal.intent,
            conditions=conditions(signal.conditions),
            counting="distinct" if signal.distinct_property else "events",
            distinct_property=signal.distinct_property,
        )
        row.weights.create(
            signal=signal,
            **{name: getattr(weight, name) for name in ("points", "daily_limit", "cap", "steps")},
            half_life_days=weight.half_life_days,
        )
    for group in definition.fit_groups:
        row.fit_groups.create(name=group.name, cap=group.cap)
    for one in definition.fit_criteria:
        row.fit_criteria.create(
            group=one.group, name=one.name, points=one.points, conditions=conditions(one.conditions)
        )
    for one in definition.disqualifiers:
        row.disqualifiers.create(name=one.name, conditions=conditions(one.conditions))
    publishing.publish(definition=row, by=None, at=at)
    assert publishing.finish_publishing(at=at)
    row.refresh_from_db()
    return definition_of(row)


def person(values: dict, number: int) -> Contact:
    """The contact; its e-mail becomes one of its own in the same domain, also in `values`."""
    email = values["contact.email"]
    if email:
        email = values["contact.email"] = f"{LETTERS[number]}@{email.split('@')[1]}"
    company = None
    if values["company.employees"] is not None or values["company.attributes"] is not None:
        company = Company.objects.create(
            employees=values["company.employees"], attributes=values["company.attributes"] or {}
        )
    contact = Contact.objects.create(
        email=email,
        job_title=values["contact.job_title"] or "",
        attributes=values["contact.attributes"],
        do_not_contact=not values["approachable"],
        company=company,
    )
    raise_revision(contact)
    return contact


def happened(contact: Contact, event: dict):
    return did(
        contact,
        event["name"],
        event["day"],
        kind=event["kind"],
        is_bot=event["is_bot"],
        **event["properties"],
    )


def noon(day) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=settings.ORGANISATION_ZONE)


def as_the_oracle_says(definition: Definition, day: date) -> dict[int, dict]:
    """root → its score on the day, from the events of all who were merged into it; of people
    without a company, of whom nothing else was said.
    """
    signals = [weight.signal for weight in definition.weights]
    expected = {}
    for root in Contact.objects.filter(root=None):
        events = Event.objects.filter(contact__in=[root, *Contact.objects.filter(root=root)])
        given = [
            {"kind": e.kind, "name": e.name, "properties": e.properties, "day": e.day,
             "is_bot": e.is_bot}
            for e in events
        ]  # fmt: skip
        person = {
            "approachable": True, "contact.email": root.email, "contact.job_title": "",
            "contact.attributes": root.attributes, "company.employees": None,
            "company.attributes": None,
        }  # fmt: skip
        tallies = oracle.tallies_of(signals, given)
        score = oracle.score(definition, tallies, person, day)
        expected[root.pk] = {"day": day, **score}
    return expected
