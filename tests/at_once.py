"""Two or more who do something at the same moment, on connections of their own."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier

from django.conf import settings
from django.db import connection, transaction

# (What pg_stat_activity says never changes within a transaction.)
WAITING = """
    SELECT count(*) FROM pg_locks
    WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))
"""


def in_thread(act: Callable):
    """Gives the result, or the exception, and the thread's connection back."""
    try:
        return act()
    except Exception as refusal:
        return refusal
    finally:
        connection.close()


def until_it_waits(other: Future) -> None:
    """Until the other waits for a lock, or is through. On SQLite nobody else writes anyway."""
    while not settings.ON_SQLITE and not other.done():
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.005)


def meanwhile(first: Callable, second: Callable):
    """Runs `second` while the transaction of `first` has done its work and is not over yet; gives
    what `second` gave or raised.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(in_thread, second)
            until_it_waits(waiting)
        return waiting.result(timeout=60)


def together(*acts: Callable) -> list:
    """Starts all at once; gives what each gave or raised."""
    start = Barrier(len(acts))

    def after_the_start(act: Callable):
        start.wait()
        return in_thread(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(after_the_start, acts))
