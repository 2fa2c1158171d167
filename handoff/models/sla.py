"""How soon sales answers and judges, and what was escalated."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from handoff.models.leads import Lead

LONGEST = 60 * 24 * 60
BOUNDS = [MinValueValidator(1), MaxValueValidator(LONGEST)]


class ServiceLevel(models.Model):
    """What sales promises for some leads, in business minutes. The first that fits counts."""

    class Raised(models.TextChoices):
        ANY = "any", "Any lead"
        ONLY = "only", "Hand-raises only"
        NOT = "not", "Without hand-raises"

    position = models.PositiveSmallIntegerField(
        default=0, help_text="Levels are asked in this order, the lowest first."
    )
    name = models.CharField(max_length=80, unique=True)
    raised = models.CharField("for", max_length=4, choices=Raised, default=Raised.ANY)
    grades = models.CharField(max_length=4, blank=True, help_text="Such as AB. Empty: every grade.")
    source = models.CharField(
        max_length=120, blank=True, help_text="The contact's source. Empty: every source."
    )
    response_minutes = models.PositiveIntegerField(
        "respond within", null=True, blank=True, validators=BOUNDS,
        help_text="Business minutes from handoff to a logged attempt to reach the person.",
    )  # fmt: skip
    verdict_minutes = models.PositiveIntegerField(
        "judge within", null=True, blank=True, validators=BOUNDS,
        help_text="Business minutes from handoff to accepting or rejecting.",
    )  # fmt: skip
    due_soon_minutes = models.PositiveIntegerField(
        "due soon", default=60, validators=[MaxValueValidator(LONGEST)],
        help_text="From so many business minutes before it is due.",
    )  # fmt: skip
    escalates = models.BooleanField(
        default=True, help_text="Whether managers are told when it is overdue."
    )
    reassign_after_minutes = models.PositiveIntegerField(
        "reassign", null=True, blank=True, validators=[MaxValueValidator(LONGEST)],
        help_text="Business minutes after the response was due, an unjudged lead goes to another "
        "rep. Empty: it stays.",
    )  # fmt: skip

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="service_level_raised_known", condition=Q(raised__in=["any", "only", "not"])
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        self.grades = "".join(sorted(set(self.grades.upper())))
        if set(self.grades) - set("ABCD"):
            raise ValidationError({"grades": "Grades are A, B, C and D."})


class Escalation(models.Model):
    """That a promise on a lead was broken and managers are to know. Append-only."""

    class Clock(models.TextChoices):
        RESPONSE = "response", "Response"
        VERDICT = "verdict", "Verdict"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="escalations")
    clock = models.CharField(max_length=8, choices=Clock)
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "clock", "due_at"], name="escalation_once_a_promise"
            ),
            models.CheckConstraint(
                name="escalation_clock_known", condition=Q(clock__in=["response", "verdict"])
            ),
        ]

    def __str__(self):
        return f"{self.get_clock_display()} of lead {self.lead_id} was due {self.due_at:%Y-%m-%d}"
