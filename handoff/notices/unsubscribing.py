"""The link in every e-mail that turns its kind off, without signing in (RFC 8058)."""

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from handoff.models import Channel, Muted, NoticeKind
from leadhub.users.models import User

SALT = "handoff.notices.unsubscribe"


@dataclass(frozen=True)
class Subscription:
    """That a person gets a kind of notice by e-mail."""

    person: User
    kind: NoticeKind


def unsubscribe_path(person: User, kind: str) -> str:
    token = signing.dumps([person.pk, str(kind)], salt=SALT)
    return reverse("unsubscribe", args=[token])


def subscription_of(token: str) -> Subscription | None:
    """What the link is about; None: nobody of ours made it, or the person is gone."""
    try:
        pk, kind = signing.loads(token, salt=SALT)
        return Subscription(User.objects.get(pk=pk), NoticeKind(kind))
    except (signing.BadSignature, ValueError, TypeError, User.DoesNotExist):
        return None


def unsubscribe(subscription: Subscription, *, from_all: bool = False) -> None:
    """No more e-mails of this kind, or of any. Twice is harmless."""
    kinds = list(NoticeKind) if from_all else [subscription.kind]
    Muted.objects.bulk_create(
        (Muted(person=subscription.person, kind=k, channel=Channel.EMAIL) for k in kinds),
        ignore_conflicts=True,
    )
