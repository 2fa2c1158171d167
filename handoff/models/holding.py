"""Who is qualified and yet not handed over, and why."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from leadhub.records.models import Contact
from scoring.models import Definition


class Held(models.Model):
    """Qualified when a version was published "from now on": comes on the next medium or high
    signal after `since`.
    """

    contact = models.OneToOneField(
        Contact, on_delete=models.CASCADE, primary_key=True, related_name="held"
    )
    since = models.DateTimeField(default=timezone.now)
    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="+")
    released_at = models.DateTimeField(
        null=True, blank=True, help_text="When marketing let the contact come all the same."
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "held"
        constraints = [
            models.CheckConstraint(
                name="held_released_by_somebody",
                condition=models.Q(released_at=None, released_by=None)
                | models.Q(released_at__isnull=False, released_by__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.contact_id} since {self.since:%Y-%m-%d}"


class Changeover(models.Model):
    """That handoff knows that a version went live, and has held whom it had to hold."""

    definition = models.OneToOneField(
        Definition, on_delete=models.CASCADE, primary_key=True, related_name="changeover"
    )
    at = models.DateTimeField()
    held = models.PositiveIntegerField(default=0, help_text="How many were qualified already.")

    def __str__(self):
        return f"{self.definition}: {self.held} held"


class SetAside(models.Model):
    """A contact that could not be handed over, because its receipt could not be reckoned. Left
    out until its facts or the version change, or marketing asks to try again.
    """

    contact = models.OneToOneField(
        Contact, on_delete=models.CASCADE, primary_key=True, related_name="set_aside"
    )
    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="+")
    revision = models.BigIntegerField(help_text="Of the contact's facts: newer ones are tried.")
    at = models.DateTimeField()
    failure = models.CharField(max_length=2000)

    class Meta:
        verbose_name_plural = "set aside"

    def __str__(self):
        return f"{self.contact_id}: {self.failure[:80]}"
