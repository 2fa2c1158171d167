"""What became of people: deals, verdicts and results."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from leadhub.records.models.people import Company, Contact


class Opportunity(models.Model):
    """A deal. It may join several leads; its amount counts once."""

    class Stage(models.TextChoices):
        OPEN = "open", "Open"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    company = models.ForeignKey(
        Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="opportunities"
    )
    name = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    stage = models.CharField(max_length=4, choices=Stage, default=Stage.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    expected_close = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        verbose_name_plural = "opportunities"
        constraints = [
            models.CheckConstraint(
                name="opportunity_closed_has_time",
                condition=Q(stage="open", closed_at=None)
                | Q(stage__in=["won", "lost"], closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="opportunity_amount_not_negative",
                condition=Q(amount=None) | Q(amount__gte=0),
            ),
        ]

    def __str__(self):
        return self.name


class Outcome(models.Model):
    """What became of a lead, at a time: what the backtest and the drift report read.

    `transition` is the number of the transition that caused it (handoff's own table, which this
    room does not know), so that doing it twice writes one outcome.
    """

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"
        SQL = "sql", "SQL"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="outcomes")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    reason = models.CharField(max_length=120, blank=True)
    counts_against_marketing = models.BooleanField(default=True)
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.SET_NULL, null=True, blank=True, related_name="outcomes"
    )
    transition = models.BigIntegerField(unique=True, null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["contact", "at"], name="outcome_of_contact")]

    def __str__(self):
        return f"{self.get_kind_display()} on {self.at:%Y-%m-%d}"
