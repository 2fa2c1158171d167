"""What people here say of whether programs sent events."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from leadhub.records.models.events import Event
from leadhub.records.models.people import Contact


class BotVerdict(models.Model):
    """That a person said of one event, of a device, or of a contact's events in a time range,
    that a bot sent them, or that none did. The latest that covers an event counts, before what
    intake thought. Append-only; written by `bots.py`.
    """

    is_bot = models.BooleanField()
    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    anonymous_id = models.CharField(max_length=200, blank=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()
    events = models.PositiveIntegerField(help_text="How many events it changed at once.")
    contacts = models.PositiveIntegerField(help_text="How many contacts were recounted.")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="bot_verdict_of_one_thing",
                condition=Q(event__isnull=False, anonymous_id="", contact=None)
                | Q(event=None, contact=None) & ~Q(anonymous_id="")
                | Q(event=None, anonymous_id="", contact__isnull=False, since__lte=F("until")),
            )
        ]
        indexes = [
            models.Index(
                fields=["anonymous_id"], name="bot_verdict_of_device", condition=~Q(anonymous_id="")
            ),
            models.Index(fields=["at"], name="bot_verdict_at"),
        ]

    def __str__(self):
        what = "A bot" if self.is_bot else "No bot"
        return f"{what}: {self.anonymous_id or self.contact or self.event}"
