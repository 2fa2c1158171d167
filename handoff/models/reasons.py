"""Why sales says no."""

from django.db import models
from django.db.models import Q


class RejectionReason(models.Model):
    """Why sales says no; its kind decides what comes next."""

    class Kind(models.TextChoices):
        NOT_ICP = "not_icp", "Not our ICP: returns only when the fit has risen"
        TIMING = "timing", "Bad timing: returns on a date that the rep gives"
        COOL_DOWN = "cool_down", "Returns after a cool-down"
        DISQUALIFY = "disqualify", "Disqualified until released"
        DUPLICATE = "duplicate", "Closed, uncounted: duplicate or already a customer"
        REQUEUE = "requeue", "Goes to another rep and stays open"
        BAD_DATA = "bad_data", "Waits until marketing has corrected the data"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    cool_down_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How long the contact stays in nurture, at least."
    )
    note_required = models.BooleanField(default=False)
    attempts_required = models.PositiveSmallIntegerField(
        default=0,
        help_text="How often somebody must have tried to reach the person before giving it.",
    )
    to_another_rep = models.BooleanField(
        default=False,
        help_text="Whether the contact, once it returns, goes to another rep than the one who "
        "gave the reason. A lead that is passed on at once always does.",
    )
    counts_against_marketing = models.BooleanField(
        default=True, help_text="Whether accepted % falls by it."
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Its place in the list; the first nine have a key of their own."
    )
    is_active = models.BooleanField(
        default=True, help_text="A retired reason is offered no more, and still shows on old leads."
    )

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                name="reason_cool_down_where_needed",
                condition=~Q(kind="cool_down")
                | Q(cool_down_days__isnull=False, cool_down_days__gt=0),
                violation_error_message="A cool-down needs its number of days.",
            )
        ]

    def __str__(self):
        return self.name
