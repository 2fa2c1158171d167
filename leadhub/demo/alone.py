"""One process at a time makes the demo world, or takes it away: another would remove what is being
made, as if a broken making had left it.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


class Busy(Exception):
    """Another process of this installation makes the demo world, or takes it away."""


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else does while the context lasts; the lock goes with whoever dies. Raises Busy."""
    with (settings.VAR / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(
                "The demo world is being made or taken away already: try again once that is done."
            ) from None
        yield
