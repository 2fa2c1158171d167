"""Two who wait for each other: PostgreSQL breaks off one of them, and that one can begin anew."""

import time
from collections.abc import Callable
from functools import wraps

from django.db import OperationalError

DEADLOCK = "40P01"  # PostgreSQL's code
TIMES = 3
# Seconds: until the other has the locks that were given back to it.
PAUSE = 0.1


def begun_anew(act: Callable) -> Callable:
    """For what a person decides, in a transaction or a savepoint of its own. Broken off as one of
    two who wait for each other it has given back its locks: the other goes on, and it is done
    again, after the other.
    """

    @wraps(act)
    def acting(*args, **kwargs):
        for left in reversed(range(TIMES)):
            try:
                return act(*args, **kwargs)
            except OperationalError as error:
                if not (left and getattr(error.__cause__, "sqlstate", None) == DEADLOCK):
                    raise
            time.sleep(PAUSE)

    return acting
