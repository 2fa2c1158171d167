"""How a version becomes live: draft → coming → live → retired. The only writer of a definition's
status and its stamps.

`publish` makes a draft the coming version. While it is coming every scoring writes its row beside
the live one's, and a run (see `runs.py`) gives one to everyone else. `finish_publishing` is the
switch: one transaction, refused while any contact lacks a fresh row, so that nobody is ever
without a score. Killed at any point, it is simply called again.

**Held.** A version published "from now on" hands nobody over for having been qualified already.
Who that is follows from what is recorded: whoever's latest change of score under the version, up
to `live_from`, says qualified (`qualified_at_switch`). They come with their next medium or high
signal after `live_from`. Handoff reads this and keeps its own list; scoring knows of no leads.
"""

from datetime import datetime

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from leadhub.records.models import Contact, Freshness
from scoring import trials, versions
from scoring.definition import Definition as Meant
from scoring.models import ContactScore, Definition, ScoreChange, Signal
from scoring.versions import coming_definition, live_definition

Status = Definition.Status


class CannotPublish(Exception):
    """The version cannot take this step now; the text says why, for the person who asked."""


@transaction.atomic
def publish(
    *,
    definition: Definition,
    by,
    at: datetime,
    handover: str = "",
    handover_a_day: int | None = None,
) -> None:
    """Makes the draft the coming version, to go live as soon as everyone has a score under it.

    `handover` is one of `Definition.Handover`; empty leaves what the draft says. Handed over at
    once, those qualified already come the best first, as sales has room and at most
    `handover_a_day` a day.
    Raises CannotPublish, also if the draft can't be evaluated, and InvalidDefinition for one that
    contradicts itself.
    """
    coming = coming_definition()
    if coming is not None:
        raise CannotPublish(f"Version {coming.version} is coming: wait until it is live.")
    draft = Definition.objects.filter(pk=definition.pk, status=Status.DRAFT)
    try:
        with transaction.atomic():
            changed = draft.update(
                status=Status.COMING,
                handover=handover or definition.handover,
                handover_a_day=handover_a_day,
                published_at=at,
                published_by=by,
            )
    except IntegrityError as faster:
        raise CannotPublish("Another version is coming since: wait until it is live.") from faster
    if not changed:
        raise CannotPublish(f"Version {definition.version} is no draft any more.")
    # Only now does no part of it change any more: what is checked is what will be live.
    try_out(versions.read(definition.pk), at=at)


def try_out(meant: Meant, *, at: datetime) -> None:
    """Evaluates the version for a few contacts and events, as it will be for everyone.

    Raises CannotPublish.
    """
    try:
        trials.evaluate_for_some(meant, day=timezone.localdate(at))
    except DatabaseError:
        raise
    except Exception as error:
        reason = f"It can't be evaluated: {type(error).__name__}: {error}"
        raise CannotPublish(reason) from error


def withdraw(*, definition: Definition, at: datetime) -> None:
    """Makes the coming version a draft again, without scores. What the ledger said of it stays:
    published again, it goes on there. Raises CannotPublish if it is not coming.
    """
    with transaction.atomic():
        changed = Definition.objects.filter(pk=definition.pk, status=Status.COMING).update(
            status=Status.DRAFT, published_at=None, published_by=None, withdrawn_at=at
        )
        if not changed:
            raise CannotPublish(f"Version {definition.version} is not coming.")
        ContactScore.objects.filter(definition=definition).delete()


def finish_publishing(*, at: datetime) -> bool:
    """Makes the coming version live if nobody lacks a fresh score under it; says whether it did.

    The first version ever goes live at once: no score is there to be kept until then.
    """
    coming = coming_definition()
    if coming is None:
        return False
    live = live_definition()
    if live is not None and untallied(coming).exists():
        return False
    with transaction.atomic():
        Definition.objects.filter(status=Status.LIVE).update(status=Status.RETIRED, retired_at=at)
        ready = Definition.objects.filter(pk=coming.pk, status=Status.COMING)
        if live is not None:
            ready = ready.filter(~Exists(lacking_score(coming)))
        if not ready.update(status=Status.LIVE, live_from=at):
            transaction.set_rollback(True)
            return False
        note_tallied(definition=coming, at=at)
        # Replaced signals are tallied no more: used again, they are tallied anew.
        replaced = Signal.objects.filter(successor__isnull=False)
        replaced.exclude(weights__definition=coming).update(tallied_at=None)
    return True


def untallied(coming: Definition) -> QuerySet[Signal]:
    """The signals that the version weighs and whose past is not tallied yet."""
    return Signal.objects.filter(weights__definition=coming, tallied_at=None)


def lacking_score(coming: Definition) -> QuerySet[Contact]:
    """The contacts without a fresh score under the coming version.

    Who was set aside, because their facts can't be scored, keeps nobody waiting.
    """
    freshness = Freshness.objects.filter(contact=OuterRef("pk"))
    scored = ContactScore.objects.filter(definition=coming, contact=OuterRef("pk"))
    fresh = freshness.filter(revision=F("scored_revision"))
    aside = freshness.filter(revision=F("failed_revision"))
    everyone = Contact.objects.filter(root=None)
    return everyone.filter(~Exists(scored) | ~Exists(fresh)).exclude(Exists(aside))


def note_tallied(*, definition: Definition, at: datetime) -> None:
    """That all past events have been tallied for the signals that the version weighs."""
    untallied(definition).update(tallied_at=at)


def qualified_at_switch(definition: Definition) -> QuerySet[Contact]:
    """Who was qualified already when the version went live: none of them for the first version."""
    latest = ScoreChange.objects.filter(
        contact=OuterRef("pk"), definition=definition, at__lte=definition.live_from
    ).order_by("-at", "-id")
    return Contact.objects.alias(was_qualified=Subquery(latest.values("qualified_to")[:1])).filter(
        was_qualified=True
    )
