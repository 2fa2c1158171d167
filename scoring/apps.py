from django.apps import AppConfig
from django.conf import settings

from scoring import overflow


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = "Scoring"

    def ready(self):
        overflow.folder = settings.VAR / "duckdb"
