"""The morning digest: what waits for each rep, once a working day, at their hour."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from handoff.models import DigestHour, Lead, Notice, NoticeKind, Stage
from handoff.notices.alerts import SHOWN_FOR, with_owner
from handoff.notices.outbox import Telling, put
from handoff.sla.calendars import calendars_of
from leadhub.users.models import Role, User

# A machine that was asleep in the morning sends no digest in the evening.
SENT_WITHIN = timedelta(hours=6)
DAY = timedelta(days=1)
FIRST_ONES_COME = "Your first scored leads arrive tomorrow morning."
SAID = (
    ("raised", "person has asked for sales", "people have asked for sales"),
    ("unjudged", "lead waits for your verdict", "leads wait for your verdict"),
    ("night", "of them came since yesterday", "of them came since yesterday"),
    ("accepted", "lead is accepted and not an SQL yet", "leads are accepted and no SQLs yet"),
    ("woken", "snoozed lead is back", "snoozed leads are back"),
)


def tell_the_morning(*, at: datetime) -> int:
    """Writes the digest of everyone whose hour has come; how many rows."""
    due = due_now(at=at)
    if not due:
        return 0
    lines = lines_of([person.pk for person in due], at=at)
    any_lead = Lead.objects.exclude(origin=Lead.Origin.SALES).exists()
    return put((digest_of(p, lines[p.pk], any_lead=any_lead, at=at) for p in due), at=at)


def due_now(*, at: datetime) -> list[User]:
    """The reps whose working day it is, whose hour has come, and who have no digest of today."""
    had = Notice.objects.filter(kind=NoticeKind.DIGEST, created_at__gt=at - timedelta(hours=18))
    reps = User.objects.filter(role=Role.REP, is_active=True).exclude(
        pk__in=had.values("person").filter(person__isnull=False)
    )
    reps = list(reps.annotate(hour=Coalesce(F("digest_hour__at"), DigestHour.EIGHT)))
    calendars = calendars_of(rep.pk for rep in reps)
    return [rep for rep in reps if is_due(rep.hour, calendars.of(rep.pk), at=at)]


def is_due(hour: time, hours, *, at: datetime) -> bool:
    there = at.astimezone(hours.zone)
    due = datetime.combine(there.date(), hour, hours.zone)
    return hours.works_on(there.date()) and due <= there < due + SENT_WITHIN


def lines_of(reps: Iterable[int], *, at: datetime) -> dict[int, list[str]]:
    """What waits for each, the most pressing first. Two queries, however many reps."""
    counted = (
        Lead.objects.filter(owner__in=reps)
        .order_by()
        .values("owner")
        .annotate(
            raised=Count("pk", filter=Q(stage=Stage.QUEUED, hand_raised_at__isnull=False)),
            unjudged=Count("pk", filter=Q(stage=Stage.QUEUED)),
            night=Count("pk", filter=Q(stage=Stage.QUEUED, handed_over_at__gt=at - DAY)),
            accepted=Count("pk", filter=Q(stage=Stage.ACCEPTED)),
            woken=Count("pk", filter=Q(snoozed_until__gt=at - DAY, snoozed_until__lte=at)),
        )
    )
    lines = defaultdict(list)
    for row in counted:
        lines[row["owner"]] += [
            f"{row[name]} {text if row[name] > 1 else single}"
            for name, single, text in SAID
            if row[name]
        ]
    day = timezone.localdate(at)
    alerts = with_owner().filter(owner__in=reps, dismissed_at=None, day__gte=day - SHOWN_FOR)
    for row in alerts.order_by().values("owner").annotate(number=Count("pk")):
        number = row["number"]
        lines[row["owner"]].append(
            f"{number} customers show interest" if number > 1 else "1 customer shows interest"
        )
    return lines


def digest_of(person: User, lines: list[str], *, any_lead: bool, at: datetime) -> Telling:
    nothing = "Nothing waits for you." if any_lead else FIRST_ONES_COME
    return Telling(
        kind=NoticeKind.DIGEST,
        event=f"digest {person.pk} {timezone.localdate(at)}",
        about=at,
        people=(person.pk,),
        title=lines[0] if lines else nothing.rstrip("."),
        text="\n".join(lines[1:]),
        path=reverse("inbox"),
    )
