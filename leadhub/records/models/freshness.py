"""Whether scores take in all facts."""

from django.db import models
from django.db.models import F, Q

from leadhub.records.models.people import Contact


class Freshness(models.Model):
    """Whether a contact's score takes in all of its facts: revision = scored_revision."""

    contact = models.OneToOneField(
        Contact, on_delete=models.CASCADE, primary_key=True, related_name="freshness"
    )
    revision = models.BigIntegerField(default=1)
    scored_revision = models.BigIntegerField(default=0)
    recount_revision = models.BigIntegerField(
        default=0,
        help_text="The revision at which events last left this contact, or it was merged or "
        "parted: every one of its days is recounted while this is above scored_revision.",
    )
    failed_revision = models.BigIntegerField(
        default=0, help_text="The revision that could not be scored: set aside until the next one."
    )
    failure = models.TextField(blank=True, help_text="Why it could not be scored.")

    class Meta:
        verbose_name_plural = "freshness"
        indexes = [
            models.Index(
                fields=["contact"],
                name="freshness_stale",
                condition=~Q(revision=F("scored_revision")),
            ),
            models.Index(
                fields=["contact"], name="freshness_failed", condition=Q(failed_revision__gt=0)
            ),
        ]

    def __str__(self):
        return f"{self.contact_id}: {self.scored_revision}/{self.revision}"
