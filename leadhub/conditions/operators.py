"""The operators: which kinds of field each compares, what value it takes, and how it reads."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

from leadhub.conditions.fields import Fields, Kind

TEXTS = frozenset({Kind.TEXT, Kind.EMAIL, Kind.OPEN})
NUMBERS = frozenset({Kind.NUMBER, Kind.OPEN})
DATES = frozenset({Kind.DATE, Kind.OPEN})
EVERYTHING = frozenset(Kind)


@dataclass(frozen=True)
class Operator:
    """`complaint` says what is wrong with a value for a field of a kind; '' if nothing is."""

    words: str
    kinds: frozenset[Kind]
    complaint: Callable[[object, Kind], str]
    needs_today: bool = False


def about_text(value: object, kind: Kind) -> str:
    if not isinstance(value, str) or not value.strip():
        return "needs a text"
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        return "needs a text of valid characters"
    return ""


def about_number(value: object, kind: Kind) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # Also false for what is not a number (NaN), and without making a float of a huge integer.
    return "" if is_number and abs(value) <= 1e300 else "needs a number"


def about_value(value: object, kind: Kind) -> str:
    if kind is Kind.NUMBER:
        return about_number(value, kind)
    if kind is Kind.OPEN and not isinstance(value, str):
        return "" if isinstance(value, bool) else about_number(value, kind)
    return about_text(value, kind)


def about_values(value: object, kind: Kind) -> str:
    if not isinstance(value, list | tuple) or not value:
        return "needs a list of values"
    return next((wrong for one in value if (wrong := about_value(one, kind))), "")


def about_date(value: object, kind: Kind) -> str:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return "needs a date such as 2026-01-31"
    return "" if len(value) == 10 else "needs a date such as 2026-01-31"


def about_days(value: object, kind: Kind) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 36500:
        return ""
    return "needs a whole number of days from 1 to 36500"


def about_truth(value: object, kind: Kind) -> str:
    return "" if isinstance(value, bool) else "needs true or false"


OPERATORS: dict[str, Operator] = {
    "is": Operator("is", EVERYTHING, about_value),
    "is_not": Operator("is not", EVERYTHING, about_value),
    "is_one_of": Operator("is one of", EVERYTHING, about_values),
    "is_not_one_of": Operator("is not one of", EVERYTHING, about_values),
    "contains": Operator("contains", TEXTS, about_text),
    "starts_with": Operator("starts with", TEXTS, about_text),
    "path_matches": Operator("matches the path", TEXTS, about_text),
    "above": Operator("is above", NUMBERS, about_number),
    "at_least": Operator("is at least", NUMBERS, about_number),
    "below": Operator("is below", NUMBERS, about_number),
    "at_most": Operator("is at most", NUMBERS, about_number),
    "before": Operator("is before", DATES, about_date),
    "after": Operator("is after", DATES, about_date),
    "within_days": Operator("is within the last", DATES, about_days, needs_today=True),
    "is_known": Operator("is known", EVERYTHING, about_truth),
    "is_free_mail": Operator("is free mail", frozenset({Kind.EMAIL}), about_truth),
}


def offered(
    fields: Fields, field: str, occurring: Collection[Kind] = (), *, chosen: str = ""
) -> Iterator[tuple[str, str]]:
    """The operators that compare the field, each with its words; while no field is named, those
    that compare any. Of a field of any type, those for the kinds that occur in it, where that is
    known. What was chosen stays.
    """
    kind = fields.kind_of(field)
    kinds = {kind} if kind else {*fields.kinds.values(), Kind.OPEN}
    if kind is Kind.OPEN and occurring:
        kinds = set(occurring)
    for key, operator in OPERATORS.items():
        suits = operator.kinds & kinds and (fields.know_today or not operator.needs_today)
        if suits or key == chosen:
            yield key, operator.words
