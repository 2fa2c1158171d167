"""The receipt that a contact's page shows: of which day, under which version, from which source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Min
from django.utils import timezone

from leadhub.records.family import family_of
from leadhub.records.models import Event
from scoring.definition import InvalidDefinition
from scoring.models import Definition
from scoring.receipt import Receipt
from scoring.receipt_lines import written
from scoring.receipts import receipt_with_events
from scoring.recorded import Recorded, recorded_on
from scoring.versions import definition_of, live_on, versions_to_ask

RECORDED = "recorded"
YEARS = range(1900, 3000)


@dataclass(frozen=True)
class Asked:
    """`version` is None where no version was ever live."""

    day: date
    version: Definition | None
    as_recorded: bool
    is_today: bool
    is_ahead: bool  # nothing can be recorded for a day that is still to come
    is_in_force: bool  # whether the version is the one that was live on the day

    @property
    def words(self) -> str:
        return "As recorded" if self.as_recorded else "As recalculated"


@dataclass(frozen=True)
class Shown:
    """The answer: one of `receipt`, `recorded` and `problem`. `other_total` is what the other of
    the two says: recalculated beside recorded, and the other way round. `known_since` is when the
    person was first known of, where that was after the day.
    """

    asked: Asked
    versions: list[Definition]
    receipt: Receipt | None = None
    recorded: Recorded | None = None
    problem: str = ""
    other_total: int | None = None
    known_since: date | None = None

    @property
    def total(self) -> int | None:
        if self.recorded:
            return self.recorded.last.total_to
        return self.receipt and self.receipt.total

    @property
    def disagrees(self) -> bool:
        return self.other_total is not None and self.other_total != self.total

    def as_json(self) -> dict:
        """Plain values, dates as ISO texts."""
        version = self.asked.version
        answer = self.recorded if self.asked.as_recorded else self.receipt
        return {
            "day": self.asked.day.isoformat(),
            "version": version and version.version,
            "shown": self.asked.words.lower(),
            "problem": self.problem,
            "known_since": self.known_since and self.known_since.isoformat(),
            **(answer.as_json() if answer else {}),
        }


def asked(query: Mapping[str, str], *, today: date) -> Asked:
    """What an address asks for: `day`, `version` and `as`; what is no answer is left out."""
    day = day_named(query.get("day", "")) or today
    in_force = live_on(day)
    number = query.get("version", "")
    chosen = (
        Definition.objects.filter(version=number).first()
        if number.isdecimal() and len(number) < 9
        else None
    )
    version = chosen or in_force
    recorded = query.get("as") == RECORDED
    return Asked(day, version, recorded, day == today, day > today, version == in_force)


def day_named(text: str) -> date | None:
    """The day; None for what is none, or is so far off that no score can be reckoned ahead."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def shown(contact_id: int, wanted: Asked) -> Shown:
    """What is recorded of the contact or what is recalculated, as was asked for."""
    versions = versions_to_ask()
    if wanted.version is None:
        return Shown(wanted, versions, problem="No version was ever live.")
    retired = retired_before(wanted.day, wanted.version)
    recorded = None
    if not retired:
        recorded = recorded_on(contact_id, definition=wanted.version, day=wanted.day)
    try:
        definition = definition_of(wanted.version)
    except InvalidDefinition as error:
        return Shown(wanted, versions, problem=f"This version can't be evaluated: {error}.")
    receipt = receipt_with_events(contact_id, definition=definition, day=wanted.day)
    if wanted.as_recorded:
        problem = "" if recorded else "Nothing was recorded by that day under this version."
        if retired:
            problem = (
                f"Version {wanted.version.version} was retired on {written(retired)}: nothing was "
                "recorded under it from then on."
            )
        other = receipt.total if recorded and receipt and not wanted.is_ahead else None
        return Shown(wanted, versions, recorded=recorded, problem=problem, other_total=other)
    other = recorded.last.total_to if recorded and not wanted.is_ahead else None
    return Shown(
        wanted,
        versions,
        receipt=receipt,
        other_total=other,
        known_since=known_after(wanted.day, contact_id),
    )


def retired_before(day: date, version: Definition) -> date | None:
    """When the version was retired, if that was on an earlier day."""
    retired = version.retired_at and timezone.localdate(version.retired_at)
    return retired if retired and retired < day else None


def known_after(day: date, contact_id: int) -> date | None:
    """When the person was first known of, if that was on a later day: by the first thing that they
    did or by when their row was made, whichever is earlier.
    """
    family = family_of([contact_id])
    did = Event.objects.filter(contact__in=family).aggregate(first=Min("day"))["first"]
    made = family.aggregate(first=Min("created_at"))["first"]
    days = [did, made and timezone.localdate(made)]
    first = min((known for known in days if known), default=day)
    return first if first > day else None
