"""Reading and reckoning at once: while the database gives one part, DuckDB reckons the one before.

All reading stays in the caller's thread, on its connection and in its transaction. What is reckoned
in the other thread must not ask the database.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

from scoring.source import Ids, Range

Part = TypeVar("Part")
Facts = TypeVar("Facts")
Found = TypeVar("Found")


def parts(contacts: Ids | Range, at_once: int) -> list[Ids | Range]:
    """The contacts, so many at once; of a wide range, from the first that is there to the last."""
    if isinstance(contacts, Range):
        if contacts.last - contacts.first >= at_once:
            contacts = those_there(contacts)
        starts = range(contacts.first, contacts.last + 1, at_once)
        return [Range(first, min(contacts.last, first + at_once - 1)) for first in starts]
    starts = range(0, len(contacts.ids), at_once)
    return [Ids(contacts.ids[first : first + at_once]) for first in starts]


def those_there(contacts: Range) -> Range:
    """From the first contact in the range to the last; where there is none, an empty range."""
    within, values = contacts.within("id")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(id), max(id) FROM records_contact WHERE {within}", values)
        first, last = cursor.fetchone()
    return Range(first, last) if first is not None else Range(contacts.first, contacts.first - 1)


def reckoned(
    asked: Sequence[Part], read: Callable[[Part], Facts], reckon: Callable[[Facts], Found]
) -> Iterator[tuple[Facts, Found]]:
    """Of each part its facts and what was reckoned from them, in order.

    A part that is alone is reckoned in this thread: nothing goes on beside it.
    """
    if len(asked) == 1:
        facts = read(asked[0])
        yield facts, reckon(facts)
        return
    under_way: deque[tuple[Facts, Future[Found]]] = deque()
    with ThreadPoolExecutor(1, thread_name_prefix="reckoning") as beside:
        for part in asked:
            facts = read(part)
            under_way.append((facts, beside.submit(reckon, facts)))
            if len(under_way) > 1:
                earlier, found = under_way.popleft()
                yield earlier, found.result()
        for facts, found in under_way:
            yield facts, found.result()
