"""`manage.py demo`: fills an empty LeadHub with a year of a company that nobody works for."""

import sys
import time
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leadhub import heartbeats
from leadhub.demo import removal, world

RUNNING_IF_SEEN_WITHIN = timedelta(seconds=30)
STEP = 0.05


class Command(BaseCommand):
    help = "Makes the demo world: 12,000 people, a year of events, leads and verdicts until today."

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true", help="Take the demo world away whole.")
        parser.add_argument(
            "--seed", type=int, default=world.SEED, help="Another seed, another world."
        )
        parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth of the people.")

    def handle(self, *args, remove, seed, scale, **options):
        at = timezone.now()
        try:
            if remove:
                removal.remove(at=at)
                self.stdout.write("The demo world is gone.")
                return
            self.make(at=at, seed=seed, scale=scale)
        except (world.CannotMake, removal.NothingToRemove) as error:
            raise CommandError(str(error)) from error

    def make(self, *, at, seed, scale):
        self.refuse_while_running(at)
        self.require_leadforge()
        self.began, self.shown = time.monotonic(), 0.0
        self.stdout.write("Making the demo world: a year of events, scores, leads and verdicts …")
        world.make(at=at, seed=seed, scale=scale, progress=self.progress)
        seconds = time.monotonic() - self.began
        self.stdout.write(f"The demo world is ready ({seconds:.0f} s). Nobody in it exists.")

    def refuse_while_running(self, at):
        """Workers would take today for the day on which things happened."""
        seen = heartbeats.last_of_queue("now")
        if seen is not None and seen > at - RUNNING_IF_SEEN_WITHIN:
            raise CommandError("LeadHub is running: stop it, make the demo world, start it again.")

    def require_leadforge(self):
        try:
            import leadforge  # noqa: F401
        except ImportError as error:
            raise CommandError(
                "The demo world is made with leadforge, which is not installed: "
                f"{sys.executable} -m pip install -r requirements-demo.txt"
            ) from error

    def progress(self, share: float):
        if share >= self.shown + STEP or share == 1.0:
            self.shown = share
            seconds = time.monotonic() - self.began
            self.stdout.write(f"{share:4.0%} of the year ({seconds:.0f} s)", ending="\n")
            self.stdout.flush()
