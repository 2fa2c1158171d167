"""What is asked of DuckDB: a chain of relations, worked out once for what it is about."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, wraps
from typing import TypeVar

TEXT = re.compile(r"'(?:[^']|'')*'")

Made = TypeVar("Made")
Thing = TypeVar("Thing")


@dataclass(frozen=True, eq=False)
class Question:
    """`links` are relations by name, each of which may read those before it and the tables; the
    last one is the answer. `values` are bound to their placeholders; other placeholders get theirs
    when it is asked.
    """

    links: dict[str, str]
    values: dict[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return list(self.links)[-1]

    @cached_property
    def sql(self) -> str:
        *before, (_, last) = self.links.items()
        chain = ",\n".join(f"{name} AS ({sql})" for name, sql in before)
        return f"WITH {chain}\n{last}" if before else last

    def reads(self, relations: dict[str, Thing]) -> dict[str, Thing]:
        """Those of the relations whose names are words of it: all that it reads, and maybe more."""
        return {name: one for name, one in relations.items() if name in self._words}

    def asks_for(self, values: dict[str, Thing]) -> dict[str, Thing]:
        """Those of the values for which it has a placeholder."""
        return {name: value for name, value in values.items() if f"${name}" in self._words}

    @cached_property
    def _words(self) -> frozenset[str]:
        """All words and placeholders but those in the texts that it compares with, which stand in
        plain apostrophes.
        """
        return frozenset(re.findall(r"\$?\w+", TEXT.sub("", self.sql)))


@lru_cache(256)
def plain(name: str, sql: str) -> Question:
    """One relation without values; the same question for the same SQL."""
    return Question({name: sql})


def remembered(most: int) -> Callable[[Callable[..., Made]], Callable[..., Made]]:
    """Remembers the `most` lately used things that a function made of objects that never change,
    for these very objects: 1 and true are equal, but a definition that asks for one does not mean
    the other.
    """

    def remember(make: Callable[..., Made]) -> Callable[..., Made]:
        kept: OrderedDict[tuple[int, ...], tuple[tuple, Made]] = OrderedDict()
        lock = threading.Lock()

        @wraps(make)
        def recalled(*things) -> Made:
            key = tuple(map(id, things))
            with lock:
                if key in kept:
                    kept.move_to_end(key)
                    return kept[key][1]
            made = make(*things)
            with lock:
                # With the things themselves, so that no other can get their place in memory.
                _, made = kept.setdefault(key, (things, made))
                if len(kept) > most:
                    kept.popitem(last=False)
            return made

        return recalled

    return remember
