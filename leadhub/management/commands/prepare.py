"""`manage.py prepare`: makes an installation ready to run. Doing it again changes nothing."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from leadhub.users import first_logins


class Command(BaseCommand):
    help = (
        "Brings the database up to date, collects static files, and, where they are missing, "
        "makes the starter definition, the starter rejection reasons and one login for each role."
    )

    def handle(self, *args, **options):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        install_starters()
        first_logins.make(kept_in=settings.VAR / "logins.txt")


def install_starters() -> None:
    """The definition and the reasons that every installation begins with."""
    if find_spec("scoring.starter"):
        import_module("scoring.starter").install(at=timezone.now())
    if find_spec("handoff.starter"):
        import_module("handoff.starter").install()
