"""When each worker, the sweep and the nightly run were last at work; alone in writing it."""

from datetime import datetime, timedelta

from leadhub.models import Heartbeat

SWEEP = "sweep"
UPKEEP = "upkeep"
NIGHTLY = "nightly"
# A worker that is at work every second need not write every second.
WRITTEN_AT_MOST_EVERY = timedelta(seconds=5)
FORGOTTEN_AFTER = timedelta(days=7)


def beat(name: str, *, at: datetime, every: timedelta = WRITTEN_AT_MOST_EVERY) -> None:
    """Writes that `name` is at work at `at`, unless it wrote so less than `every` ago."""
    if is_recent(name, at=at, within=every):
        return
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=at)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )


def is_recent(name: str, *, at: datetime, within: timedelta) -> bool:
    """Whether `name` was at work less than `within` before `at`."""
    return Heartbeat.objects.filter(name=name, at__gt=at - within, at__lte=at).exists()


def last(name: str) -> datetime | None:
    """When `name` was last at work; None if never."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def last_of_queue(queue: str) -> datetime | None:
    """When any worker of the queue (their nodes are named queue@machine) was last at work."""
    beats = Heartbeat.objects.filter(name__startswith=f"{queue}@").order_by("-at")
    return beats.values_list("at", flat=True).first()


def of_machine(machine: str) -> dict[str, datetime]:
    """Part → when it was last at work, for the parts that run on the machine."""
    beats = Heartbeat.objects.filter(name__endswith=f"@{machine}").values_list("name", "at")
    return {name.removesuffix(f"@{machine}"): at for name, at in beats}


def forget_machines_long_gone(*, at: datetime) -> None:
    Heartbeat.objects.filter(name__contains="@", at__lt=at - FORGOTTEN_AFTER).delete()
