"""Versions of what "qualified" means, and what each weighs."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from scoring.models.signals import Signal

POINTS = [MinValueValidator(-1000), MaxValueValidator(1000)]


class Definition(models.Model):
    """One version of what "qualified" means. What has been live never changes."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        COMING = "coming", "Coming"
        LIVE = "live", "Live"
        RETIRED = "retired", "Retired"

    class Handover(models.TextChoices):
        FROM_NOW_ON = "from_now_on", "From now on: who is qualified already is held"
        AT_ONCE = "at_once", "Hand over now whoever is qualified, the best first, as sales has room"

    version = models.PositiveIntegerField(unique=True, editable=False)
    name = models.CharField(max_length=120, help_text="What is different about this version.")
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT, editable=False)
    handover = models.CharField(max_length=12, choices=Handover, default=Handover.FROM_NOW_ON)
    handover_a_day = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Of those qualified already, at most as many come as fill the day's leads up to "
        "this number; empty: only sales' room limits them.",
    )

    threshold = models.PositiveIntegerField(default=60, help_text="The least total of an MQL.")
    minimum_behaviour = models.PositiveIntegerField(default=25)
    minimum_fit = models.IntegerField(default=20)
    high_intent_signals = models.PositiveSmallIntegerField(
        default=0, help_text="How many distinct high-intent signals an MQL must have given lately."
    )
    high_intent_days = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1)], help_text="How many days lately means."
    )

    cap_high = models.PositiveIntegerField(default=80)
    cap_medium = models.PositiveIntegerField(default=50)
    cap_shallow = models.PositiveIntegerField(
        default=10, help_text="Keeps an MQL from being built on clicks."
    )
    behaviour_floor = models.IntegerField(
        default=-50,
        validators=[MaxValueValidator(0)],
        help_text="How far the negative signals together can pull down.",
    )
    fit_floor = models.IntegerField(
        default=-50,
        validators=[MaxValueValidator(0)],
        help_text="How far the negative criteria together can pull down.",
    )
    grade_a = models.IntegerField(default=45, help_text="The least fit of an A.")
    grade_b = models.IntegerField(default=30)
    grade_c = models.IntegerField(default=20)
    band_1 = models.PositiveIntegerField(default=60, help_text="The least behaviour of band 1.")
    band_2 = models.PositiveIntegerField(default=40)
    band_3 = models.PositiveIntegerField(default=20)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(
        null=True, editable=False, help_text="When, coming, it was last made a draft again."
    )
    live_from = models.DateTimeField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="live"), name="definition_one_live"
            ),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="coming"), name="definition_one_coming"
            ),
            models.CheckConstraint(
                name="definition_grades_in_order",
                condition=Q(grade_a__gt=F("grade_b"), grade_b__gt=F("grade_c")),
                violation_error_message="The grades' bounds must fall from A to C.",
            ),
            models.CheckConstraint(
                name="definition_bands_in_order",
                condition=Q(band_1__gt=F("band_2"), band_2__gt=F("band_3")),
                violation_error_message="The bands' bounds must fall from 1 to 3.",
            ),
        ]

    def __str__(self):
        return f"Version {self.version}: {self.name}"


class SignalWeight(models.Model):
    """What a signal is worth under a version."""

    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="weights")
    signal = models.ForeignKey(Signal, on_delete=models.PROTECT, related_name="weights")
    points = models.IntegerField(validators=POINTS)
    daily_limit = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1)], help_text="How many a day count."
    )
    half_life_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="After so many days the points halve. Empty: they never fade.",
    )
    steps = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(16)],
        help_text="How many half-lives the points last; 1 is a plain window.",
    )
    cap = models.PositiveIntegerField(
        null=True, blank=True, help_text="The most that this signal can add. Empty: no limit."
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "signal"], name="signal_weighed_once_a_version"
            )
        ]

    def __str__(self):
        return f"{self.signal} {self.points:+}"


class FitGroup(models.Model):
    """Criteria about one aspect of the ICP (role, size, industry, region), with a common cap."""

    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="fit_groups")
    name = models.CharField(max_length=80)
    cap = models.PositiveIntegerField(help_text="The most that this group can add.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "name"], name="fit_group_named_once_a_version"
            )
        ]

    def __str__(self):
        return self.name


class FitCriterion(models.Model):
    """Points for a contact and company of which the conditions hold."""

    definition = models.ForeignKey(
        Definition, on_delete=models.CASCADE, related_name="fit_criteria"
    )
    group = models.CharField(
        max_length=80,
        blank=True,
        help_text="The name of one of this version's groups, above. Empty where points are "
        "negative: those are a group of their own, limited by the fit floor.",
    )
    name = models.CharField(max_length=120)
    points = models.IntegerField(validators=POINTS)
    conditions = models.JSONField()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "fit criteria"

    def __str__(self):
        return f"{self.name} {self.points:+}"


class Disqualifier(models.Model):
    """Who never qualifies, whatever they do: students, competitors, own staff."""

    definition = models.ForeignKey(
        Definition, on_delete=models.CASCADE, related_name="disqualifiers"
    )
    name = models.CharField(max_length=120)
    conditions = models.JSONField()
    stops_hand_raises = models.BooleanField(
        "stops hand-raises",
        default=False,
        help_text="Not even asking for sales opens a lead: own staff, spam.",
    )

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.name
