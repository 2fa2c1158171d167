"""The fields that conditions may name: those of an event, those of a contact and its company."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a field holds, as a sentence says it. Only open fields hold dates and truths."""

    TEXT = "a text"
    EMAIL = "an e-mail address"
    NUMBER = "a number"
    DATE = "a date"
    TRUTH = "true or false"
    OPEN = "of any type"


@dataclass(frozen=True)
class Fields:
    """What may be compared: fixed fields with their kind, and open ones below a name.

    `about` says of what: "events" or "contacts".
    """

    about: str
    kinds: Mapping[str, Kind]
    below: tuple[str, ...]
    know_today: bool

    def kind_of(self, field: str) -> Kind | None:
        """The field's kind; None if there is no such field."""
        if field in self.kinds:
            return self.kinds[field]
        return Kind.OPEN if split(field, self.below) else None


EVENT = Fields(
    about="events",
    kinds={"kind": Kind.TEXT, "name": Kind.TEXT},
    below=("properties",),
    know_today=False,
)

ATTRIBUTES = Fields(
    about="contacts",
    kinds={
        "contact.email": Kind.EMAIL,
        "contact.job_title": Kind.TEXT,
        "contact.role": Kind.TEXT,
        "contact.seniority": Kind.TEXT,
        "contact.country": Kind.TEXT,
        "contact.source": Kind.TEXT,
        "contact.campaign": Kind.TEXT,
        "company.domain": Kind.TEXT,
        "company.industry": Kind.TEXT,
        "company.employees": Kind.NUMBER,
        "company.revenue": Kind.NUMBER,
        "company.country": Kind.TEXT,
        "company.region": Kind.TEXT,
        "company.status": Kind.TEXT,
    },
    below=("contact.attributes", "company.attributes"),
    know_today=True,
)

ABOUT = {fields.about: fields for fields in (EVENT, ATTRIBUTES)}


def split(field: str, below: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """`properties.a.b` → ("properties", ("a", "b")); None if it is not below one of the names, or
    has a key that a path of JSON can't name: to DuckDB a star is all keys, also within quotes.
    """
    for name in below:
        if field.startswith(f"{name}."):
            keys = tuple(field.removeprefix(f"{name}.").split("."))
            if all(keys) and "*" not in keys and not any(mark in field for mark in '"\\\x00'):
                return name, keys
    return None
