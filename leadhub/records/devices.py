"""Whose an anonymous visitor's events are.

An event that only a device vouches for belongs to whoever was identified on the device at its
time; before the first identification, to the first one identified, up to 365 days back. What a
public key says takes nothing that was somebody's before it was received: it decides only on
events that came in with it or later, and reaches back by no more than the time that an SDK keeps
a message before sending it. That is a pure function of the device's rows and of the event's times,
so late arrivals only ask for it again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from leadhub.records.models import Device, Event

LOOK_BACK = timedelta(days=365)
# How long before it was received a public key's identify may have happened, at most.
SENT_WITHIN = timedelta(minutes=15)
TIE = ("contact__email", "contact_id")


class Identified(NamedTuple):
    """Who was said to be on a device; `heard_at` is `since` where a trusted source said so."""

    since: datetime
    heard_at: datetime
    contact: int

    @property
    def counts_from(self) -> datetime:
        return max(self.since, self.heard_at - SENT_WITHIN)


class Seen(NamedTuple):
    """An event that only a device vouches for."""

    device: str
    occurred_at: datetime
    received_at: datetime


def remember(identified: Iterable[tuple[str, Identified]]) -> set[str]:
    """Stores who was on which device; returns the devices of which something is new."""
    wanted = set(identified)
    if not wanted:
        return set()
    rows = Device.objects.filter(anonymous_id__in={device for device, _ in wanted})
    known = {
        (device, Identified(*row))
        for device, *row in rows.values_list("anonymous_id", "since", "heard_at", "contact_id")
    }
    new = sorted(wanted - known)
    Device.objects.bulk_create(
        [
            Device(anonymous_id=device, contact_id=who, since=since, heard_at=heard_at)
            for device, (since, heard_at, who) in new
        ],
        ignore_conflicts=True,
        batch_size=2000,
    )
    return {device for device, _ in new}


def owners(seen: Iterable[Seen]) -> dict[Seen, int]:
    """Event → contact, where somebody was identified on the device."""
    seen = set(seen)
    if not seen:
        return {}
    rows: dict[str, list[Identified]] = {}
    found = Device.objects.filter(anonymous_id__in={one.device for one in seen}).order_by(*TIE)
    for device, *row in found.values_list("anonymous_id", "since", "heard_at", "contact_id"):
        rows.setdefault(device, []).append(Identified(*row))
    answers = {one: owner(rows.get(one.device, []), one) for one in seen}
    return {one: contact for one, contact in answers.items() if contact is not None}


def owner(rows: list[Identified], seen: Seen) -> int | None:
    """Whose an event is by what was said of its device; of two said of one moment the first."""
    standing = [
        row
        for row in rows
        if row.counts_from <= seen.occurred_at and row.heard_at <= seen.received_at
    ]
    if standing:
        return max(standing, key=lambda row: (row.counts_from, row.since)).contact
    if not rows:
        return None
    first = min(rows, key=lambda row: (row.heard_at, row.since))
    return first.contact if first.counts_from - seen.occurred_at <= LOOK_BACK else None


class Move(NamedTuple):
    """That an event is another contact's than was thought; None: nobody's that is known."""

    event: int
    old: int | None
    new: int | None


def misplaced(devices: Iterable[str]) -> list[Move]:
    """The moves that these devices' rows now ask for."""
    devices = set(devices)
    if not devices:
        return []
    events = Event.objects.filter(by_device=True, anonymous_id__in=devices)
    stored = list(
        events.values_list("pk", "contact_id", "anonymous_id", "occurred_at", "received_at")
    )
    whose = owners(Seen(*seen) for _, _, *seen in stored)
    moves = [Move(event, old, whose.get(Seen(*seen))) for event, old, *seen in stored]
    return [move for move in moves if move.old != move.new]


def move(moves: list[Move], revisions: Mapping[int, int]) -> None:
    """Gives the events to their contacts, with the revisions to which those were raised."""
    events = [
        Event(pk=move.event, contact_id=move.new, revision=revisions.get(move.new, 0))
        for move in moves
    ]
    Event.objects.bulk_update(events, ["contact", "revision"], batch_size=200)
