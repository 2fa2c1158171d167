"""Makes the demo world: who lives in it, what they do, and the year that comes of it."""

from datetime import datetime, timedelta

from django.db import transaction

import handoff.starter
from leadhub.demo import calls, campaign, cast, cohorts, crowd, definitions, removal, staff, year
from leadhub.demo.models import DemoWorld
from leadhub.demo.names import Names
from leadhub.demo.people import DAYS, Story
from leadhub.demo.sales import Sales
from leadhub.garbage import no_garbage_among_what_is_there, no_garbage_collection
from leadhub.intake.models import ReceivedBatch, SourceKey
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
    progress: year.Progress = lambda share, moment: None,
) -> DemoWorld:
    """Makes a world that ends at `at`; a scale of 0.1 is one with a tenth of the people.

    One that was broken off is taken away first. Raises CannotMake.
    """
    removal.clear_up(at=at)
    refuse_unless_empty()
    with no_garbage_collection():
        story = tell(at=at, seed=seed, scale=scale)
        told = calls.numbered(story.calls, prefix="demo")
    world, team = begin(story)
    sources = dict(Source.objects.filter(name__in=calls.SOURCES).values_list("name", "pk"))
    with no_garbage_among_what_is_there():
        year.live(story, told, Sales(story, team), sources=sources, progress=progress, paces=paces)
    definitions.propose(by=team.marketer, at=at)
    world.made = removal.rows_since(world)
    world.ready_at = at
    world.save(update_fields=["made", "ready_at"])
    return world


@transaction.atomic
def begin(story: Story) -> tuple[DemoWorld, staff.Staff]:
    """What is there before anything happens: the staff, the sources, a version that is live."""
    definitions.forget([*Definition.objects.values_list("pk", flat=True)])
    handoff.starter.install()
    world = DemoWorld.objects.create(
        seed=story.seed, made_at=story.last, found=removal.rows_there()
    )
    team = staff.hire()
    for name, kind in calls.SOURCES.items():
        source = Source.objects.create(name=name, kind=kind)
        if kind == Source.Kind.BROWSER:
            SourceKey.issue(source)
    definitions.install_first(at=story.first)
    return world, team


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
