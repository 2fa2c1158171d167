"""A person who was handed to sales. `leads/lifecycle.py` alone opens a lead and moves it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from handoff.models.orders import OrderedIndex
from handoff.models.reasons import RejectionReason
from handoff.models.stages import OPEN_STAGES, REFUSED, TAKEN_ON, Stage
from leadhub.records.models import Contact, Opportunity
from leadhub.users.models import Team
from scoring.models import Definition


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
    pool = models.ForeignKey(
        "handoff.Pool", on_delete=models.SET_NULL, null=True, blank=True, related_name="leads",
        help_text="Whose people it is for. Without an owner it waits until one of them has room.",
    )  # fmt: skip
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="next",
        help_text="The contact's lead before this one.",
    )  # fmt: skip

    handed_over_at = models.DateTimeField()
    stage_since = models.DateTimeField()
    hand_raised_at = models.DateTimeField(null=True, blank=True)
    hand_raise = models.CharField(max_length=120, blank=True, help_text="The signal's name.")
    snoozed_until = models.DateTimeField(
        null=True, blank=True, help_text="Out of the inbox until then; its clocks go on."
    )

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

    # The verdicts that stand: what the transitions say, kept where reports count.
    first_verdict_at = models.DateTimeField(
        null=True, blank=True, help_text="When sales first accepted or rejected it."
    )
    accepted_at = models.DateTimeField(
        null=True, blank=True, help_text="When sales first accepted it."
    )
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True,
        related_name="+", help_text="Who gave the latest verdict.",
    )  # fmt: skip

    # As sales left it.
    reason = models.ForeignKey(
        RejectionReason, on_delete=models.PROTECT, null=True, blank=True, related_name="leads"
    )
    fit_at_verdict = models.IntegerField(
        null=True, blank=True, help_text="The fit when sales rejected or lost it."
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
                name="lead_accepted_was_judged",
                condition=Q(accepted_at=None) | Q(first_verdict_at__isnull=False),
            ),
            models.CheckConstraint(
                name="lead_taken_on_was_accepted",
                condition=~Q(stage__in=TAKEN_ON) | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="lead_refused_was_judged",
                condition=~Q(stage__in=REFUSED) | Q(first_verdict_at__isnull=False),
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
            # The inbox's order: so the first page is read, not the whole queue sorted.
            OrderedIndex(
                F("hand_raised_at").desc(nulls_last=True),
                F("total").desc(),
                "id",
                name="lead_best_first",
                condition=Q(stage="queued"),
            ),
            OrderedIndex(
                "owner",
                F("hand_raised_at").desc(nulls_last=True),
                F("total").desc(),
                "id",
                name="lead_mine_best_first",
                condition=Q(stage__in=OPEN_STAGES),
            ),
            models.Index(
                fields=["pool"],
                name="lead_waits_for_pool",
                condition=Q(stage="queued", owner=None),
            ),
            models.Index(
                fields=["snoozed_until"],
                name="lead_snoozed",
                condition=Q(snoozed_until__isnull=False),
            ),
            models.Index(
                fields=["-handed_over_at"],
                name="lead_returning",
                condition=Q(previous__isnull=False, stage__in=OPEN_STAGES),
            ),
            models.Index(fields=["contact", "-handed_over_at"], name="lead_of_contact"),
            models.Index(fields=["handed_over_at"], name="lead_cohort"),
            models.Index(
                fields=["hand_raised_at"],
                name="lead_hand_raised",
                condition=Q(hand_raised_at__isnull=False),
            ),
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
