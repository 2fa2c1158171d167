"""Whether the first start of `script/server` makes a demo world: decided once, and remembered."""

import importlib
import subprocess
import sys
from datetime import datetime, timedelta

from django.conf import settings

from handoff.models import Pool, RoutingRule
from leadhub import heartbeats
from leadhub.demo import removal, world
from leadhub.demo.models import FirstStart
from leadhub.records.models import Source
from leadhub.users import first_logins
from leadhub.users.models import Role, User

REQUIREMENTS = "requirements-demo.txt"
RUNNING_IF_SEEN_WITHIN = timedelta(seconds=30)


def is_to_be_made(*, wanted: bool, at: datetime) -> bool:
    """Whether a demo world is to be made, where nobody has decided yet: nobody wants LeadHub empty,
    and it holds no data. Where it is not to be made, that is remembered. What a making that was
    broken off has left is taken away.
    """
    removal.clear_up(at=at)
    if wanted and is_empty():
        return True
    remember(at=at)
    return False


def is_empty() -> bool:
    """Whether there is neither data nor anything that somebody has set up for them."""
    try:
        world.refuse_unless_empty()
    except world.CannotMake:
        return False
    first = [first_logins.email_of(role) for role in Role]
    return not (
        User.objects.exclude(email__in=first).exists()
        or Source.objects.exclude(kind=Source.Kind.PERSON).exists()
        or Pool.objects.exists()
        or RoutingRule.objects.exists()
    )


def remember(*, at: datetime) -> None:
    """No later start makes a demo world."""
    FirstStart.objects.get_or_create(defaults={"at": at})


def is_running(*, at: datetime) -> bool:
    """Whether workers are at work: they would take today for the day on which things happened."""
    seen = heartbeats.last_of_queue("now")
    return seen is not None and seen > at - RUNNING_IF_SEEN_WITHIN


def has_leadforge() -> bool:
    try:
        for module in ("leadforge", "leadforge.api"):
            importlib.import_module(module)
    except ImportError:
        return False
    return True


def install_leadforge() -> str:
    """Installs what the demo world is made with into this Python; returns why it could not, "" if
    it could.
    """
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--retries", "1"]
    wanted = ["--requirement", str(settings.BASE_DIR / REQUIREMENTS)]
    done = subprocess.run([*pip, *wanted], capture_output=True, text=True)
    importlib.invalidate_caches()
    if done.returncode == 0 and has_leadforge():
        return ""
    return (done.stderr.strip() or "it can't be loaded").splitlines()[-1]
