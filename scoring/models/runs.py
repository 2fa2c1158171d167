"""Passes over all contacts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from scoring.models.definitions import Definition
from scoring.models.signals import Signal


class Run(models.Model):
    """A pass over all contacts (or all events), in chunks, that can be killed and goes on."""

    class Kind(models.TextChoices):
        NIGHTLY = "nightly", "Nightly run"
        PUBLISH = "publish", "Scores under the coming version"
        RECOUNT = "recount", "Recount of tallies"
        RESCORE = "rescore", "Rescore everyone"
        VERIFY = "verify", "Verify scores"
        TALLY = "tally", "Tallies of a new signal"

    kind = models.CharField(max_length=8, choices=Kind)
    definition = models.ForeignKey(
        Definition, on_delete=models.CASCADE, null=True, blank=True, related_name="runs"
    )
    signal = models.ForeignKey(
        Signal, on_delete=models.CASCADE, null=True, blank=True, related_name="runs"
    )
    day = models.DateField(help_text="The day as of which it reckons.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    contacts = models.PositiveBigIntegerField(default=0, help_text="How many it covers.")
    done = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    checked = models.PositiveBigIntegerField(
        default=0, help_text="How many scores were compared with a full recomputation."
    )
    differences = models.PositiveBigIntegerField(
        default=0, help_text="How many of those turned out otherwise."
    )
    failure = models.TextField(blank=True, help_text="What last went wrong, if anything.")

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["kind", "-finished_at"], name="run_last_finished")]

    def __str__(self):
        what = f" “{self.signal}”" if self.signal_id else ""
        return f"{self.get_kind_display()}{what} of {self.day}"


class RunChunk(models.Model):
    """A range of contacts of a run: done when finished_at is set."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="chunks")
    first_contact = models.BigIntegerField()
    last_contact = models.BigIntegerField()
    contacts = models.PositiveIntegerField(default=0, help_text="How many it covers.")
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it was begun.")
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "first_contact"], name="chunk_once_a_run")
        ]
        indexes = [
            models.Index(
                fields=["attempts", "id"], name="chunk_unfinished", condition=Q(finished_at=None)
            )
        ]

    def __str__(self):
        return f"{self.first_contact}–{self.last_contact}"
