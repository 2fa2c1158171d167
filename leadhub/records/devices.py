"""Whose an anonymous visitor's events are.

An event that only a device vouches for belongs to whoever was identified on the device at its
time; before the first identification, to the first one identified, up to 365 days back. That is a
pure function of the device's rows and the event's time, so late arrivals only ask for it again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from leadhub.records.models import Device, Event

LOOK_BACK = timedelta(days=365)
TIE = ("contact__email", "contact_id")


def remember(identified: Iterable[tuple[str, int, datetime]]) -> set[str]:
    """Stores (anonymous id, contact, since); returns the devices of which something is new."""
    wanted = set(identified)
    if not wanted:
        return set()
    rows = Device.objects.filter(anonymous_id__in={device for device, _, _ in wanted})
    known = set(rows.values_list("anonymous_id", "contact_id", "since"))
    new = sorted(wanted - known)
    Device.objects.bulk_create(
        [Device(anonymous_id=device, contact_id=who, since=since) for device, who, since in new],
        ignore_conflicts=True,
        batch_size=2000,
    )
    return {device for device, _, _ in new}


def owners(seen: Iterable[tuple[str, datetime]]) -> dict[tuple[str, datetime], int]:
    """(anonymous id, time) → contact, where somebody was identified on the device."""
    seen = set(seen)
    if not seen:
        return {}
    rows: dict[str, list[tuple[datetime, int]]] = {}
    found = Device.objects.filter(anonymous_id__in={device for device, _ in seen})
    for device, since, contact in found.order_by("since", *TIE).values_list(
        "anonymous_id", "since", "contact_id"
    ):
        rows.setdefault(device, []).append((since, contact))
    answers = {(device, at): owner(rows.get(device, []), at) for device, at in seen}
    return {key: contact for key, contact in answers.items() if contact is not None}


def owner(rows: list[tuple[datetime, int]], at: datetime) -> int | None:
    """Whose a device is at a time; `rows` are its (since, contact), the earliest first."""
    before = [row for row in rows if row[0] <= at]
    if before:
        since = before[-1][0]
        return next(contact for moment, contact in before if moment == since)
    return rows[0][1] if rows and rows[0][0] - at <= LOOK_BACK else None


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
    stored = list(events.values_list("pk", "contact_id", "anonymous_id", "occurred_at"))
    whose = owners((device, at) for _, _, device, at in stored)
    moves = [Move(event, old, whose.get((device, at))) for event, old, device, at in stored]
    return [move for move in moves if move.old != move.new]


def move(moves: list[Move], revisions: Mapping[int, int]) -> None:
    """Gives the events to their contacts, with the revisions to which those were raised."""
    events = [
        Event(pk=move.event, contact_id=move.new, revision=revisions.get(move.new, 0))
        for move in moves
    ]
    Event.objects.bulk_update(events, ["contact", "revision"], batch_size=200)
