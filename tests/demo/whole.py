"""Everything that LeadHub's tables hold, for comparison."""

from django.apps import apps

from handoff.models import RejectionReason, ServiceLevel
from leadhub.demo import definitions
from leadhub.records.models import Source
from leadhub.users.models import Team
from scoring.models import Definition, Signal

ROOMS = ("leadhub", "records", "intake", "users", "scoring", "handoff")


def everything(*, without: set[str] = frozenset()) -> dict[str, int]:
    """How many rows each table has that has any."""
    counted = {
        model.__name__: model.objects.count()
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if model.__name__ not in without and not model._meta.proxy
    }
    return {name: rows for name, rows in counted.items() if rows}


def empty() -> None:
    """Deletes what an installation starts with, and removal therefore leaves."""
    definitions.forget(
        Definition.objects.values_list("pk", flat=True),
        list(Signal.objects.values_list("pk", flat=True)),
    )
    for model in (RejectionReason, ServiceLevel, Source, Team):
        model.objects.all().delete()
