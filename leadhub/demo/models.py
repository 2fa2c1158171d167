"""That this installation holds a demo world."""

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
    only = models.BooleanField(default=True, editable=False, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="demo_world_only_one", condition=models.Q(only=True))
        ]

    def __str__(self):
        return f"Demo world {self.seed}"
