"""Conditions as a form shows them: groups of rows, each a field, an operator and a value as typed.

Two levels fit into rows: groups joined by all or any, each of rows joined by all or any.
"""

import csv
import json
from dataclasses import dataclass, field

from leadhub.conditions.fields import Fields, Kind

LISTS = {"is_one_of", "is_not_one_of"}
NUMBERS = {"above", "at_least", "below", "at_most", "within_days"}
TRUTHS = {"is_known", "is_free_mail"}
TYPED = {"is", "is_not"} | LISTS
WORDS_OF_TRUTH = {"": True, "yes": True, "true": True, "no": False, "false": False}


@dataclass
class Row:
    field: str = ""
    operator: str = ""
    value: str = ""


@dataclass
class Group:
    joined: str = "all"
    rows: list[Row] = field(default_factory=list)


@dataclass
class Rows:
    joined: str = "all"
    groups: list[Group] = field(default_factory=list)


class TooDeep(ValueError):
    """The conditions are nested deeper than rows can show."""


def from_json(stored: dict, fields: Fields) -> Rows:
    """The rows of stored conditions. Raises TooDeep."""
    if "field" in stored:
        stored = {"all": [stored]}
    [(joined, parts)] = stored.items()
    plain = [part for part in parts if "field" in part]
    groups = [Group(joined, [row_of(part, fields) for part in plain])] if plain else []
    for part in parts:
        if "field" not in part:
            [(inner, rows)] = part.items()
            if any("field" not in row for row in rows):
                raise TooDeep
            groups.append(Group(inner, [row_of(row, fields) for row in rows]))
    return Rows(joined, groups)


def to_json(rows: Rows, fields: Fields) -> dict | None:
    """The conditions to store, not yet checked; None where no row is filled in."""
    groups = [group for group in rows.groups if group.rows]
    if not groups:
        return None
    if len(groups) == 1:
        [only] = groups
        return {only.joined: [comparison_of(row, fields) for row in only.rows]}
    parts: list[dict] = []
    for group in groups:
        comparisons = [comparison_of(row, fields) for row in group.rows]
        same = group.joined == rows.joined or len(comparisons) == 1
        parts.extend(comparisons if same else [{group.joined: comparisons}])
    return {rows.joined: parts}


def row_of(comparison: dict, fields: Fields) -> Row:
    [operator] = (key for key in comparison if key != "field")
    name, value = comparison["field"], comparison[operator]
    kind = fields.kind_of(name)
    if operator in LISTS:
        return Row(name, operator, ", ".join(quoted(text_of(one, kind)) for one in value))
    return Row(name, operator, text_of(value, kind))


def comparison_of(row: Row, fields: Fields) -> dict:
    kind = fields.kind_of(row.field)
    operator = row.operator or "is"
    if operator in LISTS:
        value = [value_of(cell, operator, kind) for cell in cells_of(row.value) if cell.strip()]
    else:
        value = value_of(row.value, operator, kind)
    return {"field": row.field, operator: value}


def cells_of(typed: str) -> list[str]:
    """A list is one line of CSV: a value with a comma stands in quotes. What is none has no value,
    of which `parse` complains.
    """
    try:
        return next(csv.reader([typed], skipinitialspace=True, strict=False), [])
    except csv.Error:
        return []


def quoted(cell: str) -> str:
    if any(mark in cell for mark in ',"\n') or cell != cell.strip():
        return '"' + cell.replace('"', '""') + '"'
    return cell


def text_of(value: object, kind: Kind | None) -> str:
    """As someone would type it: for a field of any type, a text that looks typed gets quotes."""
    if isinstance(value, str):
        return json.dumps(value) if kind is Kind.OPEN and looks_typed(value) else value
    return json.dumps(value)


def value_of(typed: str, operator: str, kind: Kind | None) -> object:
    """What is meant by what was typed. What can't be meant stays text: `parse` will say why."""
    text = typed.strip()
    if operator in TRUTHS:
        return WORDS_OF_TRUTH.get(text.casefold(), text)
    if operator in NUMBERS or (operator in TYPED and kind in {Kind.NUMBER, Kind.OPEN}):
        return as_json(text)
    return text


def as_json(text: str) -> object:
    """A number, true, false, or a text in quotes; anything else is that text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str | int | float) else text


def looks_typed(text: str) -> bool:
    return as_json(text) != text
