"""What the running installation says of itself."""

from django.db import models


class Heartbeat(models.Model):
    """When a worker, the scheduler's sweep or another part was last seen at work."""

    name = models.CharField(max_length=120, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name
