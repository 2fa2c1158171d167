"""The link in every e-mail that turns its kind off, without signing in (RFC 8058).

It can do nothing else, and not for ever: see docs/adr/0044.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.urls import reverse

from handoff.models import Channel, Muted, NoticeKind
from leadhub.users.models import User

SALT = "handoff.notices.unsubscribe"
HOLDS_FOR = timedelta(days=60)


class TooOld(Exception):
    """The link was ours, and holds no longer."""


@dataclass(frozen=True)
class Subscription:
    """That a person gets a kind of notice by e-mail."""

    person: User
    kind: NoticeKind


def unsubscribe_path(person: User, kind: str) -> str:
    token = signing.dumps([person.pk, person.email, str(kind)], salt=SALT)
    return reverse("unsubscribe", args=[token])


def subscription_of(token: str) -> Subscription | None:
    """What the link is about; None: nobody of ours made it. Raises TooOld, also where the person
    has another address by now, or has left.
    """
    try:
        pk, address, kind = signing.loads(token, salt=SALT, max_age=HOLDS_FOR)
        kind = NoticeKind(kind)
    except signing.SignatureExpired as expired:
        raise TooOld from expired
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = User.objects.filter(pk=pk, email=address, is_active=True).first()
    if person is None:
        raise TooOld
    return Subscription(person, kind)


def unsubscribe(subscription: Subscription) -> None:
    """No more e-mails of this kind. Twice is harmless."""
    Muted.objects.bulk_create(
        [Muted(person=subscription.person, kind=subscription.kind, channel=Channel.EMAIL)],
        ignore_conflicts=True,
    )
