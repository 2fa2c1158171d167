"""Hand-raises that only a public key vouches for."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadhub.records.models import Contact, Source


class PublicHandRaise(models.Model):
    """That somebody whom only public keys know asked for sales, and whether sales hears of it.

    Anyone can send such a request with an invented e-mail. Beyond so many an hour from one source
    they wait until marketing releases or dismisses them.
    """

    class State(models.TextChoices):
        PASSED = "passed", "Came to sales at once"
        WAITING = "waiting", "Waits for marketing"
        RELEASED = "released", "Released to sales"
        DISMISSED = "dismissed", "Dismissed as spam"

    contact = models.OneToOneField(
        Contact, on_delete=models.CASCADE, primary_key=True, related_name="public_hand_raise"
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    hand_raise = models.CharField(max_length=120, help_text="The signal's name.")
    received_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: LeadHub itself, since a trusted source got to know the person.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="public_hand_raise_decided",
                condition=Q(state__in=["passed", "waiting"], decided_at=None)
                | Q(state__in=["released", "dismissed"], decided_at__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["source", "received_at"], name="public_hand_raise_of_source"),
            models.Index(
                fields=["-received_at"],
                name="public_hand_raise_waiting",
                condition=Q(state="waiting"),
            ),
        ]

    def __str__(self):
        return f"{self.contact_id}: {self.get_state_display()}"
