"""What people are told, by which way, and whether it reached them: the outbox."""

from datetime import time

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q

from handoff.models.alerts import CustomerAlert
from handoff.models.leads import Lead
from leadhub.users.models import Team


class NoticeKind(models.TextChoices):
    HAND_RAISE = "hand_raise", "Somebody asks for sales"
    NEW_LEAD = "new_lead", "A new lead"
    DUE_SOON = "due_soon", "A clock is due soon"
    BREACH = "breach", "A clock has run out"
    ALERT = "alert", "A customer shows interest"
    ANSWER = "answer", "Marketing answered a rejection"
    DIGEST = "digest", "The morning digest"


class Channel(models.TextChoices):
    APP = "app", "In LeadHub"
    EMAIL = "email", "By e-mail"
    WEBHOOK = "webhook", "To a webhook"


class TeamWebhook(models.Model):
    """Where a team's notices go besides to its people."""

    class Form(models.TextChoices):
        SLACK = "slack", "Slack, Mattermost or what takes their messages"
        SIGNED = "signed", "JSON with a signature by Standard Webhooks"

    name = models.CharField(max_length=80, unique=True)
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="webhooks",
        help_text="Empty: for leads in every team's queue.",
    )  # fmt: skip
    url = models.URLField(
        "address", max_length=500, validators=[URLValidator(schemes=["https"])],
        help_text="By https, on a public address. It is a secret: whoever has it can post there.",
    )  # fmt: skip
    form = models.CharField(max_length=6, choices=Form, default=Form.SLACK)
    secret = models.CharField(
        max_length=80, blank=True, editable=False,
        help_text="What the receiver checks the signature with.",
    )  # fmt: skip
    is_active = models.BooleanField(default=True)
    hangs = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="How often in a row its host let us wait in vain."
    )
    rests_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Nothing is posted to it before that."
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="webhook_by_https",
                condition=Q(url__startswith="https://"),
                violation_error_message="A webhook's address begins with https://.",
            ),
            models.CheckConstraint(
                name="webhook_signed_has_secret", condition=~Q(form="signed") | ~Q(secret="")
            ),
        ]

    def __str__(self):
        return self.name


class Notice(models.Model):
    """One thing told to one person, or one webhook, by one way. Each is sent at most once: what
    was being sent when the worker died stays in doubt until somebody decides.

    Without a person and a webhook it notes that there was nobody to tell.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "To be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        DOUBTFUL = "doubtful", "In doubt: it may have been sent"
        FAILED = "failed", "Given up"
        OFF = "off", "Not wanted"

    kind = models.CharField(max_length=10, choices=NoticeKind)
    event = models.CharField(max_length=120, help_text="What happened, once for each happening.")
    channel = models.CharField(max_length=7, choices=Channel)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
    )
    webhook = models.ForeignKey(
        TeamWebhook, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    alert = models.ForeignKey(
        CustomerAlert, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    about = models.DateTimeField(help_text="When it happened.")
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=2000, blank=True)
    path = models.CharField(max_length=200, help_text="Where in LeadHub to read on.")

    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person", "channel"],
                name="notice_once_a_person_and_channel",
                condition=Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["event", "webhook"],
                name="notice_once_a_webhook",
                condition=Q(webhook__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["event"],
                name="notice_to_nobody_once",
                condition=Q(person=None, webhook=None),
            ),
            models.CheckConstraint(
                name="notice_has_one_receiver",
                condition=Q(channel="webhook", person=None)
                | Q(channel__in=["app", "email"], webhook=None),
            ),
            models.CheckConstraint(
                name="notice_waiting_has_time",
                condition=~Q(state="waiting") | Q(next_try_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="notice_to_send", condition=Q(state="waiting")
            ),
            models.Index(
                fields=["claimed_at"], name="notice_being_sent", condition=Q(state="sending")
            ),
            models.Index(fields=["created_at"], name="notice_digests", condition=Q(kind="digest")),
            models.Index(
                fields=["person", "-created_at"],
                name="notice_in_app",
                condition=Q(channel="app", state="sent"),
            ),
        ]

    def __str__(self):
        return self.title


class Muted(models.Model):
    """That a person does not want to be told of a kind of thing by a channel."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="muted"
    )
    kind = models.CharField(max_length=10, choices=NoticeKind)
    channel = models.CharField(max_length=7, choices=Channel)

    class Meta:
        verbose_name_plural = "muted"
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "channel"], name="muted_once")
        ]

    def __str__(self):
        return f"{self.person}: no {self.get_kind_display()} {self.get_channel_display()}"


class DigestHour(models.Model):
    """When in the morning somebody gets the digest, in the zone of their calendar. Without a row:
    at eight.
    """

    EIGHT = time(8)

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="digest_hour",
    )
    at = models.TimeField(default=EIGHT)

    def __str__(self):
        return f"{self.person} at {self.at:%H:%M}"
