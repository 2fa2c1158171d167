"""How a person has set up the inbox."""

from django.conf import settings
from django.db import models


class Desk(models.Model):
    """A person's own inbox: whether keys fire, and the views that the person saved.

    The views are read with the page's numbers in one query, so they are a list in this row.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="desk"
    )
    keys_fire = models.BooleanField(default=True, help_text="Whether single keys do anything.")
    views = models.JSONField(
        default=list, blank=True, help_text='Such as [{"name": "A in Berlin", "query": "grade=A"}].'
    )

    def __str__(self):
        return f"The inbox of {self.user_id}"
