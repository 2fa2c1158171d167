"""What happens to people who are worth a conversation: leads, their stages, and why.

Who writes them: `lifecycle.py` alone opens a lead and moves it between stages; `upkeep.py` and
`handover.py` say who is held.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from leadhub.records.models import Contact, Opportunity
from leadhub.users.models import Team
from scoring.models import Definition


class Stage(models.TextChoices):
    QUEUED = "queued", "MQL"
    ACCEPTED = "accepted", "Accepted"
    SQL = "sql", "SQL"
    WON = "won", "Won"
    LOST = "lost", "Lost"
    RECYCLED = "recycled", "Recycled"
    DISQUALIFIED = "disqualified", "Disqualified"
    WAITING = "waiting", "Waiting for data"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"
    MERGED = "merged", "Merged"


# The furthest last.
OPEN_STAGES = (Stage.QUEUED, Stage.ACCEPTED, Stage.SQL)

# What someone did who brought a lead to the stage.
DEEDS = {
    Stage.QUEUED: "sent it back to the queue",
    Stage.ACCEPTED: "accepted it",
    Stage.SQL: "promoted it to SQL",
    Stage.WON: "won it",
    Stage.LOST: "lost it",
    Stage.RECYCLED: "rejected it",
    Stage.DISQUALIFIED: "disqualified it",
    Stage.WAITING: "sent it back for better data",
    Stage.WITHDRAWN: "withdrew it",
    Stage.EXPIRED: "let it expire",
    Stage.MERGED: "merged it into another lead",
}


class RejectionReason(models.Model):
    """Why sales says no; its kind decides what comes next."""

    class Kind(models.TextChoices):
        NOT_ICP = "not_icp", "Not our ICP: returns only when the fit has risen"
        TIMING = "timing", "Bad timing: returns on a date that the rep gives"
        COOL_DOWN = "cool_down", "Returns after a cool-down"
        DISQUALIFY = "disqualify", "Disqualified until released"
        DUPLICATE = "duplicate", "Closed, uncounted: duplicate or already a customer"
        REQUEUE = "requeue", "Goes to another rep and stays open"
        BAD_DATA = "bad_data", "Waits until marketing has corrected the data"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    cool_down_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How long the contact stays in nurture, at least."
    )
    note_required = models.BooleanField(default=False)
    counts_against_marketing = models.BooleanField(
        default=True, help_text="Whether accepted % falls by it."
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Its place in the list; the first nine have a key of their own."
    )
    is_active = models.BooleanField(
        default=True, help_text="A retired reason is offered no more, and still shows on old leads."
    )

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                name="reason_cool_down_where_needed",
                condition=~Q(kind="cool_down")
                | Q(cool_down_days__isnull=False, cool_down_days__gt=0),
                violation_error_message="A cool-down needs its number of days.",
            )
        ]

    def __str__(self):
        return self.name


class Lead(models.Model):
    """One handoff of one contact to sales. While it waits in the queue it is an MQL."""

    class Origin(models.TextChoices):
        SCORE = "score", "Score"
        HAND_RAISE = "hand_raise", "Hand-raise"
        SALES = "sales", "Added by sales"

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="leads")
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.QUEUED)
    version = models.PositiveIntegerField(
        default=1, help_text="Rises with every transition: a verdict names the one it saw."
    )
    origin = models.CharField(max_length=10, choices=Origin)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="leads",
        help_text="Whose queue it is in. Empty: every team's.",
    )  # fmt: skip
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
    )
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="next",
        help_text="The contact's lead before this one.",
    )  # fmt: skip

    handed_over_at = models.DateTimeField()
    stage_since = models.DateTimeField()
    hand_raised_at = models.DateTimeField(null=True, blank=True)
    hand_raise = models.CharField(max_length=120, blank=True, help_text="The signal's name.")

    # As it stood at handoff.
    definition = models.ForeignKey(
        Definition, on_delete=models.PROTECT, null=True, blank=True, related_name="leads"
    )
    total = models.IntegerField(default=0)
    behaviour = models.IntegerField(default=0)
    fit = models.IntegerField(default=0)
    grade = models.CharField(max_length=1, blank=True)
    band = models.PositiveSmallIntegerField(default=4)
    receipt = models.JSONField(default=dict)
    why = models.CharField(max_length=400, blank=True, help_text="The receipt in one sentence.")

    # As sales left it.
    reason = models.ForeignKey(
        RejectionReason, on_delete=models.PROTECT, null=True, blank=True, related_name="leads"
    )
    returns_on = models.DateField(
        null=True, blank=True, help_text="The first day on which the contact may come again."
    )
    released_at = models.DateTimeField(
        null=True, blank=True, help_text="When marketing let the contact come again."
    )
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.SET_NULL, null=True, blank=True, related_name="leads"
    )

    class Meta:
        ordering = ["-handed_over_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(stage__in=OPEN_STAGES),
                name="lead_one_open_a_contact",
            ),
            models.CheckConstraint(name="lead_stage_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(
                name="lead_worked_has_owner",
                condition=~Q(stage__in=["accepted", "sql"]) | Q(owner__isnull=False),
            ),
            models.CheckConstraint(
                name="lead_by_score_names_version",
                condition=~Q(origin="score") | Q(definition__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "-hand_raised_at", "-total"],
                name="lead_queue",
                condition=Q(stage="queued"),
            ),
            models.Index(fields=["owner", "stage"], name="lead_mine"),
            models.Index(fields=["contact", "-handed_over_at"], name="lead_of_contact"),
            models.Index(fields=["handed_over_at"], name="lead_cohort"),
        ]

    def __str__(self):
        return f"{self.contact}: {self.get_stage_display()}"

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN_STAGES

    @property
    def person_id(self) -> int:
        return self.contact.root_id or self.contact_id

    @property
    def person(self) -> Contact:
        """Whom the lead is about: the survivor, where its contact was merged."""
        return self.contact.root or self.contact


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

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "version"], name="transition_once_a_version")
        ]
        indexes = [models.Index(fields=["to_stage", "at"], name="transition_reached")]

    def __str__(self):
        return f"{self.from_stage or 'handoff'} → {self.to_stage}"

    @property
    def sentence(self) -> str:
        """What happened, such as "Ada Rep rejected it: Bad timing."."""
        who = self.by.get_full_name() if self.by else "LeadHub"
        why = f": {self.reason}" if self.reason else f": {self.note}" if self.note else ""
        return f"{who} {self._deed()}{why}."

    def _deed(self) -> str:
        if not self.from_stage:
            return "handed it over" if self.to_stage == Stage.QUEUED else "added it"
        if self.from_stage == self.to_stage:
            return "sent it back to the queue" if self.reason else "noted"
        return DEEDS[Stage(self.to_stage)]


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
