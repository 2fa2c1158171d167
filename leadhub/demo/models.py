"""That this installation holds a demo world, or was asked to be without; who closed its tour."""

from django.conf import settings
from django.db import models


class DemoWorld(models.Model):
    """The demo world that is here; at most one. Its facts are those of its sources; `made` are the
    rows beside them, by table: "users.User": [3, 4], …
    """

    seed = models.BigIntegerField()
    made_at = models.DateTimeField(help_text="The last moment of its year.")
    ready_at = models.DateTimeField(
        null=True, blank=True, help_text="When its year had been lived; empty: it was broken off."
    )
    made = models.JSONField(default=dict)
    found = models.JSONField(
        default=dict, help_text="The rows beside facts that were there before, by table."
    )
    only = models.BooleanField(default=True, editable=False, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="demo_world_only_one", condition=models.Q(only=True))
        ]

    def __str__(self):
        return f"Demo world {self.seed}"


class FirstStart(models.Model):
    """That it is decided whether this installation starts with a demo world: no later start makes
    one. At most one row.
    """

    at = models.DateTimeField()
    only = models.BooleanField(default=True, editable=False, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="first_start_only_one", condition=models.Q(only=True))
        ]

    def __str__(self):
        return f"First start on {self.at:%Y-%m-%d}"


class ClosedTour(models.Model):
    """That somebody has closed the tour of the demo world."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.user} closed the tour"
