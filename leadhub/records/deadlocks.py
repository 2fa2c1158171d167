"""Two who wait for each other: PostgreSQL breaks off one of them, and that one can begin anew."""

import time
from collections.abc import Callable
from functools import wraps

from django.db import OperationalError, connection

DEADLOCK = "40P01"  # PostgreSQL's code
TIMES = 3
# Seconds: until the other has the locks that were given back to it.
PAUSE = 0.1


def begun_anew(act: Callable) -> Callable:
    """For what a person decides, as a transaction of its own. Broken off as one of two who wait for
    each other it has given back its locks: the other goes on, and it is done again, after the
    other. Within a transaction it is done once: what that has locked before stays locked, and only
    the whole of it can begin anew.
    """

    @wraps(act)
    def acting(*args, **kwargs):
        for _ in range(0 if connection.in_atomic_block else TIMES - 1):
            try:
                return act(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) != DEADLOCK:
                    raise
            time.sleep(PAUSE)
        return act(*args, **kwargs)

    return acting
