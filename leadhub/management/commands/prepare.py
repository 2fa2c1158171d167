"""`manage.py prepare`: makes an installation ready to run. Doing it again changes nothing."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

import handoff.starter
import scoring.starter
from leadhub import search, static_files, time_zone
from leadhub.demo.alone import Busy, alone
from leadhub.models import FirstStart
from leadhub.users import first_logins

NO_TRIGRAMS = (
    "Searching names among very many contacts takes seconds: this database has no pg_trgm, and "
    "LeadHub may not add it. Let who administers PostgreSQL run CREATE EXTENSION pg_trgm in it, "
    "then run manage.py prepare again."
)


class Command(BaseCommand):
    # Checks are the developer's, and need every page; a start is sooner without.
    requires_system_checks = []
    help = (
        "Brings the database up to date, collects static files, and, where they are missing, "
        "makes the starter definition, the starter rejection reasons and service levels, and one "
        "login for each role."
    )

    def add_arguments(self, parser):
        first = parser.add_mutually_exclusive_group()
        first.add_argument(
            "--demo", action="store_true", help="The first time, make the demo world as well."
        )
        first.add_argument(
            "--empty", action="store_true", help="Never make the demo world by yourself."
        )

    def handle(self, *args, demo, empty, **options):
        try:
            self.prepare()
            if demo or empty:
                with alone():
                    self.begin(wanted=demo)
        except Busy as busy:
            raise CommandError(str(busy)) from None
        except KeyboardInterrupt:
            raise CommandError("stopped; the next start does the rest.") from None

    def prepare(self):
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

    def begin(self, *, wanted):
        if FirstStart.objects.exists():
            return
        # Only here: every later start is sooner without all that makes a world.
        from leadhub.demo import beginning

        beginning.begin(self.stdout, wanted=wanted, at=timezone.now())
