"""Who was found to be one person, and by whom."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from leadhub.records.models.people import Contact


class Merge(models.Model):
    """That `loser` and `survivor` are one person, until it is undone.

    `Contact.root` follows from the merges that stand: the end of the chain. Written by
    `merging.py`.
    """

    class Cause(models.TextChoices):
        IDENTIFY = "identify", "An identify call named both"
        ALIAS = "alias", "An alias call named both"
        HAND = "hand", "By hand"

    survivor = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    loser = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="merges")
    cause = models.CharField(max_length=8, choices=Cause)
    why = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: LeadHub itself.",
    )
    at = models.DateTimeField()
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["loser"], condition=Q(undone_at=None), name="merged_into_one"
            ),
            models.CheckConstraint(name="merge_of_two", condition=~Q(loser=F("survivor"))),
        ]

    def __str__(self):
        return f"{self.loser_id} into {self.survivor_id}"


class MergeSuggestion(models.Model):
    """Two contacts that may be one person, for a person to decide."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    dismissed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was answered: merged, or found to be two."
    )
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "other"], name="merge_suggested_once"),
            models.CheckConstraint(
                name="merge_suggestion_ordered", condition=Q(contact__lt=F("other"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["-created_at", "id"],
                name="merge_suggestion_open",
                condition=Q(dismissed_at=None),
            )
        ]

    def __str__(self):
        return f"{self.contact_id} and {self.other_id}"
