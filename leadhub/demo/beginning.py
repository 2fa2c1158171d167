"""What the very first start makes of the demo world, and what it says of that."""

import traceback
from datetime import datetime

from leadhub.demo import first_start, making, removal


def begin(out, *, wanted: bool, at: datetime) -> None:
    """Makes the demo world where LeadHub is empty, and nobody has decided yet (see
    `FirstStart`); tells `out`.
    """
    if not first_start.is_to_be_made(wanted=wanted, at=at):
        return
    if why := hindrance(out, at=at):
        say(out, f"LeadHub starts without the demo world: {why}.")
        say(out, "The next start tries again; script/server --empty never does.")
        return
    try:
        making.Making(out).make(at=at)
    except Exception:
        # Whoever came for LeadHub must not be kept out by its demo.
        traceback.print_exc()
        removal.clear_up(at=at)
        say(out, "LeadHub starts without the demo world: why it could not be made stands above.")
        return
    first_start.remember(at=at)


def hindrance(out, *, at: datetime) -> str:
    """Why the demo world can't be made here; "" if it can."""
    if first_start.is_running(at=at):
        return "it is running already, on another machine or without script/server"
    if first_start.has_leadforge():
        return ""
    say(out, f"Installing {first_start.REQUIREMENTS}, which the demo world is made with …")
    why = first_start.install_leadforge()
    return f"leadforge, which makes it, could not be installed ({why})" if why else ""


def say(out, text: str) -> None:
    out.write(f"{text}\n")
    out.flush()
