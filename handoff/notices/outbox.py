"""The outbox: what is told to whom becomes rows, each once a happening, receiver and channel."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from handoff.models import Channel, Muted, Notice, NoticeKind, TeamWebhook
from leadhub.users.models import User

State = Notice.State
# Of so many new leads at once each has its own e-mail; more are one.
E_MAILS_AT_ONCE = 3
NAMED_IN_ONE = 10
FOR_TEAMS = {NoticeKind.NEW_LEAD, NoticeKind.HAND_RAISE, NoticeKind.DUE_SOON, NoticeKind.BREACH}


@dataclass(frozen=True)
class Telling:
    """Something that happened: `event` names it for good, `people` are told of it by the channels
    they want, and so is the team's webhook (`team`: its id; None: the common queue).
    """

    kind: NoticeKind
    event: str
    about: datetime
    people: tuple[int, ...]
    title: str
    path: str
    text: str = ""
    team: int | None = None
    lead: int | None = None
    alert: int | None = None


def put(tellings: Iterable[Telling], *, at: datetime) -> int:
    """Writes what is not written yet; returns how many rows. Twice is harmless."""
    tellings = list(tellings)
    if not tellings:
        return 0
    people = User.objects.in_bulk({person for t in tellings for person in t.people})
    people = {pk: person for pk, person in people.items() if person.is_active}
    muted = set(Muted.objects.filter(person__in=people).values_list("person", "kind", "channel"))
    webhooks = defaultdict(list)
    for webhook in TeamWebhook.objects.filter(is_active=True):
        webhooks[webhook.team_id].append(webhook)
    told = set(
        Notice.objects.filter(event__in=[t.event for t in tellings]).values_list(
            "event", "person", "webhook"
        )
    )
    rows = []
    for telling in tellings:
        made = [
            row
            for row in rows_of(telling, people, muted, webhooks, at)
            if (row.event, row.person_id, row.webhook_id) not in told
        ]
        rows += made
    rows = as_one_where_many(rows)
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def rows_of(
    telling: Telling, people: dict, muted: set, webhooks: dict, at: datetime
) -> list[Notice]:
    """A row in the app for each person, which shows that they were told even where they do not
    want to see it; one to be sent for each other way; one to nobody where there is nobody.
    """
    rows = []
    for pk in dict.fromkeys(telling.people):
        if pk not in people:
            continue
        wanted = (pk, telling.kind, Channel.APP) not in muted
        state = State.SENT if wanted else State.OFF
        rows.append(row_of(telling, at, channel=Channel.APP, person_id=pk, state=state))
        if settings.SENDS_E_MAIL and (pk, telling.kind, Channel.EMAIL) not in muted:
            rows.append(to_send(telling, at, channel=Channel.EMAIL, person_id=pk))
    if telling.kind in FOR_TEAMS:
        rows += [
            to_send(telling, at, channel=Channel.WEBHOOK, webhook=webhook)
            for webhook in webhooks[telling.team]
        ]
    return rows or [row_of(telling, at, channel=Channel.APP, state=State.OFF)]


def to_send(telling: Telling, at: datetime, **receiver) -> Notice:
    return row_of(telling, at, next_try_at=at, **receiver)


def row_of(telling: Telling, at: datetime, **fields) -> Notice:
    return Notice(
        kind=telling.kind,
        event=telling.event,
        about=telling.about,
        lead_id=telling.lead,
        alert_id=telling.alert,
        title=in_one_line(telling.title)[:200],
        text=telling.text[:2000],
        path=telling.path,
        created_at=at,
        **fields,
    )


def in_one_line(text: str) -> str:
    """Visitors choose their names: no line of theirs becomes a header of an e-mail."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def as_one_where_many(rows: list[Notice]) -> list[Notice]:
    """Many new leads at once fill the list in the app, but nobody's mailbox or channel: all but
    the first few are one notice that names them.
    """
    groups = defaultdict(list)
    for row in rows:
        sent = row.kind == NoticeKind.NEW_LEAD and row.state == State.WAITING
        groups[(row.channel, row.person_id, row.webhook_id) if sent else None].append(row)
    kept = groups.pop(None, [])
    for group in groups.values():
        if len(group) <= E_MAILS_AT_ONCE:
            kept += group
        else:
            kept += together(group)
    return kept


def together(group: list[Notice]) -> list[Notice]:
    """The first tells of all of them; the others are written as told, and are not sent."""
    first, number = group[0], len(group)
    for row in group[1:]:
        row.state, row.next_try_at = State.OFF, None
    names = [row.title for row in group[:NAMED_IN_ONE]]
    more = [f"… and {number - NAMED_IN_ONE} more"] if number > NAMED_IN_ONE else []
    first.title, first.text, first.path = f"{number} new leads", "\n".join(names + more), "/inbox"
    return group
