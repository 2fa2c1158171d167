"""Which fields and values really occur, for those who write conditions.

Read from a sample spread over the whole table, and kept for a while: it stays as fast with ten
million events as with ten.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Max, Min, QuerySet

from leadhub.conditions.fields import ATTRIBUTES, EVENT, Fields, Kind
from leadhub.conditions.rows import text_of
from leadhub.records.models import Company, Contact, Event

SAMPLED = 6_000
BLOCKS = 12
KEPT_SECONDS = 300
DEEPEST = 4
LONGEST_VALUE = 120
MOST_FIELDS, MOST_VALUES = 300, 60
STARTS_WITH_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# What can't stand in the name of a field (see conditions.fields.split).
NOT_IN_NAMES = frozenset('."\\\x00')


@dataclass(frozen=True)
class OccurringField:
    """A field, the share of the sampled rows that have it, its values, most frequent first, and
    of which kinds they are.
    """

    name: str
    share: float
    values: tuple[str, ...]
    kinds: frozenset[Kind]


def fields_of(fields: Fields) -> tuple[OccurringField, ...]:
    """The fields that occur, most frequent first: at most MOST_FIELDS."""
    key = f"fields-that-occur-{fields.about}"
    found = cache.get(key)
    if found is None:
        found = counted(READ[fields.about](), fields)
        cache.set(key, found, KEPT_SECONDS)
    return found


def values_of(fields: Fields, name: str) -> tuple[str, ...]:
    """The values that occur in the field, most frequent first: at most MOST_VALUES."""
    return next((field.values for field in fields_of(fields) if field.name == name), ())


def kinds_of(fields: Fields, name: str) -> frozenset[Kind]:
    """The kinds of the values that occur in the field; none where it does not occur."""
    return next((field.kinds for field in fields_of(fields) if field.name == name), frozenset())


def counted(rows: Iterator[dict], fields: Fields) -> tuple[OccurringField, ...]:
    present: Counter[str] = Counter()
    values: dict[str, Counter[str]] = {}
    kinds: dict[str, set[Kind]] = defaultdict(set)
    seen = 0
    for row in rows:
        seen += 1
        for name, value in flat(row):
            present[name] += 1
            typed = "" if value is None else text_of(value, fields.kind_of(name))
            values.setdefault(name, Counter())[typed] += 1
            kinds[name] |= kinds_of_value(value)
    return tuple(
        OccurringField(
            name,
            number / seen,
            tuple(value for value, _ in most_common(values[name])),
            frozenset(kinds[name]),
        )
        for name, number in present.most_common(MOST_FIELDS)
    )


def kinds_of_value(value: object) -> set[Kind]:
    """A date is a text, too; a list, or a text too long to be offered, can't tell."""
    if isinstance(value, bool):
        return {Kind.TRUTH}
    if isinstance(value, int | float):
        return {Kind.NUMBER}
    if not isinstance(value, str):
        return {Kind.OPEN}
    return {Kind.TEXT, Kind.DATE} if STARTS_WITH_DATE.match(value) else {Kind.TEXT}


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
