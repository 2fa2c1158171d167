"""The ids in what a browser sent."""

from collections.abc import Iterable

# No row has an id of more digits.
DIGITS = 18


def id_in(text: str) -> int | None:
    """None for what can be no id."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None


def ids_in(texts: Iterable[str]) -> list[int]:
    """In their order; what can be no id is left out."""
    return [found for text in texts if (found := id_in(text)) is not None]


def is_id(number: int) -> bool:
    """Whether a row may have this number."""
    return 0 < number < 10**DIGITS
