"""Takes the demo world away whole, and leaves everything else as it is."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet

from handoff.models import Pool, RoutingRule
from leadhub.demo import calls, definitions
from leadhub.demo.cascade import take_away
from leadhub.demo.models import DemoWorld
from leadhub.intake.models import QuarantinedMessage, ReceivedBatch, SourceKey
from leadhub.records.freshness import touch
from leadhub.records.models import AttributeChange, Company, Contact, Event, Opportunity, Source
from leadhub.users.models import Team, User
from scoring import starter
from scoring.models import Definition, Run, Signal
from scoring.versions import live_definition

# What a demo world makes beside facts and what follows from them.
BESIDE_FACTS = (User, Team, Pool, RoutingRule, Definition, Signal, Run)
AT_A_TIME = 2_000


class NothingToRemove(Exception):
    """There is no demo world here."""


@transaction.atomic
def remove(*, at: datetime) -> Definition:
    """Takes away the people of the demo world with everything known of them, and what it made
    beside them. Returns the version that is live then. Raises NothingToRemove.
    """
    world = DemoWorld.objects.first()
    if world is None:
        raise NothingToRemove("There is no demo world here.")
    sources = Source.objects.filter(name__in=calls.SOURCES)
    companies = companies_of(sources)
    for contacts in contacts_of(sources):
        take_away(contacts)
    remove_companies(companies)
    remove_sources(sources)
    made = world.made or rows_since(world)
    for model in (RoutingRule, Pool, Run):
        take_away(model.objects.filter(pk__in=made.get(model._meta.label, ())))
    definitions.forget(made.get("scoring.Definition", ()), made.get("scoring.Signal", ()))
    let_go(User.objects.filter(pk__in=made.get("users.User", ())))
    for team in Team.objects.filter(pk__in=made.get("users.Team", ()), members=None, leads=None):
        team.delete()
    world.delete()
    return stand_on_own_feet(at=at)


def clear_up(*, at: datetime) -> None:
    """Takes away a world of which the making was broken off."""
    if DemoWorld.objects.filter(ready_at=None).exists():
        remove(at=at)


def rows_there() -> dict[str, list[int]]:
    """The rows beside facts, by table."""
    return {
        model._meta.label: sorted(model.objects.values_list("pk", flat=True))
        for model in BESIDE_FACTS
    }


def rows_since(world: DemoWorld) -> dict[str, list[int]]:
    """Those that came since the world was begun."""
    return {
        label: sorted(set(ids).difference(world.found[label]))
        for label, ids in rows_there().items()
        if label in world.found
    }


def contacts_of(sources: QuerySet[Source]) -> Iterator[QuerySet[Contact]]:
    """Everyone of whom the demo's sources know, some at a time."""
    told = Event.objects.filter(source__in=sources, contact__isnull=False)
    of_events = set(told.order_by().values_list("contact", flat=True).distinct())
    ids = sorted(of_events | known_otherwise(sources))
    for start in range(0, len(ids), AT_A_TIME):
        yield Contact.objects.filter(pk__in=ids[start : start + AT_A_TIME])


def known_otherwise(sources: QuerySet[Source]) -> set[int]:
    """Whom the demo's people became when somebody corrected their e-mail: of them no other source
    told anything.
    """
    merged = Event.objects.filter(source__in=sources, contact__root__isnull=False)
    roots = set(merged.order_by().values_list("contact__root", flat=True).distinct())
    family = Contact.objects.filter(Q(pk__in=roots) | Q(root__in=roots))
    others = Source.objects.exclude(kind=Source.Kind.PERSON).exclude(pk__in=sources)
    real = set()
    for model in (Event, AttributeChange):
        told = model.objects.filter(contact__in=family, source__in=others)
        real |= set(told.order_by().values_list("contact", flat=True).distinct())
    return set(family.values_list("pk", flat=True)) - real


def companies_of(sources: QuerySet[Source]) -> list[int]:
    """The companies that the demo's sources described, or at which its people work."""
    said = AttributeChange.objects.filter(source__in=sources, company__isnull=False)
    told = Event.objects.filter(source__in=sources, contact__company__isnull=False)
    ids = set(said.values_list("company", flat=True))
    ids |= set(told.order_by().values_list("contact__company", flat=True).distinct())
    renamed = Contact.objects.filter(pk__in=known_otherwise(sources), company__isnull=False)
    return sorted(ids | set(renamed.values_list("company", flat=True)))


def remove_companies(ids: list[int]) -> None:
    """Those at which nobody works any more, with their deals."""
    for start in range(0, len(ids), AT_A_TIME):
        some = Company.objects.filter(pk__in=ids[start : start + AT_A_TIME], contacts=None)
        take_away(Opportunity.objects.filter(company__in=some))
        take_away(some)


def remove_sources(sources: QuerySet[Source]) -> None:
    """With what came by them and was nobody's, or is still in quarantine."""
    for model in (QuarantinedMessage, ReceivedBatch, Event, AttributeChange, SourceKey):
        take_away(model.objects.filter(source__in=sources))
    take_away(sources)


def let_go(users: QuerySet[User]) -> None:
    """Deletes them; who did something for other people's leads, or published a version that is
    left, stays for the record, and can't sign in.
    """
    publishers = Definition.objects.exclude(published_by=None).values_list("published_by")
    for user in users.exclude(pk__in=publishers):
        with suppress(ProtectedError), transaction.atomic():
            user.delete()
    users.update(is_active=False)


def stand_on_own_feet(*, at: datetime) -> Definition:
    """Without a live version nothing would be scored: the starter takes over. Where somebody has
    published a version of their own, that one stays, and the starter is a draft beside it.
    """
    live = live_definition()
    if live is not None:
        starter.propose(at=at)
        return live
    touch(Contact.objects.values_list("pk", flat=True))
    return starter.install(at=at)
