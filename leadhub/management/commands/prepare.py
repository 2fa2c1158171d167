"""`manage.py prepare`: makes an installation ready to run. Doing it again changes nothing."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

import handoff.starter
import scoring.starter
from leadhub import search, static_files, time_zone
from leadhub.users import first_logins

NO_TRIGRAMS = (
    "Searching names among very many contacts takes seconds: this database has no pg_trgm, and "
    "LeadHub may not add it. Let who administers PostgreSQL run CREATE EXTENSION pg_trgm in it, "
    "then run manage.py prepare again."
)


class Command(BaseCommand):
    help = (
        "Brings the database up to date, collects static files, and, where they are missing, "
        "makes the starter definition, the starter rejection reasons and service levels, and one "
        "login for each role."
    )

    def handle(self, *args, **options):
        call_command("migrate", interactive=False, verbosity=0)
        time_zone.remember_the_first()
        try:
            time_zone.refuse_another()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if not search.make_indexes():
            self.stderr.write(NO_TRIGRAMS)
        static_files.collect()
        scoring.starter.install(at=timezone.now())
        handoff.starter.install()
        first_logins.make(kept_in=settings.VAR / "logins.txt")
