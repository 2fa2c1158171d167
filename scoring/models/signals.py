"""Signals: the kinds of events that mean something."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Intent(models.TextChoices):
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    SHALLOW = "shallow", "Shallow"


class Signal(models.Model):
    """A named kind of event that means something. Immutable once a published version uses it."""

    class Counting(models.TextChoices):
        EVENTS = "events", "Every event"
        DISTINCT = "distinct", "Distinct values of a property, a day"

    name = models.CharField(max_length=120, unique=True)
    description = models.CharField(max_length=400, blank=True)
    intent = models.CharField(max_length=8, choices=Intent)
    is_hand_raise = models.BooleanField(
        "hand-raise",
        default=False,
        help_text="The person asks for sales: opens a lead at once, whatever the score.",
    )
    conditions = models.JSONField(help_text="Which events give this signal.")
    counting = models.CharField(max_length=8, choices=Counting, default=Counting.EVENTS)
    distinct_property = models.CharField(
        max_length=200, blank=True, help_text="Such as asset or webinar."
    )
    successor = models.OneToOneField(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="predecessor",
        help_text="The signal that replaces this one.",
    )
    tallied_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When all past events had been tallied; empty while that is still to do.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="signal_distinct_names_property",
                condition=Q(counting="events", distinct_property="")
                | Q(counting="distinct") & ~Q(distinct_property=""),
                violation_error_message="Name the property whose distinct values count, "
                "or count every event.",
            )
        ]

    def __str__(self):
        return self.name
