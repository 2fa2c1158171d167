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

from leadhub.records.models import AttributeChange, Source

FIRST_ONE_HOLDS = {"source", "campaign"}
# Beyond so many fields all of a subject's rows are read: a statement takes only so many values.
MOST_FIELDS_NAMED = 5000


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


class Current(NamedTuple):
    value: Any
    at: datetime
    source: Source


def remember(claims: Iterable[Claim]) -> None:
    """Adds the claims to the history: a new row where the source said something else before."""
    said: dict[tuple, list[Claim]] = defaultdict(list)
    for claim in claims:
        said[claim.subject, claim.field, claim.source.pk].append(claim)
    rows: dict[tuple, list[AttributeChange]] = defaultdict(list)
    for row in rows_of({key[0] for key in said}, {key[1] for key in said}):
        if row.anonymous_id:
            continue  # it may turn out to be somebody else's
        rows[subject_of(row), row.field, row.source_id].append(row)
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
    AttributeChange.objects.bulk_create(new, batch_size=2000)
    AttributeChange.objects.bulk_update(confirmed.values(), ["confirmed_at"], batch_size=200)


def current(subjects: Iterable[Subject], fields: set[str] | None = None) -> dict[Subject, dict]:
    """Subject → field → Current, for everything that was ever said of them."""
    sources = Source.objects.in_bulk()
    found: dict[Subject, dict[str, Current]] = defaultdict(dict)
    ranks: dict[tuple, tuple] = {}
    for row in rows_of(set(subjects), fields):
        subject, source = subject_of(row), sources[row.source_id]
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


def rank_of(row: AttributeChange, source: Source) -> tuple:
    at = row.at if row.field in FIRST_ONE_HOLDS else row.confirmed_at or row.at
    return rank(row.field, row.new, at, source)


def rows_of(subjects: set[Subject], fields: set[str] | None) -> list[AttributeChange]:
    rows: list[AttributeChange] = []
    named = fields is not None and len(fields) <= MOST_FIELDS_NAMED
    for kind in ("contact", "company"):
        ids = [subject.id for subject in subjects if subject.kind == kind]
        if ids:
            found = AttributeChange.objects.filter(**{f"{kind}_id__in": ids})
            rows += found.filter(field__in=fields) if named else found
    return rows


def subject_of(row: AttributeChange) -> Subject:
    return (
        Subject("contact", row.contact_id) if row.contact_id else Subject("company", row.company_id)
    )


def latest_before(rows: list[AttributeChange], at: datetime) -> AttributeChange | None:
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


def change(claim: Claim, *, old: Any) -> AttributeChange:
    return AttributeChange(
        **{f"{claim.subject.kind}_id": claim.subject.id},
        field=claim.field,
        old=old,
        new=claim.value,
        at=claim.at,
        confirmed_at=claim.at,
        source=claim.source,
    )
