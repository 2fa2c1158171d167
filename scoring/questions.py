"""What is asked of DuckDB: a chain of relations, worked out once for what it is about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import TypeVar

import pyarrow as pa

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Question:
    """`links` are relations by name, each of which may read those before it and the tables; the
    last one is the answer. `values` are bound to their placeholders, `constants` are the tables
    that are the same whenever it is asked.
    """

    links: dict[str, str]
    values: dict[str, object]
    constants: dict[str, pa.Table] = field(default_factory=dict)
    # As a statement that unpacks tables of these schemas: see `kept_plans`.
    statements: dict[tuple, str] = field(default_factory=dict)


def remembered(most: int) -> Callable[[Callable[..., Made]], Callable[..., Made]]:
    """Remembers the `most` latest things that a function made of objects that never change, for
    these very objects: 1 and true are equal, but a definition that asks for one does not mean the
    other.
    """

    def remember(make: Callable[..., Made]) -> Callable[..., Made]:
        kept: dict[tuple[int, ...], tuple[tuple, Made]] = {}

        @wraps(make)
        def recalled(*things) -> Made:
            key = tuple(map(id, things))
            known = kept.get(key)
            if known is None:
                # With the things themselves, so that no other can get their place in memory.
                known = kept[key] = (things, make(*things))
                for oldest in list(kept)[:-most]:
                    kept.pop(oldest, None)
            return known[1]

        return recalled

    return remember
