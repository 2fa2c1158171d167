"""Who is qualified and yet not handed over."""

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

    class Meta:
        verbose_name_plural = "held"

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
