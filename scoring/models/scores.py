"""What LeadHub says of contacts, and what it said before."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from leadhub.conditions.describe import name_of
from leadhub.records.models import Contact
from scoring.models.definitions import Definition
from scoring.models.signals import Signal


class Tally(models.Model):
    """How often one contact gave one signal on one day, uncapped. Derived from events."""

    pk = models.CompositePrimaryKey("contact_id", "signal_id", "day")
    # Indexes below, and the primary key, begin with these.
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="tallies", db_index=False
    )
    signal = models.ForeignKey(
        Signal, on_delete=models.CASCADE, related_name="tallies", db_index=False
    )
    day = models.DateField()
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField(help_text="The latest of the events counted.")

    class Meta:
        verbose_name_plural = "tallies"
        indexes = [models.Index(fields=["signal", "day"], name="tally_of_signal")]

    def __str__(self):
        return f"{self.count} × {self.signal_id} on {self.day}"


class ContactScore(models.Model):
    """What LeadHub says of a contact now, under one version (the live one, or the coming one)."""

    # Indexes below begin with these. Checking each row for its version takes as long as writing it,
    # and the database lets nobody delete a version that was published.
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="scores", db_index=False
    )
    definition = models.ForeignKey(
        Definition,
        on_delete=models.CASCADE,
        related_name="scores",
        db_index=False,
        db_constraint=False,
    )
    behaviour = models.IntegerField()
    fit = models.IntegerField()
    total = models.IntegerField()
    fit_possible = models.IntegerField(
        help_text="The fit if everything unknown about the contact turned out well."
    )
    grade = models.CharField(max_length=1)
    band = models.PositiveSmallIntegerField()
    high_intent = models.PositiveSmallIntegerField(
        help_text="Distinct high-intent signals given lately."
    )
    disqualified_by = models.CharField(max_length=120, blank=True)
    approachable = models.BooleanField()
    qualified = models.BooleanField()
    day = models.DateField(help_text="The day as of which this was reckoned.")
    changes_on = models.DateField(
        null=True, help_text="The earliest day on which time alone changes this."
    )
    scored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "definition"], name="score_one_a_contact_and_version"
            ),
            models.CheckConstraint(
                name="score_total_is_sum", condition=Q(total=F("behaviour") + F("fit"))
            ),
        ]
        indexes = [
            models.Index(fields=["definition", "-total"], name="score_best_first"),
            models.Index(
                fields=["definition", "contact"],
                name="score_qualified",
                condition=Q(qualified=True),
            ),
        ]

    def __str__(self):
        return f"{self.total} ({self.grade}{self.band})"


class ScoreChange(models.Model):
    """The ledger: each change of a score, from what to what, and what caused it. Append-only."""

    class Cause(models.TextChoices):
        FACTS = "facts", "New facts"
        EVENTS = "events", "Events"
        ATTRIBUTES = "attributes", "Attributes"
        MERGED = "merged", "Merged with another"
        PARTED = "parted", "A merge undone"
        # Of either, until the ledger told them apart.
        MERGE = "merge", "Who is who"
        BOT = "bot", "Found to be a bot's"
        TIME = "time", "Time"
        DEFINITION = "definition", "Another version"
        CORRECTION = "correction", "Correction"

    # As with ContactScore. The ledger is asked about contacts, never about a version alone.
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="score_changes", db_index=False
    )
    definition = models.ForeignKey(
        Definition,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    at = models.DateTimeField()
    day = models.DateField()
    behaviour_from = models.IntegerField(null=True)
    behaviour_to = models.IntegerField()
    fit_from = models.IntegerField(null=True)
    fit_to = models.IntegerField()
    qualified_from = models.BooleanField(null=True)
    qualified_to = models.BooleanField()
    cause = models.CharField(max_length=12, choices=Cause)
    # Most changes name none: the database has the default, so that nobody writes it out.
    signals = models.JSONField(
        default=list,
        db_default=[],
        help_text="Which signals were counted otherwise: names and days.",
    )
    fields = models.JSONField(
        default=list, db_default=[], help_text="Which of the contact's fields were told."
    )
    company_fields = models.JSONField(
        default=list, db_default=[], help_text="And which of its company's."
    )

    class Meta:
        indexes = [models.Index(fields=["contact", "at"], name="score_change_of_contact")]

    def __str__(self):
        return f"{self.total_to} on {self.day}"

    @property
    def total_from(self) -> int | None:
        """None for the first score under a version."""
        if self.behaviour_from is None or self.fit_from is None:
            return None
        return self.behaviour_from + self.fit_from

    @property
    def total_to(self) -> int:
        return self.behaviour_to + self.fit_to

    @property
    def sentence(self) -> str:
        """Such as: 52 → 64: Webinar booked on 3 Mar."""
        if self.total_from is None:
            return f"{self.total_to}: the first score under version {self.definition.version}"
        return f"{self.total_from} → {self.total_to}: {self.why}"

    @property
    def why(self) -> str:
        """Such as: Webinar booked on 3 Mar; job title told."""
        given = [f"{name} on {short(day)}" for name, day in self.signals]
        told = [name_of(f"contact.{field}") for field in self.fields]
        told += [name_of(f"company.{field}") for field in self.company_fields]
        parts = [", ".join(given), f"{', '.join(told)} told" if told else ""]
        said = "; ".join(part for part in parts if part)
        words = WORDS.get(self.cause, "")
        return f"{words}: {said}" if words and said else words or said or "new facts"

    def as_json(self) -> dict:
        """Plain values, times as ISO texts."""
        return {
            "sentence": self.sentence,
            "at": self.at.isoformat(),
            "day": self.day.isoformat(),
            "from": self.total_from,
            "to": self.total_to,
            "qualified": self.qualified_to,
            "cause": self.cause,
            "signals": self.signals,
            "fields": self.fields,
            "company_fields": self.company_fields,
        }


WORDS = {
    ScoreChange.Cause.MERGED: "merged with another contact",
    ScoreChange.Cause.PARTED: "a merge was undone",
    ScoreChange.Cause.MERGE: "people were merged, or a merge was undone",
    ScoreChange.Cause.BOT: "found to be a bot's",
    ScoreChange.Cause.TIME: "what was given before faded with time",
    ScoreChange.Cause.DEFINITION: "another version of the definition",
    ScoreChange.Cause.CORRECTION: "reckoned anew",
}


def short(day: str) -> str:
    """An ISO day as 3 Mar."""
    return f"{date.fromisoformat(day):%-d %b}"
