"""Where facts come from."""

from django.db import models
from django.utils import timezone


class Source(models.Model):
    """Where facts come from: a browser key's site, a server, a file, the people here."""

    class Kind(models.TextChoices):
        BROWSER = "browser", "Browser (anyone can read its key)"
        SERVER = "server", "Server"
        FILE = "file", "File"
        PERSON = "person", "People in LeadHub"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def is_trusted(self) -> bool:
        """Whether what it says may replace what others said: false for keys in browsers."""
        return self.kind != self.Kind.BROWSER
