"""Who people are, and where they work."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone


class Company(models.Model):
    class Status(models.TextChoices):
        PROSPECT = "prospect", "Prospect"
        OPPORTUNITY = "opportunity", "Open opportunity"
        CUSTOMER = "customer", "Customer"
        PARTNER = "partner", "Partner"
        COMPETITOR = "competitor", "Competitor"

    domain = models.CharField(
        max_length=253,
        blank=True,
        help_text="The registered domain, such as example.com: how contacts find their company.",
    )
    external_id = models.CharField(
        max_length=200, blank=True, help_text="The groupId that group calls send."
    )
    name = models.CharField(max_length=200, blank=True)
    industry = models.CharField(max_length=120, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    revenue = models.BigIntegerField(
        null=True, blank=True, help_text="A year, in whole units of the organisation's currency."
    )
    country = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.PROSPECT)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="companies",
    )
    attributes = models.JSONField(default=dict, blank=True, help_text="Custom attributes.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "domain"]
        verbose_name_plural = "companies"
        constraints = [
            models.UniqueConstraint(
                Lower("domain"), condition=~Q(domain=""), name="company_domain_unique"
            ),
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="company_external_unique"
            ),
        ]

    def __str__(self):
        return company_called(self.pk, self.name, self.domain)


class Contact(models.Model):
    """A known person: someone who gave an e-mail, or whom a system of ours knows by a user id.

    Anonymous visitors are no contacts: their events wait with a device until somebody says who
    it is (see `Device`). A contact that was merged keeps its facts and points to the survivor.
    """

    root = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        help_text="The contact this one was merged into.",
    )
    email = models.EmailField("e-mail", max_length=254, null=True, blank=True)  # noqa: DJ001
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    job_title = models.CharField(max_length=200, blank=True)
    role = models.CharField(
        max_length=80, blank=True, help_text="The part in buying, such as decision maker."
    )
    seniority = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=120, blank=True, help_text="The first marketing source.")
    campaign = models.CharField(max_length=200, blank=True)
    company = models.ForeignKey(
        Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="contacts"
    )
    attributes = models.JSONField(default=dict, blank=True, help_text="Custom attributes.")

    consented_at = models.DateTimeField(null=True, blank=True)
    consent_source = models.CharField(max_length=120, blank=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    opt_out_source = models.CharField(max_length=120, blank=True)
    do_not_contact = models.BooleanField(default=False)

    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="contact_email_unique",
                violation_error_message="A contact with this e-mail exists already.",
            ),
            models.CheckConstraint(
                name="contact_email_not_empty", condition=Q(email=None) | ~Q(email="")
            ),
            models.CheckConstraint(
                name="contact_not_own_root", condition=Q(root=None) | ~Q(root=F("id"))
            ),
        ]
        indexes = [models.Index(fields=["company", "id"], name="contact_colleagues")]

    def __str__(self):
        return person_called(self.pk, self.first_name, self.last_name, self.email)


class UserId(models.Model):
    """A `userId` under which some system of ours knows a contact."""

    value = models.CharField(max_length=200, unique=True)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="user_ids")
    is_settled = models.BooleanField(
        default=False,
        help_text="Whether a trusted source said so, naming the e-mail too. Until then what a "
        "public key said gives way to it.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "user id"

    def __str__(self):
        return self.value


class Device(models.Model):
    """That a device (an `anonymousId`) was this contact's from `since` on, until the next row.

    A device's events before its first identification count too, up to 365 days back. Whose an
    event is, `devices.py` says.
    """

    anonymous_id = models.CharField(max_length=200)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="devices")
    since = models.DateTimeField()
    heard_at = models.DateTimeField(
        help_text="A public key's word counts from when it was received; a trusted source's from "
        "when it says: the same as since."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["anonymous_id", "since", "contact", "heard_at"],
                name="device_identified_once",
            )
        ]

    def __str__(self):
        return f"{self.anonymous_id} since {self.since:%Y-%m-%d}"


def company_called(pk: int, name: str, domain: str) -> str:
    return name or domain or f"Company {pk}"


def person_called(pk: int, first_name: str, last_name: str, email: str | None) -> str:
    return f"{first_name} {last_name}".strip() or email or f"Contact {pk}"
