"""Sends what waits in the outbox: each notice is claimed first, so that it goes out at most once.

A notice that certainly did not go out is tried again, later each time, and given up after
`MOST_TRIES`. One of which nobody can tell (the worker died, the answer never came) is in doubt: it
is not sent again unless a person says so.

Each way is sent by itself, e-mails first. A webhook's host that lets us wait in vain rests, longer
each time: so a round waits for one such host at most, and seldom.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from django.db.models import F

from handoff.models import Channel, Muted, Notice, TeamWebhook
from handoff.notices.email import send_email
from handoff.notices.failures import InDoubt, NotSent, Refused, Silent, Unreachable
from handoff.notices.webhooks import send_webhook

log = structlog.get_logger(__name__)

State = Notice.State
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# After the first failure, the second, …
PAUSES = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR)
MOST_TRIES = len(PAUSES) + 1
WAITED_IN_VAIN = (Unreachable, Silent, InDoubt)
# Nothing takes so long: whoever claimed it is dead.
DEAD_AFTER = 10 * MINUTE

SEND: dict[str, Callable[[Notice], None]] = {
    Channel.EMAIL: send_email,
    Channel.WEBHOOK: send_webhook,
}


def send_next(*, at: datetime) -> bool:
    """Sends the notice that has waited longest, an e-mail before any webhook; False: nothing is
    due.
    """
    waiting = Notice.objects.filter(state=State.WAITING, next_try_at__lte=at)
    in_order = waiting.order_by("next_try_at", "pk")
    notice = (
        in_order.filter(channel=Channel.EMAIL).first()
        or in_order.exclude(webhook__rests_until__gt=at).first()
    )
    if notice is None:
        return False
    if not claim(notice, at=at):
        return True
    notice = Notice.objects.select_related("person", "webhook").get(pk=notice.pk)
    if not is_wanted(notice):
        finish(notice, state=State.OFF)
        return True
    try:
        SEND[notice.channel](notice)
    except NotSent as failure:
        note_failure(notice, failure, at=at)
    else:
        finish(notice, state=State.SENT, sent_at=at, failure="")
        if notice.webhook is not None and notice.webhook.hangs:
            note_of_host(notice.webhook, hangs=0, rests_until=None)
    return True


def claim(notice: Notice, *, at: datetime) -> bool:
    """Whether it is this worker's to send: of two, one hits the row."""
    mine = Notice.objects.filter(pk=notice.pk, state=State.WAITING)
    return bool(
        mine.update(state=State.SENDING, claimed_at=at, next_try_at=None, tries=F("tries") + 1)
    )


def finish(notice: Notice, **columns) -> None:
    Notice.objects.filter(pk=notice.pk, state=State.SENDING).update(**columns)


def is_wanted(notice: Notice) -> bool:
    """Whether the receiver still wants it, and is still here."""
    if notice.webhook is not None:
        return notice.webhook.is_active
    muted = Muted.objects.filter(person=notice.person, kind=notice.kind, channel=notice.channel)
    return notice.person.is_active and not muted.exists()


def note_failure(notice: Notice, failure: NotSent, *, at: datetime) -> None:
    said = str(failure)[:500]
    log.warning("notice not sent", notice=notice.pk, channel=notice.channel, failure=said)
    if notice.webhook is not None and isinstance(failure, WAITED_IN_VAIN):
        hangs = notice.webhook.hangs + 1
        pause = PAUSES[min(hangs, len(PAUSES)) - 1]
        note_of_host(notice.webhook, hangs=hangs, rests_until=at + pause)
    if isinstance(failure, InDoubt):
        finish(notice, state=State.DOUBTFUL, failure=said)
    elif isinstance(failure, Refused) or notice.tries >= MOST_TRIES:
        finish(notice, state=State.FAILED, failure=said)
    else:
        again = at + PAUSES[notice.tries - 1]
        finish(notice, state=State.WAITING, next_try_at=again, failure=said)
        if notice.webhook is None and isinstance(failure, Unreachable):
            let_e_mails_wait(until=min(again, at + MINUTE))


def let_e_mails_wait(*, until: datetime) -> None:
    """The others would fail too, each after a wait of its own."""
    e_mails = Notice.objects.filter(
        state=State.WAITING, channel=Channel.EMAIL, next_try_at__lt=until
    )
    e_mails.update(next_try_at=until)


def note_of_host(webhook: TeamWebhook, *, hangs: int, rests_until: datetime | None) -> None:
    """With all webhooks of the host: what one waits for in vain, the others would too."""
    host = urlsplit(webhook.url).hostname
    addresses = TeamWebhook.objects.values_list("pk", "url")
    same_host = [pk for pk, url in addresses if urlsplit(url).hostname == host]
    TeamWebhook.objects.filter(pk__in=same_host).update(hangs=hangs, rests_until=rests_until)


def doubt_what_was_left(*, at: datetime) -> int:
    """What a worker was sending when it died: nobody knows whether it went out."""
    left = Notice.objects.filter(state=State.SENDING, claimed_at__lt=at - DEAD_AFTER)
    return left.update(state=State.DOUBTFUL, failure="The worker stopped while sending it.")


def send_again(notices, *, at: datetime) -> int:
    """A person wants what is in doubt or was given up to be tried once more; how many."""
    stuck = notices.filter(state__in=[State.DOUBTFUL, State.FAILED])
    return Notice.objects.filter(pk__in=list(stuck.values_list("pk", flat=True))).update(
        state=State.WAITING, next_try_at=at, tries=0
    )
