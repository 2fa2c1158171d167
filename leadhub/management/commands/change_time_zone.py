"""`manage.py change_time_zone`: brings the database over to the time zone in the settings."""

from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leadhub import heartbeats, time_zone

RUNS_IF_SEEN_WITHIN = timedelta(seconds=30)


class Command(BaseCommand):
    help = (
        "After TIME_ZONE was changed in the settings: decides the day of every event anew, and has "
        "tallies and scores counted again. LeadHub must be stopped meanwhile."
    )

    def add_arguments(self, parser):
        parser.add_argument("--yes", action="store_true", help="Go on without asking.")

    def handle(self, *args, yes: bool, **options):
        written = time_zone.written_in()
        if written == settings.TIME_ZONE:
            self.stdout.write(f"All days are those of {written} already. Nothing to do.")
            return
        self.refuse_while_running()
        if not yes:
            self.ask(written)
        changed = time_zone.change(said=self.say)
        self.stdout.write(
            f"\nDone. Events that lie on another day in {settings.TIME_ZONE}: {changed:,}. Start "
            "LeadHub: the scores of whom it concerns are counted again within minutes."
        )

    def refuse_while_running(self) -> None:
        seen = heartbeats.last_of_queue("now")
        if seen is not None and timezone.now() - seen < RUNS_IF_SEEN_WITHIN:
            raise CommandError(
                "LeadHub was at work less than half a minute ago. Stop it, wait a moment, and call "
                "this again: what comes in meanwhile would get days of the old zone."
            )

    def ask(self, written: str | None) -> None:
        zone = settings.TIME_ZONE
        self.stdout.write(
            f"The days of all events are those of {written or 'another zone'}. They become those "
            f"of {zone}; tallies and scores follow, and the ledger shows the changes. With a "
            "million events this takes some minutes; stopped midway, it is simply called again."
        )
        if input(f"Type {zone} to go on: ").strip() != zone:
            raise CommandError("Nothing was changed.")

    def say(self, done: int, last: int) -> None:
        self.stdout.write(f"\rUp to event {done:,} of {last:,}", ending="")
        self.stdout.flush()
