"""What facts are worth: signals, versions of the definition, scores and their ledger.

Who writes them: marketers edit signals and drafts; `publishing.py` alone moves a definition from
draft to coming to live; `ledger.py` alone writes tallies, scores and score changes; `runs.py`
alone writes runs. `definition.py` is what a version means, without Django.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from leadhub.records.models import Contact

POINTS = [MinValueValidator(-1000), MaxValueValidator(1000)]


class Intent(models.TextChoices):
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    SHALLOW = "shallow", "Shallow"


class Signal(models.Model):
    """A named kind of event that means something. Immutable once a published version uses it."""

    class Counting(models.TextChoices):
        EVENTS = "events", "Every event"
        DISTINCT = "distinct", "Distinct values of a property, a day"

    name = models.CharField(max_length=120, unique=True)
    description = models.CharField(max_length=400, blank=True)
    intent = models.CharField(max_length=8, choices=Intent)
    is_hand_raise = models.BooleanField(
        "hand-raise",
        default=False,
        help_text="The person asks for sales: opens a lead at once, whatever the score.",
    )
    conditions = models.JSONField(help_text="Which events give this signal.")
    counting = models.CharField(max_length=8, choices=Counting, default=Counting.EVENTS)
    distinct_property = models.CharField(
        max_length=200, blank=True, help_text="Such as asset or webinar."
    )
    successor = models.OneToOneField(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="predecessor",
        help_text="The signal that replaces this one.",
    )
    tallied_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When all past events had been tallied; empty while that is still to do.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="signal_distinct_names_property",
                condition=Q(counting="events", distinct_property="")
                | Q(counting="distinct") & ~Q(distinct_property=""),
                violation_error_message="Name the property whose distinct values count, "
                "or count every event.",
            )
        ]

    def __str__(self):
        return self.name


class Definition(models.Model):
    """One version of what "qualified" means. What has been live never changes."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        COMING = "coming", "Coming"
        LIVE = "live", "Live"
        RETIRED = "retired", "Retired"

    class Handover(models.TextChoices):
        FROM_NOW_ON = "from_now_on", "From now on: who is qualified already is held"
        AT_ONCE = "at_once", "Hand over at once whoever is qualified"

    version = models.PositiveIntegerField(unique=True, editable=False)
    name = models.CharField(max_length=120, help_text="What is different about this version.")
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT, editable=False)
    handover = models.CharField(max_length=12, choices=Handover, default=Handover.FROM_NOW_ON)

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


class Tally(models.Model):
    """How often one contact gave one signal on one day, uncapped. Derived from events."""

    pk = models.CompositePrimaryKey("contact_id", "signal_id", "day")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="tallies")
    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="tallies")
    day = models.DateField()
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField(help_text="The latest of the events counted.")

    class Meta:
        verbose_name_plural = "tallies"
        indexes = [models.Index(fields=["signal", "day"], name="tally_of_signal")]

    def __str__(self):
        return f"{self.count} × {self.signal_id} on {self.day}"


class ContactScore(models.Model):
    """What LeadHub says of a contact now, under one version (the live one, or the coming one)."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="scores")
    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="scores")
    behaviour = models.IntegerField()
    fit = models.IntegerField()
    total = models.IntegerField()
    fit_possible = models.IntegerField(
        help_text="The fit if everything unknown about the contact turned out well."
    )
    grade = models.CharField(max_length=1)
    band = models.PositiveSmallIntegerField()
    high_intent = models.PositiveSmallIntegerField(
        help_text="Distinct high-intent signals given lately."
    )
    disqualified_by = models.CharField(max_length=120, blank=True)
    approachable = models.BooleanField()
    qualified = models.BooleanField()
    day = models.DateField(help_text="The day as of which this was reckoned.")
    changes_on = models.DateField(
        null=True, help_text="The earliest day on which time alone changes this."
    )
    scored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "definition"], name="score_one_a_contact_and_version"
            ),
            models.CheckConstraint(
                name="score_total_is_sum", condition=Q(total=F("behaviour") + F("fit"))
            ),
        ]
        indexes = [
            models.Index(fields=["definition", "changes_on"], name="score_changes_on"),
            models.Index(fields=["definition", "-total"], name="score_best_first"),
            models.Index(
                fields=["definition", "contact"],
                name="score_qualified",
                condition=Q(qualified=True),
            ),
        ]

    def __str__(self):
        return f"{self.total} ({self.grade}{self.band})"


class ScoreChange(models.Model):
    """The ledger: each change of a score, from what to what, and what caused it. Append-only."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="score_changes")
    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    day = models.DateField()
    behaviour_from = models.IntegerField(null=True)
    behaviour_to = models.IntegerField()
    fit_from = models.IntegerField(null=True)
    fit_to = models.IntegerField()
    qualified_from = models.BooleanField(null=True)
    qualified_to = models.BooleanField()
    cause = models.CharField(
        max_length=12,
        choices=[
            ("facts", "New facts"),
            ("time", "Time"),
            ("definition", "Another version"),
            ("correction", "Correction"),
        ],
    )

    class Meta:
        indexes = [models.Index(fields=["contact", "at"], name="score_change_of_contact")]

    def __str__(self):
        return f"{self.behaviour_to + self.fit_to} on {self.day}"


class Run(models.Model):
    """A pass over all contacts (or all events), in chunks, that can be killed and goes on."""

    class Kind(models.TextChoices):
        NIGHTLY = "nightly", "Nightly run"
        PUBLISH = "publish", "Scores under the coming version"
        RECOUNT = "recount", "Recount of tallies"
        RESCORE = "rescore", "Rescore everyone"
        VERIFY = "verify", "Verify scores"

    kind = models.CharField(max_length=8, choices=Kind)
    definition = models.ForeignKey(
        Definition, on_delete=models.CASCADE, null=True, blank=True, related_name="runs"
    )
    day = models.DateField(help_text="The day as of which it reckons.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    contacts = models.PositiveBigIntegerField(default=0, help_text="How many it covers.")
    done = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    checked = models.PositiveBigIntegerField(
        default=0, help_text="How many scores were compared with a full recomputation."
    )
    differences = models.PositiveBigIntegerField(
        default=0, help_text="How many of those turned out otherwise."
    )
    failure = models.TextField(blank=True, help_text="What last went wrong, if anything.")

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["kind", "-finished_at"], name="run_last_finished")]

    def __str__(self):
        return f"{self.get_kind_display()} of {self.day}"


class RunChunk(models.Model):
    """A range of contacts of a run: done when finished_at is set."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="chunks")
    first_contact = models.BigIntegerField()
    last_contact = models.BigIntegerField()
    contacts = models.PositiveIntegerField(default=0, help_text="How many it covers.")
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it was begun.")
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "first_contact"], name="chunk_once_a_run")
        ]
        indexes = [
            models.Index(
                fields=["attempts", "id"], name="chunk_unfinished", condition=Q(finished_at=None)
            )
        ]

    def __str__(self):
        return f"{self.first_contact}–{self.last_contact}"
