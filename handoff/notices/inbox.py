"""What each person finds in LeadHub itself, and what they want to be told."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from handoff.models import Channel, DigestHour, Muted, Notice, NoticeKind
from leadhub.users.models import Role, User

KEPT_FOR = timedelta(days=90)
PURGED_AT_ONCE = 1000
MANY = 99


def notices_of(user) -> QuerySet[Notice]:
    """In the app, the latest first."""
    shown = Notice.objects.filter(person=user, channel=Channel.APP, state=Notice.State.SENT)
    return shown.order_by("-created_at", "-pk")


def unread(user) -> int:
    """How many are unread; at most `MANY`, so that it costs the same however many there are."""
    return notices_of(user).filter(read_at=None)[:MANY].count()


def find_notice(user, notice_id: int) -> Notice:
    """The person's own; 404 for anybody else's."""
    return get_object_or_404(notices_of(user), pk=notice_id)


def read(notice: Notice, *, at: datetime) -> None:
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)


def read_all(user, *, at: datetime) -> int:
    return notices_of(user).filter(read_at=None).update(read_at=at)


def channels() -> list[Channel]:
    """Those by which a person can be told here."""
    return [Channel.APP, Channel.EMAIL] if settings.SENDS_E_MAIL else [Channel.APP]


def kinds_for(user: User) -> list[NoticeKind]:
    """What the person can be told of at all: the digest is for reps, marketing gets no leads."""
    if user.role == Role.REP:
        return list(NoticeKind)
    if user.role == Role.MARKETER:
        return []
    return [kind for kind in NoticeKind if kind != NoticeKind.DIGEST]


def wanted(user) -> set[tuple[str, str]]:
    """The kinds and channels that the person has not turned off."""
    off = set(Muted.objects.filter(person=user).values_list("kind", "channel"))
    return {(k.value, c.value) for k in kinds_for(user) for c in channels()} - off


def digest_hour(user) -> time:
    hour = DigestHour.objects.filter(person=user).values_list("at", flat=True).first()
    return hour or DigestHour.EIGHT


@transaction.atomic
def choose(*, user, kept: Iterable[tuple[str, str]], hour: time | None) -> None:
    """The person wants to be told of just these, by these channels."""
    offered = {(k.value, c.value) for k in kinds_for(user) for c in channels()}
    off = offered - set(kept)
    shown = Muted.objects.filter(person=user, channel__in=channels(), kind__in=kinds_for(user))
    shown.delete()
    Muted.objects.bulk_create(Muted(person=user, kind=k, channel=c) for k, c in sorted(off))
    if hour is not None:
        DigestHour.objects.update_or_create(person=user, defaults={"at": hour})


def forget_old(*, at: datetime) -> None:
    """Deletes notices of more than ninety days ago."""
    old = Notice.objects.filter(created_at__lt=at - KEPT_FOR).order_by()
    while ids := list(old.values_list("pk", flat=True)[:PURGED_AT_ONCE]):
        Notice.objects.filter(pk__in=ids).delete()
