"""What came in, before it is a fact: keys, received bodies, and what could not be understood."""

import hashlib
import secrets
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from leadhub.records.models import Source


class SourceKey(models.Model):
    """A write key of a source.

    A server's key is shown once and kept only as its SHA-256. A browser's key is public by
    nature and stays readable.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="keys")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(
        max_length=64, editable=False, help_text="A browser's whole key; a server's first letters."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_on = models.DateField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.source}: {self.hint}"

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()

    @classmethod
    def source_of(cls, key: str, *, on: date) -> int | None:
        """The number of the source that the key belongs to; None: unknown or revoked.

        Notes that the key was used on that day.
        """
        found = cls.objects.filter(digest=cls.digest_of(key), revoked_at=None).first()
        if found is None:
            return None
        if found.last_used_on != on:
            cls.objects.filter(pk=found.pk).update(last_used_on=on)
        return found.source_id

    @classmethod
    def issue(cls, source: Source) -> tuple["SourceKey", str]:
        """Makes a key for the source: the row, and the key itself, which is not kept."""
        key = secrets.token_urlsafe(24)
        hint = key if source.kind == Source.Kind.BROWSER else f"{key[:6]}…"
        return cls.objects.create(source=source, digest=cls.digest_of(key), hint=hint), key


class ReceivedBatch(models.Model):
    """The body of one request, stored before it was answered with 200.

    `digest.py` turns it into facts and quarantined messages, then sets digested_at.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, help_text="The route: batch, identify, track, …")
    body = models.TextField(help_text="JSON text as it came, decompressed.")
    user_agent = models.CharField(max_length=400, blank=True)
    bot_sign = models.CharField(
        max_length=60, blank=True, help_text="What in its headers no person's browser sends."
    )
    received_at = models.DateTimeField(default=timezone.now)
    digested_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "received batches"
        indexes = [
            models.Index(fields=["id"], name="received_undigested", condition=Q(digested_at=None)),
            models.Index(fields=["digested_at"], name="received_digested"),
        ]

    def __str__(self):
        return f"{self.kind} received {self.received_at:%Y-%m-%d %H:%M:%S}"


class QuarantinedMessage(models.Model):
    """A message that was received and could not be understood: kept, to correct and replay."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(
        ReceivedBatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="quarantined"
    )
    position = models.PositiveIntegerField(default=0, help_text="Its place in the batch, from 0.")
    body = models.TextField(help_text="The message as JSON text. Correct it here, then replay it.")
    content = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="What a message that has a messageId said: sent again, it waits here once.",
    )
    field = models.CharField(max_length=200, blank=True, help_text="Which field was wrong.")
    reason = models.CharField(max_length=400)
    received_at = models.DateTimeField()
    replayed_at = models.DateTimeField(null=True, blank=True)
    replayed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="quarantined_once"),
            models.UniqueConstraint(
                fields=["source", "content"],
                condition=Q(replayed_at=None) & ~Q(content=""),
                name="quarantined_content_waits_once",
            ),
        ]

    def __str__(self):
        return f"{self.field or 'message'}: {self.reason}"
