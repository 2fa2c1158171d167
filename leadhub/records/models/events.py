"""What people did."""

from django.db import models
from django.db.models import Q

from leadhub.records.models.people import Contact
from leadhub.records.models.sources import Source


class Event(models.Model):
    """Something a person did, at a time, with properties. Immutable, but for whose it is: an
    anonymous visitor's event gets its contact when the visitor is identified.
    """

    class Kind(models.TextChoices):
        TRACK = "track", "Track"
        PAGE = "page", "Page"
        SCREEN = "screen", "Screen"
        IDENTIFY = "identify", "Identify"
        GROUP = "group", "Group"
        ALIAS = "alias", "Alias"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="events")
    message_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=200, blank=True)
    properties = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    day = models.DateField(help_text="The date of occurred_at in the organisation's time zone.")
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="events"
    )
    anonymous_id = models.CharField(max_length=200, blank=True)
    by_device = models.BooleanField(
        default=False, help_text="Whether only the device says whose event this is."
    )
    is_bot = models.BooleanField(default=False)
    revision = models.BigIntegerField(
        default=0,
        help_text="The contact's Freshness.revision that this event raised: not yet tallied while "
        "it is above scored_revision.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "message_id"], name="event_stored_once")
        ]
        indexes = [
            models.Index(fields=["contact", "day", "occurred_at"], name="event_timeline"),
            models.Index(fields=["contact", "revision"], name="event_untallied"),
            models.Index(
                fields=["anonymous_id", "occurred_at"],
                name="event_by_device",
                condition=Q(by_device=True),
            ),
        ]

    def __str__(self):
        return f"{self.name or self.get_kind_display()} on {self.day}"
