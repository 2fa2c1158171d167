"""What was said of people and companies, and when."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from leadhub.records.models.people import Company, Contact
from leadhub.records.models.sources import Source


class AttributeChange(models.Model):
    """That an attribute of a contact or a company became `new`, and who said so. Append-only, but
    for `confirmed_at`, which moves on, and for the contact of what was said of a device.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="attribute_changes"
    )
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, null=True, blank=True, related_name="attribute_changes"
    )
    field = models.CharField(
        max_length=200, help_text="A field's name, or attributes.NAME for a custom attribute."
    )
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    at = models.DateTimeField(help_text="From when on the new value held.")
    confirmed_at = models.DateTimeField(
        null=True,
        help_text="When the same source last said so again, having said nothing else in between.",
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    anonymous_id = models.CharField(
        max_length=200,
        blank=True,
        help_text="The device of which it was said, where only the device says of whom. Like an "
        "event, it has no contact until somebody is identified on the device.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attribute_of_one_subject",
                condition=Q(contact=None, company__isnull=False, anonymous_id="")
                | Q(contact__isnull=False, company=None)
                | Q(contact=None, company=None) & ~Q(anonymous_id=""),
            )
        ]
        indexes = [
            models.Index(fields=["contact", "field", "at"], name="attribute_of_contact"),
            models.Index(fields=["company", "field", "at"], name="attribute_of_company"),
            models.Index(
                fields=["anonymous_id"], name="attribute_of_device", condition=~Q(anonymous_id="")
            ),
        ]

    def __str__(self):
        old, new = ("–" if value in (None, "") else value for value in (self.old, self.new))
        return f"{self.field}: {old} → {new}"
