"""Which fields and values really occur, for those who write conditions.

Read from a sample spread over the whole table, and kept for a while: it stays as fast with ten
million events as with ten.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Max, Min, QuerySet

from leadhub.conditions.fields import ATTRIBUTES, EVENT, Fields
from leadhub.conditions.rows import text_of
from leadhub.records.models import Company, Contact, Event

SAMPLED = 6_000
BLOCKS = 12
KEPT_SECONDS = 300
DEEPEST = 4
LONGEST_VALUE = 120
MOST_FIELDS, MOST_VALUES = 300, 60
# What can't stand in the name of a field (see conditions.fields.split).
NOT_IN_NAMES = frozenset('."\\\x00')


@dataclass(frozen=True)
class OccurringField:
    """A field, the share of the sampled rows that have it, and its values, most frequent first."""

    name: str
    share: float
    values: tuple[str, ...]


def fields_of(fields: Fields) -> tuple[OccurringField, ...]:
    """The fields that occur, most frequent first: at most MOST_FIELDS."""
    key = f"occurring-{fields.about}"
    found = cache.get(key)
    if found is None:
        found = counted(READ[fields.about](), fields)
        cache.set(key, found, KEPT_SECONDS)
    return found


def values_of(fields: Fields, name: str) -> tuple[str, ...]:
    """The values that occur in the field, most frequent first: at most MOST_VALUES."""
    return next((field.values for field in fields_of(fields) if field.name == name), ())


def counted(rows: Iterator[dict], fields: Fields) -> tuple[OccurringField, ...]:
    present: Counter[str] = Counter()
    values: dict[str, Counter[str]] = {}
    seen = 0
    for row in rows:
        seen += 1
        for name, value in flat(row):
            present[name] += 1
            typed = "" if value is None else text_of(value, fields.kind_of(name))
            values.setdefault(name, Counter())[typed] += 1
    return tuple(
        OccurringField(name, number / seen, tuple(v for v, _ in most_common(values[name])))
        for name, number in present.most_common(MOST_FIELDS)
    )


def most_common(values: Counter[str]) -> list[tuple[str, int]]:
    """Without "", which stands for what is nothing to offer."""
    return [one for one in values.most_common(MOST_VALUES + 1) if one[0]][:MOST_VALUES]


def flat(value: object, name: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """Each known value below a name: ("properties.plan.seats", 5). A list or a long text is known,
    but nothing to offer: None.
    """
    if isinstance(value, dict) and depth < DEEPEST:
        for key, inner in value.items():
            if key and not (depth and NOT_IN_NAMES & set(key)):
                yield from flat(inner, f"{name}.{key}" if name else key, depth + 1)
    elif isinstance(value, str | int | float) and value != "":
        yield name, value if len(str(value)) <= LONGEST_VALUE else None
    elif value not in (None, "", {}):
        yield name, None


def spread(rows: QuerySet) -> Iterator:
    """At most SAMPLED of the rows, in blocks that lie evenly between the oldest and the newest."""
    ends = rows.order_by().aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return
    step = (ends["last"] - ends["first"]) // BLOCKS
    seen = set()
    for block in range(BLOCKS):
        upper = ends["last"] - block * step
        for row in rows.filter(pk__lte=upper).order_by("-pk")[: SAMPLED // BLOCKS]:
            if row.pk not in seen:
                seen.add(row.pk)
                yield row


def events() -> Iterator[dict]:
    for event in spread(Event.objects.all()):
        yield {"kind": event.kind, "name": event.name, "properties": event.properties}


def contacts() -> Iterator[dict]:
    for contact in spread(Contact.objects.select_related("company")):
        yield row_of("contact", contact, Contact) | row_of("company", contact.company, Company)


def row_of(subject: str, row: Contact | Company | None, model: type) -> dict:
    """Such as {"contact.job_title": "CEO", "contact.attributes": {"plan": "pro"}}."""
    if row is None:
        return {}
    fixed = [name for name in ATTRIBUTES.kinds if name.startswith(f"{subject}.")]
    columns = {name: getattr(row, name.removeprefix(f"{subject}.")) for name in fixed}
    return {**columns, f"{subject}.attributes": row.attributes}


READ = {EVENT.about: events, ATTRIBUTES.about: contacts}
