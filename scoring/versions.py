"""Versions of the definition as rows: which is live, drafts and copies of them, and what a version
means (`definition_of`).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from scoring.models import Definition

PARTS = ("weights", "fit_groups", "fit_criteria", "disqualifiers")
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
    "live_from",
    "retired_at",
}


def live_definition() -> Definition | None:
    """The version that screens and handoff read; None before the first is published."""
    return Definition.objects.filter(status=Definition.Status.LIVE).first()


def coming_definition() -> Definition | None:
    """The version that is being prepared to take over, if any."""
    return Definition.objects.filter(status=Definition.Status.COMING).first()


@transaction.atomic
def new_draft(*, name: str, by, at: datetime, **fields) -> Definition:
    """An empty draft under the next version number."""
    latest = Definition.objects.aggregate(latest=Max("version"))["latest"] or 0
    return Definition.objects.create(
        version=latest + 1, name=name, created_by=by, created_at=at, **fields
    )


@transaction.atomic
def copy_as_draft(*, definition: Definition, by, at: datetime) -> Definition:
    """A draft with everything that the version holds: to change it, or to go back to it."""
    fields = {
        field.attname: getattr(definition, field.attname)
        for field in Definition._meta.concrete_fields
        if field.name not in NOT_COPIED
    }
    draft = new_draft(name=f"Like version {definition.version}", by=by, at=at, **fields)
    for part in PARTS:
        rows = list(getattr(definition, part).all())
        for row in rows:
            row.pk, row.definition = None, draft
        getattr(draft, part).bulk_create(rows)
    return draft
