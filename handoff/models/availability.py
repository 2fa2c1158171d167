"""When people work, and how much they can take."""

from zoneinfo import available_timezones

import holidays
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from leadhub.users.models import Team


def the_organisations_zone() -> str:
    return settings.TIME_ZONE


def complaint_about_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("This is no time zone: write it as Europe/Berlin.")


class Calendar(models.Model):
    """Working hours in a time zone, and whose public holidays are kept."""

    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(
        max_length=64, default=the_organisations_zone, validators=[complaint_about_zone],
        help_text="Such as Europe/Berlin.",
    )  # fmt: skip
    country = models.CharField(
        max_length=2, blank=True, help_text="Two letters, such as DE. Empty: no public holidays."
    )
    subdivision = models.CharField(
        max_length=10, blank=True, help_text="Such as BY for Bavaria, where holidays differ."
    )
    is_organisations = models.BooleanField(
        "the organisation's", default=False,
        help_text="Counts for the unassigned queue, and for whoever has no other calendar.",
    )  # fmt: skip

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_organisations"],
                condition=Q(is_organisations=True),
                name="calendar_one_of_organisation",
                violation_error_message="Another calendar is the organisation's already.",
            )
        ]

    def __str__(self):
        return self.name

    def clean(self):
        self.country, self.subdivision = self.country.upper(), self.subdivision.upper()
        known = holidays.list_supported_countries()
        if self.country and self.country not in known:
            raise ValidationError({"country": "No holidays are known of this country."})
        if self.subdivision and self.subdivision not in known.get(self.country, ()):
            parts = ", ".join(known.get(self.country, ())) or "none"
            raise ValidationError({"subdivision": f"The country's subdivisions are: {parts}."})


class WorkingHours(models.Model):
    """A shift on a day of the week, in the calendar's zone. An end of 00:00 is midnight."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts = models.TimeField()
    ends = models.TimeField(help_text="00:00 stands for midnight.")

    class Meta:
        ordering = ["weekday", "starts"]
        verbose_name_plural = "working hours"
        constraints = [
            models.CheckConstraint(
                name="hours_end_after_start",
                condition=Q(ends__gt=F("starts")) | Q(ends="00:00"),
                violation_error_message="A shift ends after it starts.",
            ),
            models.CheckConstraint(name="hours_on_a_weekday", condition=Q(weekday__lte=6)),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class Terms(models.Model):
    """On which calendar someone works, and how much they take. Empty: as the team's terms say."""

    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    new_leads_a_day = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Routing gives at most so many a day."
    )
    unjudged_leads = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Routing waits while so many are open and unjudged."
    )

    class Meta:
        abstract = True


class TeamTerms(Terms):
    """What holds for the team's members unless their own terms say otherwise."""

    class Handing(models.TextChoices):
        PUSH = "push", "Push: routing gives each lead to somebody"
        PULL = "pull", "Pull: each takes the next best, or says why not"

    team = models.OneToOneField(
        Team, on_delete=models.CASCADE, primary_key=True, related_name="terms"
    )
    handing = models.CharField(max_length=4, choices=Handing, default=Handing.PUSH)

    class Meta:
        verbose_name_plural = "terms of teams"
        constraints = [
            models.CheckConstraint(
                name="team_handing_known", condition=Q(handing__in=["push", "pull"])
            )
        ]

    def __str__(self):
        return f"Terms of {self.team}"


class RepTerms(Terms):
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="terms"
    )

    class Meta:
        verbose_name_plural = "terms of reps"

    def __str__(self):
        return f"Terms of {self.user}"


class Absence(models.Model):
    """Days on which somebody is not there, in their calendar's zone, both included."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences"
    )
    first_day = models.DateField()
    last_day = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-first_day"]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_start",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message="The last day comes after the first.",
            )
        ]
        indexes = [models.Index(fields=["user", "last_day"], name="absence_of_user")]

    def __str__(self):
        return f"{self.user}: {self.first_day} to {self.last_day}"
