"""What customers and companies with a deal under way do: told to whom they belong."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadhub.records.models import Contact


class CustomerAlert(models.Model):
    """That someone at a company that is sold to gave a medium or high signal on a day.

    Whom it is for is read from the company: its owner, else the owner of its latest open deal.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="customer_alerts")
    day = models.DateField()
    at = models.DateTimeField(help_text="When LeadHub noticed.")
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["contact", "day"], name="alert_one_a_contact_and_day"),
            models.CheckConstraint(
                name="alert_dismissed_by_somebody",
                condition=Q(dismissed_at=None, dismissed_by=None)
                | Q(dismissed_at__isnull=False, dismissed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-day", "contact"], name="alert_open", condition=Q(dismissed_at=None)
            )
        ]

    def __str__(self):
        return f"{self.contact} on {self.day}"
