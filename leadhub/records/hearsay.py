"""What was said of anonymous visitors: their traits, and by which campaign they first came.

It waits with the device, like their events, and is of whoever the device then turns out to have
been (see `devices.py`), so that it never matters whether the visitor was identified before or
after it came in. Each saying is a row of its own: it may change hands.
"""

from collections import defaultdict
from collections.abc import Iterable

from leadhub.adding import add_rows
from leadhub.records import attributes, devices
from leadhub.records.devices import Seen
from leadhub.records.models import AttributeChange
from leadhub.records.observation import Observation

SAID = (
    "contact_id", "anonymous_id", "field", "new", "at", "confirmed_at", "source_id", "recorded_at",
)  # fmt: skip


def keep(told: Iterable[tuple[Observation, int | None]], people) -> set[int]:
    """Stores what was said of devices, each with whose it is; returns the contacts it is of."""
    rows = [
        (
            owner,
            o.anonymous_id,
            field,
            value,
            o.occurred_at,
            o.occurred_at,
            o.source.pk,
            o.received_at,
        )
        for o, owner in told
        if o.anonymous_id and o.contact_values and not o.is_bot and people.of(o) is None
        for field, value in o.contact_values.items()
    ]
    add_rows(AttributeChange, SAID, rows)
    owners = {owner for owner, *_ in rows} - {None}
    attributes.restate_contacts(owners, {field for owner, _, field, *_ in rows if owner})
    return owners


def reassign(identified: set[str]) -> set[int]:
    """Gives what was said of the devices to those who now turn out to have used them; returns the
    contacts of whom more or less is known.
    """
    if not identified:
        return set()
    rows = list(AttributeChange.objects.filter(anonymous_id__in=identified))
    owners = devices.owners(seen(row) for row in rows)
    moved = [row for row in rows if row.contact_id != owners.get(seen(row))]
    lost: dict[int, set[str]] = defaultdict(set)
    for row in moved:
        if row.contact_id:
            lost[row.contact_id].add(row.field)
        row.contact_id = owners.get(seen(row))
    AttributeChange.objects.bulk_update(moved, ["contact"], batch_size=200)
    attributes.lose(lost)
    gained = {row.contact_id for row in moved} - {None}
    attributes.restate_contacts(gained, {row.field for row in moved})
    return gained | set(lost)


def seen(row: AttributeChange) -> Seen:
    return Seen(row.anonymous_id, row.at, row.recorded_at)
