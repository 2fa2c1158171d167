"""The history of attributes, and what of it holds now.

Everything that is said of a contact or a company is a point in time of its source; repeating the
same value only moves the end of its row, so that an SDK that identifies on every page does not
fill the table. The current value is a pure function of all points: a trusted source before a
public key, then the latest point (for the first marketing source: the earliest), then the greater
JSON text. So it never matters in which order they arrived.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from leadhub.adding import add_rows
from leadhub.records.models import AttributeChange, Source

FIRST_ONE_HOLDS = {"source", "campaign"}
# Beyond so many fields all of a subject's rows are read: a statement takes only so many values.
MOST_FIELDS_NAMED = 5000
TOLD = ("field", "source_id", "old", "new", "at", "confirmed_at")


class Subject(NamedTuple):
    """What an attribute belongs to."""

    kind: str  # "contact" or "company"
    id: int


@dataclass(frozen=True, slots=True)
class Claim:
    """That a source said, at a time, what an attribute is."""

    subject: Subject
    field: str
    value: Any
    at: datetime
    source: Source


@dataclass(slots=True)
class Said:
    """A row of the history; `pk` None: it is not written yet."""

    pk: int | None
    subject: Subject
    field: str
    source_id: int
    old: Any
    new: Any
    at: datetime
    confirmed_at: datetime | None
    of_device: bool = False


class Current(NamedTuple):
    value: Any
    at: datetime
    source: Source


def remember(claims: Iterable[Claim]) -> None:
    """Adds the claims to the history: a new row where the source said something else before."""
    said: dict[tuple, list[Claim]] = defaultdict(list)
    for claim in claims:
        said[claim.subject, claim.field, claim.source.pk].append(claim)
    rows: dict[tuple, list[Said]] = defaultdict(list)
    for row in rows_of({key[0] for key in said}, {key[1] for key in said}):
        if row.of_device:
            continue  # it may turn out to be somebody else's
        rows[row.subject, row.field, row.source_id].append(row)
    new, confirmed = [], {}
    for key, of_one_source in said.items():
        for claim in sorted(of_one_source, key=order_of_claims):
            row = latest_before(rows[key], claim.at)
            if row is None or row.new != claim.value:
                made = change(claim, old=row.new if row else None)
                rows[key].append(made)
                new.append(made)
            elif claim.at > (row.confirmed_at or row.at):
                row.confirmed_at = claim.at
                if row.pk:
                    confirmed[row.pk] = row
    add(new)
    move_on(confirmed.values())


def add(new: Iterable[Said]) -> None:
    rows = (
        (*ids_of(row.subject), row.field, row.source_id, row.old, row.new, row.at, row.confirmed_at)
        for row in new
    )
    add_rows(AttributeChange, ("contact_id", "company_id", *TOLD), rows)


def ids_of(subject: Subject) -> tuple[int | None, int | None]:
    """The contact's and the company's, of which one is None."""
    return (subject.id, None) if subject.kind == "contact" else (None, subject.id)


def move_on(confirmed: Iterable[Said]) -> None:
    moved = [AttributeChange(pk=row.pk, confirmed_at=row.confirmed_at) for row in confirmed]
    AttributeChange.objects.bulk_update(moved, ["confirmed_at"], batch_size=200)


def current(subjects: Iterable[Subject], fields: set[str] | None = None) -> dict[Subject, dict]:
    """Subject → field → Current, for everything that was ever said of them."""
    sources = Source.objects.in_bulk()
    found: dict[Subject, dict[str, Current]] = defaultdict(dict)
    ranks: dict[tuple, tuple] = {}
    for row in rows_of(set(subjects), fields):
        subject, source = row.subject, sources[row.source_id]
        rank = rank_of(row, source)
        if (subject, row.field) not in ranks or rank > ranks[subject, row.field]:
            ranks[subject, row.field] = rank
            at = row.at if row.field in FIRST_ONE_HOLDS else row.confirmed_at or row.at
            found[subject][row.field] = Current(row.new, at, source)
    return found


def best(alternatives: Iterable[tuple[str, Current]]) -> dict[str, Current]:
    """Field → the one that holds, where several contacts turned out to be one person."""
    chosen: dict[str, Current] = {}
    for field, one in alternatives:
        if field not in chosen or rank(field, *one) > rank(field, *chosen[field]):
            chosen[field] = one
    return chosen


def rank(field: str, value: Any, at: datetime, source: Source) -> tuple:
    """The greater holds. Where the first one holds, a person here may still correct it."""
    moment, text = at.timestamp(), json.dumps(value, sort_keys=True)
    if field not in FIRST_ONE_HOLDS:
        return source.is_trusted, False, moment, text
    by_person = source.kind == Source.Kind.PERSON
    return source.is_trusted, by_person, moment if by_person else -moment, text


def rank_of(row: Said, source: Source) -> tuple:
    at = row.at if row.field in FIRST_ONE_HOLDS else row.confirmed_at or row.at
    return rank(row.field, row.new, at, source)


def rows_of(subjects: set[Subject], fields: set[str] | None) -> list[Said]:
    rows: list[Said] = []
    named = fields is not None and len(fields) <= MOST_FIELDS_NAMED
    for kind in ("contact", "company"):
        ids = [subject.id for subject in subjects if subject.kind == kind]
        if ids:
            found = AttributeChange.objects.filter(**{f"{kind}_id__in": ids})
            found = found.filter(field__in=fields) if named else found
            rows += [
                Said(pk, Subject(kind, of), *what, of_device=bool(device))
                for pk, of, device, *what in found.values_list(
                    "pk", f"{kind}_id", "anonymous_id", *TOLD
                )
            ]
    return rows


def latest_before(rows: list[Said], at: datetime) -> Said | None:
    """The row whose latest point at or before `at` is the latest of all."""
    points = [
        (point, json.dumps(row.new, sort_keys=True), row)
        for row in rows
        for point in (row.at, row.confirmed_at or row.at)
        if point <= at
    ]
    return max(points, key=lambda point: point[:2])[2] if points else None


def order_of_claims(claim: Claim) -> tuple:
    return claim.at, json.dumps(claim.value, sort_keys=True)


def change(claim: Claim, *, old: Any) -> Said:
    return Said(
        pk=None,
        subject=claim.subject,
        field=claim.field,
        source_id=claim.source.pk,
        old=old,
        new=claim.value,
        at=claim.at,
        confirmed_at=claim.at,
    )
