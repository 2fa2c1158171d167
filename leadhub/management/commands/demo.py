"""`manage.py demo`: fills an empty LeadHub with a year of a company that nobody works for."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leadhub.demo import first_start, making, removal, world
from leadhub.demo.alone import Busy, alone

LARGEST = 10.0
# It is kept in 64 bits.
SEEDS = range(-(2**63), 2**63)


def scale(text: str) -> float:
    """How large a world is asked for."""
    wanted = float(text)
    if not 0 <= wanted <= LARGEST:
        raise ValueError
    return wanted


def seed(text: str) -> int:
    """Which of the worlds is asked for."""
    wanted = int(text)
    if wanted not in SEEDS:
        raise ValueError
    return wanted


class Command(BaseCommand):
    help = "Makes the demo world: 12,000 people, a year of events, leads and verdicts until today."

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true", help="Take the demo world away whole.")
        parser.add_argument(
            "--seed", type=seed, default=world.SEED, help="Another seed, another world."
        )
        parser.add_argument("--scale", type=scale, default=1.0, help="0.1: a tenth of the people.")

    def handle(self, *args, remove, seed, scale, **options):
        at = timezone.now()
        try:
            with alone():
                if remove:
                    self.remove(at=at)
                else:
                    self.make(at=at, seed=seed, scale=scale)
        except (Busy, world.CannotMake, removal.NothingToRemove) as error:
            raise CommandError(str(error)) from error

    def remove(self, *, at):
        live = removal.remove(at=at)
        first_start.remember(at=at)
        self.stdout.write("The demo world is gone.")
        if live.published_by_id:
            self.stdout.write(
                f"{live}, which was published in it, stays live; beside it stands the starter "
                "definition, as a draft."
            )

    def make(self, *, at, seed, scale):
        if first_start.is_running(at=at):
            raise CommandError("LeadHub is running: stop it, make the demo world, start it again.")
        self.require_leadforge()
        making.Making(self.stdout).make(at=at, seed=seed, scale=scale)

    def require_leadforge(self):
        if not first_start.has_leadforge():
            raise CommandError(
                "The demo world is made with leadforge, which is not installed: "
                f"{sys.executable} -m pip install -r {first_start.REQUIREMENTS}"
            )
