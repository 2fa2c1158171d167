"""What was done about a lead. Append-only."""

from django.conf import settings
from django.db import models

from handoff.models.leads import Lead
from handoff.models.reasons import RejectionReason
from handoff.models.stages import DEEDS, DEEDS_THAT_STAY, Action, Stage


class Transition(models.Model):
    """That a lead went from one stage to another: who, when, why. Append-only."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="transitions")
    version = models.PositiveIntegerField(help_text="The lead's version that it made.")
    from_stage = models.CharField(max_length=12, blank=True, help_text="Empty: the handoff.")
    to_stage = models.CharField(max_length=12, choices=Stage)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: LeadHub itself.",
    )
    at = models.DateTimeField()
    reason = models.ForeignKey(
        RejectionReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=1000, blank=True)
    action = models.CharField(
        max_length=10, choices=Action, blank=True, help_text="Empty: from before it was noted."
    )
    before = models.JSONField(
        null=True, blank=True, help_text="The lead's columns before it: what an undo restores."
    )
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "version"], name="transition_once_a_version"),
            models.CheckConstraint(
                name="transition_undo_is_not_undone",
                condition=models.Q(undoes=None) | models.Q(undone_at=None),
            ),
        ]
        indexes = [models.Index(fields=["to_stage", "at"], name="transition_reached")]

    def __str__(self):
        return f"{self.from_stage or 'handoff'} → {self.to_stage}"

    @property
    def sentence(self) -> str:
        """What happened, such as "Ada Rep rejected it: Bad timing."."""
        why = f": {self.reason}" if self.reason else f": {self.note}" if self.note else ""
        return f"{self.deed}{why}."

    @property
    def deed(self) -> str:
        """Who did what, without why, such as "Ada Rep rejected it"."""
        who = self.by.get_full_name() if self.by else "LeadHub"
        return f"{who} {self._done()}"

    def _done(self) -> str:
        if not self.from_stage:
            return "handed it over" if self.to_stage == Stage.QUEUED else "added it"
        if self.action in DEEDS_THAT_STAY:
            return DEEDS_THAT_STAY[Action(self.action)]
        if self.from_stage == self.to_stage:
            return "sent it back to the queue" if self.reason else "noted"
        return DEEDS[Stage(self.to_stage)]


class Attempt(models.Model):
    """That a person of ours tried to reach the lead's person: what stops the response clock."""

    class Kind(models.TextChoices):
        CALL = "call", "Call"
        EMAIL = "email", "E-mail"
        MEETING = "meeting", "Meeting"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="attempts")
    kind = models.CharField(max_length=7, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="attempt_kind_known", condition=models.Q(kind__in=["call", "email", "meeting"])
            )
        ]
        indexes = [models.Index(fields=["lead", "at"], name="attempt_of_lead")]

    def __str__(self):
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M}"


class Note(models.Model):
    """What somebody wants the others to know about a lead."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=4000)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(name="note_not_empty", condition=~models.Q(text=""))]
        indexes = [models.Index(fields=["lead", "at"], name="note_on_lead")]

    def __str__(self):
        return self.text[:80]
