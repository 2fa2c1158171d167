"""Who gets a lead: rules, pools, and the log of what was decided."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from handoff.models.leads import Lead
from leadhub.users.models import Team

HEAVIEST = 100


class Pool(models.Model):
    """People who share leads by weight. `rotation.py` says how its counters are kept."""

    name = models.CharField(max_length=80, unique=True)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="pools",
        help_text="In whose queue its leads wait until somebody has room. Empty: every team's.",
    )  # fmt: skip

    period = models.PositiveIntegerField(
        default=1, editable=False, help_text="Rises whenever who takes part, or a weight, changes."
    )
    turn = models.PositiveIntegerField(
        default=0, editable=False, help_text="How many leads the rotation gave in this period."
    )
    roster = models.JSONField(
        default=list, editable=False, help_text="Who takes part in this period: [member, weight]."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class PoolMember(models.Model):
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pool_memberships"
    )
    weight = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(HEAVIEST)],
        help_text="Who weighs 2 gets twice as many as who weighs 1.",
    )  # fmt: skip

    given = models.PositiveIntegerField(
        default=0, editable=False, help_text="How many leads the rotation gave in this period."
    )
    owed = models.BigIntegerField(
        default=0, editable=False,
        help_text="Millionths of a lead that earlier periods left too little (or too much: −).",
    )  # fmt: skip

    class Meta:
        ordering = ["pool", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "user"],
                name="pool_member_once",
                violation_error_message="This person is in the pool already.",
            ),
            models.CheckConstraint(
                name="pool_member_weighs", condition=Q(weight__gte=1, weight__lte=HEAVIEST)
            ),
        ]

    def __str__(self):
        return f"{self.user} in {self.pool}"


class RoutingRule(models.Model):
    """Whose leads go to which pool. The first rule that holds decides."""

    position = models.PositiveSmallIntegerField(
        default=0, help_text="Rules are asked in this order, the lowest first."
    )
    name = models.CharField(max_length=80, unique=True)
    conditions = models.JSONField(
        null=True, blank=True, help_text="Without conditions it holds for everyone."
    )
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="rules")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name


class Assignment(models.Model):
    """That a lead came to somebody, or to a queue: when, why, and by which rule. Append-only."""

    class Reason(models.TextChoices):
        COMPANY_OWNER = "owner", "Owns the company"
        COLLEAGUE = "colleague", "Works on a colleague"
        SAME_REP = "same_rep", "Had the person before"
        ROTATION = "rotation", "Next in the pool"
        EXCEPTION = "exception", "Next of those who may have it"
        QUEUE = "queue", "The queue"
        TAKEN = "taken", "Took it"
        PASSED_ON = "passed_on", "Passed on"
        GIVEN_BACK = "given_back", "Given back to be routed anew"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="assignments")
    at = models.DateTimeField()
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True,
        related_name="assignments", help_text="Empty: the queue.",
    )  # fmt: skip
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True,
        related_name="+", help_text="Empty: LeadHub itself.",
    )  # fmt: skip
    reason = models.CharField(max_length=10, choices=Reason)
    why = models.CharField(max_length=400, blank=True, help_text="The reason in one sentence.")
    rule = models.ForeignKey(
        RoutingRule, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    pool = models.ForeignKey(
        Pool, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # What a rotation's fairness is checked by.
    period = models.PositiveIntegerField(
        null=True, blank=True, help_text="The pool's period in which the rotation gave it."
    )
    roster = models.JSONField(
        null=True, blank=True,
        help_text="Who took part, as [user, weight]; with the first lead of a period only.",
    )  # fmt: skip

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="assignment_by_rotation_is_complete",
                condition=~Q(reason="rotation") | Q(to__isnull=False, period__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["lead", "at"], name="assignment_of_lead"),
            models.Index(fields=["to", "at"], name="assignment_to_user"),
        ]

    def __str__(self):
        return f"{self.to or 'the queue'}: {self.get_reason_display()}"


class PassedUp(models.Model):
    """That somebody who takes leads themselves left the next best to others, and why."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="passed_up")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=400)

    class Meta:
        ordering = ["at", "id"]
        verbose_name_plural = "passed up"
        constraints = [
            models.UniqueConstraint(fields=["lead", "by"], name="passed_up_once"),
            models.CheckConstraint(name="passed_up_says_why", condition=~Q(why="")),
        ]

    def __str__(self):
        return f"{self.by} passed up {self.lead_id}"
