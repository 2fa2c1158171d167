"""Makes the demo world: who lives in it, what they do, and the year that comes of it."""

from datetime import datetime, timedelta

import handoff.starter
from leadhub.demo import calls, campaign, cast, cohorts, crowd, definitions, removal, staff, year
from leadhub.demo.models import DemoWorld
from leadhub.demo.names import Names
from leadhub.demo.people import DAYS, Story
from leadhub.demo.sales import Sales
from leadhub.intake.models import ReceivedBatch
from leadhub.records.models import Contact, Event, Source
from scoring.models import Definition

SEED = 1


class CannotMake(Exception):
    """The demo world can't be made here; the text says why, for whoever asked."""


def make(
    *,
    at: datetime,
    seed: int = SEED,
    scale: float = 1.0,
    paces: year.Paces = year.PACES,
    progress: year.Progress = lambda _: None,
) -> DemoWorld:
    """Makes a world that ends at `at`; a scale of 0.1 is one with a tenth of the people.

    One that was broken off is taken away first. Raises CannotMake.
    """
    if DemoWorld.objects.filter(ready_at=None).exists():
        removal.remove(at=at)
    refuse_unless_empty()
    story = tell(at=at, seed=seed, scale=scale)
    world = DemoWorld.objects.create(seed=seed, made_at=at)
    definitions.forget([*Definition.objects.values_list("pk", flat=True)])
    handoff.starter.install()
    before = rows_there()
    team = staff.hire()
    sources = {
        name: Source.objects.create(name=name, kind=kind).pk for name, kind in calls.SOURCES.items()
    }
    definitions.install_first(at=story.first)
    note(world, before)
    try:
        told = calls.numbered(story.calls, prefix="demo")
        sales = Sales(story, team)
        year.live(story, told, sales, sources=sources, progress=progress, paces=paces)
    finally:
        note(world, before)
    world.ready_at = at
    world.save(update_fields=["ready_at"])
    return world


def refuse_unless_empty() -> None:
    if DemoWorld.objects.exists():
        raise CannotMake("The demo world is here already: `manage.py demo --remove` takes it away.")
    for model in (Contact, Event, ReceivedBatch):
        if model.objects.exists():
            raise CannotMake("The demo world needs a LeadHub without data: this one has some.")
    if Definition.objects.exclude(version=1).exists():
        raise CannotMake("The demo world brings versions of its own: this LeadHub has its own.")


def tell(*, at: datetime, seed: int, scale: float) -> Story:
    """Everything that happens in the year, from outside LeadHub."""
    story = Story(seed=seed, first=at - timedelta(days=DAYS), last=at)
    names = Names(seed)
    cohorts.tell(story, names, scale=scale)
    crowd.tell(story, names, scale=scale)
    campaign.tell(story, names, scale=scale)
    cast.tell(story, names)
    return story


def rows_there() -> dict[str, set[int]]:
    return {
        model._meta.label: set(model.objects.values_list("pk", flat=True))
        for model in removal.BESIDE_FACTS
    }


def note(world: DemoWorld, before: dict[str, set[int]]) -> None:
    """Remembers which rows beside facts came since."""
    world.made = {label: sorted(there - before[label]) for label, there in rows_there().items()}
    world.save(update_fields=["made"])
