"""The facts: who people are, what they did, what became of them.

Who writes them: `facts.py` (attributes and events), `identity.py` (who is who) and
`outcomes.py` (verdicts and results). Every write that can change a score raises
`Freshness.revision` of the contact in its own transaction.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone


class Source(models.Model):
    """Where facts come from: a browser key's site, a server, a file, the people here."""

    class Kind(models.TextChoices):
        BROWSER = "browser", "Browser (anyone can read its key)"
        SERVER = "server", "Server"
        FILE = "file", "File"
        PERSON = "person", "People in LeadHub"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def is_trusted(self) -> bool:
        """Whether what it says may replace what others said: false for keys in browsers."""
        return self.kind != self.Kind.BROWSER


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
        return self.name or self.domain or f"Company {self.pk}"


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
        return self.full_name or self.email or f"Contact {self.pk}"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


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

    A device's events before its first identification count too, up to 365 days back.
    """

    anonymous_id = models.CharField(max_length=200)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="devices")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["anonymous_id", "since", "contact"], name="device_identified_once"
            )
        ]

    def __str__(self):
        return f"{self.anonymous_id} since {self.since:%Y-%m-%d}"


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


class AttributeChange(models.Model):
    """That an attribute of a contact or a company became `new`, and who said so. Append-only, but
    for `confirmed_at`, which moves on.
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

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attribute_of_one_subject",
                condition=Q(contact=None, company__isnull=False)
                | Q(contact__isnull=False, company=None),
            )
        ]
        indexes = [
            models.Index(fields=["contact", "field", "at"], name="attribute_of_contact"),
            models.Index(fields=["company", "field", "at"], name="attribute_of_company"),
        ]

    def __str__(self):
        return f"{self.field}: {self.old!r} → {self.new!r}"


class Freshness(models.Model):
    """Whether a contact's score takes in all of its facts: revision = scored_revision."""

    contact = models.OneToOneField(
        Contact, on_delete=models.CASCADE, primary_key=True, related_name="freshness"
    )
    revision = models.BigIntegerField(default=1)
    scored_revision = models.BigIntegerField(default=0)
    recount_revision = models.BigIntegerField(
        default=0,
        help_text="The revision at which events last left this contact: every one of its days is "
        "recounted while this is above scored_revision.",
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
            )
        ]

    def __str__(self):
        return f"{self.contact_id}: {self.scored_revision}/{self.revision}"


class Opportunity(models.Model):
    """A deal. It may join several leads; its amount counts once."""

    class Stage(models.TextChoices):
        OPEN = "open", "Open"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    company = models.ForeignKey(
        Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="opportunities"
    )
    name = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    stage = models.CharField(max_length=4, choices=Stage, default=Stage.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    expected_close = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        verbose_name_plural = "opportunities"
        constraints = [
            models.CheckConstraint(
                name="opportunity_closed_has_time",
                condition=Q(stage="open", closed_at=None)
                | Q(stage__in=["won", "lost"], closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="opportunity_amount_not_negative",
                condition=Q(amount=None) | Q(amount__gte=0),
            ),
        ]

    def __str__(self):
        return self.name


class Outcome(models.Model):
    """What became of a lead, at a time: what the backtest and the drift report read.

    `transition` is the number of the transition that caused it (handoff's own table, which this
    room does not know), so that doing it twice writes one outcome.
    """

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"
        SQL = "sql", "SQL"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="outcomes")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    reason = models.CharField(max_length=120, blank=True)
    counts_against_marketing = models.BooleanField(default=True)
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.SET_NULL, null=True, blank=True, related_name="outcomes"
    )
    transition = models.BigIntegerField(unique=True, null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["contact", "at"], name="outcome_of_contact")]

    def __str__(self):
        return f"{self.get_kind_display()} on {self.at:%Y-%m-%d}"


class MergeSuggestion(models.Model):
    """Two contacts that may be one person, for a person to decide."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "other"], name="merge_suggested_once"),
            models.CheckConstraint(
                name="merge_suggestion_ordered", condition=Q(contact__lt=F("other"))
            ),
        ]

    def __str__(self):
        return f"{self.contact_id} and {self.other_id}"
