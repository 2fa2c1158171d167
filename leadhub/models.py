"""What the running installation says of itself."""

from django.db import models

from leadhub.demo.models import ClosedTour, DemoWorld, FirstStart

__all__ = ["ClosedTour", "DemoWorld", "FirstStart", "Heartbeat"]


class Heartbeat(models.Model):
    """When a worker, the scheduler's sweep or another part was last seen at work."""

    name = models.CharField(max_length=120, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class WrittenTimeZone(models.Model):
    """The organisation's time zone in which the days of all events were decided: one row."""

    only = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(name="one_written_time_zone", condition=models.Q(only=1))
        ]

    def __str__(self):
        return self.name
