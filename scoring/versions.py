"""Versions of the definition as rows: which is live, drafts and copies of them, and what a version
means (`definition_of`).
"""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Prefetch

from leadhub.conditions.fields import ATTRIBUTES, EVENT
from leadhub.conditions.parse import ConditionError, parse
from scoring import definition, models
from scoring.models import Definition

IN_USE = (Definition.Status.LIVE, Definition.Status.COMING)
VERSIONS_TO_ASK = 30
PARTS = ("weights", "fit_groups", "fit_criteria", "disqualifiers")
BOUNDS = (
    "threshold",
    "minimum_behaviour",
    "minimum_fit",
    "high_intent_signals",
    "high_intent_days",
    "cap_high",
    "cap_medium",
    "cap_shallow",
    "behaviour_floor",
    "fit_floor",
    "grade_a",
    "grade_b",
    "grade_c",
    "band_1",
    "band_2",
    "band_3",
)
# What a copy does not take over: who and when it was, and where it stands.
NOT_COPIED = {
    "id",
    "version",
    "status",
    "name",
    "created_at",
    "created_by",
    "published_at",
    "published_by",
    "withdrawn_at",
    "live_from",
    "retired_at",
    "handover",
    "handover_a_day",
}


def live_definition() -> Definition | None:
    """The version that screens and handoff read; None before the first is published."""
    return Definition.objects.filter(status=Definition.Status.LIVE).first()


def coming_definition() -> Definition | None:
    """The version that is being prepared to take over, if any."""
    return Definition.objects.filter(status=Definition.Status.COMING).first()


def live_on(day: date) -> Definition | None:
    """The version that was live at the end of the day; the first one for days before it."""
    been_live = Definition.objects.filter(live_from__isnull=False)
    by_then = been_live.filter(live_from__lt=midnight_after(day)).order_by("-live_from")
    return by_then.first() or been_live.order_by("live_from").first()


def midnight_after(day: date) -> datetime:
    """The first moment after the day, in the organisation's time zone."""
    return datetime.combine(day + timedelta(days=1), time(0), settings.ORGANISATION_ZONE)


def versions_to_ask() -> list[Definition]:
    """The latest versions, whatever their status."""
    return list(Definition.objects.order_by("-version")[:VERSIONS_TO_ASK])


def definitions_in_use() -> list[Definition]:
    """The live version and the one that is coming: everybody has a score under each."""
    return list(Definition.objects.filter(status__in=IN_USE).order_by("version"))


@transaction.atomic
def new_draft(*, name: str, by, at: datetime, **fields) -> Definition:
    """An empty draft under the next version number."""
    latest = Definition.objects.aggregate(latest=Max("version"))["latest"] or 0
    return Definition.objects.create(
        version=latest + 1, name=name, created_by=by, created_at=at, **fields
    )


@transaction.atomic
def copy_as_draft(*, original: Definition, by, at: datetime, name: str = "") -> Definition:
    """A draft with everything that the version holds: to change it, or to go back to it."""
    fields = {
        field.attname: getattr(original, field.attname)
        for field in Definition._meta.concrete_fields
        if field.name not in NOT_COPIED
    }
    name = name or f"Like version {original.version}"
    draft = new_draft(name=name, by=by, at=at, **fields)
    for part in PARTS:
        rows = list(getattr(original, part).all())
        for row in rows:
            row.pk, row.definition = None, draft
        getattr(draft, part).bulk_create(rows)
    return draft


def definition_of(row: models.Definition) -> definition.Definition:
    """What the version means: frozen and checked. Five queries; none for what was published,
    which never changes and is remembered.

    Raises InvalidDefinition, which names each field and what is wrong with it; rows of its parts
    are numbered from 0 in the order in which they were made.
    """
    if row.published_at is None:
        return read(row.pk)
    return remembered(row.pk, row.published_at)


@lru_cache(maxsize=64)
def remembered(pk: int, published_at: datetime) -> definition.Definition:
    return read(pk)


def read(pk: int) -> definition.Definition:
    """What the version means now, published or not. Raises InvalidDefinition."""
    weights = models.SignalWeight.objects.select_related("signal")
    others = [part for part in PARTS if part != "weights"]
    row = Definition.objects.prefetch_related(Prefetch("weights", weights), *others).get(pk=pk)
    return assemble(row, {part: getattr(row, part).all() for part in PARTS})


def assemble(row: models.Definition, parts: dict[str, Iterable]) -> definition.Definition:
    """What a version with these rows means, stored or not. Raises InvalidDefinition."""
    problems: list[definition.Problem] = []
    meant = {part: meanings(part, parts[part], problems) for part in PARTS}
    if problems:
        raise definition.InvalidDefinition(problems)
    return definition.Definition(
        id=row.pk, **meant, **{bound: getattr(row, bound) for bound in BOUNDS}
    )


def meanings(part: str, rows: Iterable, problems: list[definition.Problem]) -> tuple:
    """The rows of one part as frozen dataclasses; what can't be parsed is added to `problems`."""
    made = []
    for number, row in enumerate(rows):
        try:
            made.append(MEANING[part](row))
        except ConditionError as error:
            problems.append(definition.Problem(f"{part}.{number}.conditions", str(error)))
    return tuple(made)


def signal_of(row: models.Signal) -> definition.Signal:
    """Raises ConditionError. As long as the row stays as it is, this is the same object."""
    conditions = json.dumps(row.conditions)
    return _signal(
        row.pk, row.name, row.intent, conditions, row.is_hand_raise, row.distinct_property
    )


@lru_cache(maxsize=1024)
def _signal(
    pk: int, name: str, intent: str, conditions: str, is_hand_raise: bool, distinct_property: str
) -> definition.Signal:
    """The conditions are JSON: texts tell 1 from true."""
    return definition.Signal(
        id=pk,
        name=name,
        intent=intent,
        conditions=parse(json.loads(conditions), EVENT),
        is_hand_raise=is_hand_raise,
        distinct_property=distinct_property,
    )


def weight_of(row: models.SignalWeight) -> definition.Weight:
    return definition.Weight(
        signal=signal_of(row.signal),
        points=row.points,
        daily_limit=row.daily_limit,
        half_life_days=row.half_life_days,
        steps=row.steps,
        cap=row.cap,
    )


def group_of(row: models.FitGroup) -> definition.FitGroup:
    return definition.FitGroup(name=row.name, cap=row.cap)


def criterion_of(row: models.FitCriterion) -> definition.Criterion:
    return definition.Criterion(
        group=row.group,
        name=row.name,
        points=row.points,
        conditions=parse(row.conditions, ATTRIBUTES),
    )


def disqualifier_of(row: models.Disqualifier) -> definition.Disqualifier:
    return definition.Disqualifier(name=row.name, conditions=parse(row.conditions, ATTRIBUTES))


MEANING: dict[str, Callable] = {
    "weights": weight_of,
    "fit_groups": group_of,
    "fit_criteria": criterion_of,
    "disqualifiers": disqualifier_of,
}
