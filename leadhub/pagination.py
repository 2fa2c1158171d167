"""Pages of a list without counting it: each reads one row more than it shows."""

from dataclasses import dataclass

ROWS = 50
# Beyond this page a list is searched, not leafed through: the database reads all rows before it.
LAST_PAGE = 200


@dataclass(frozen=True)
class Page:
    """The rows of page `number` (from 1), and whether there are more."""

    rows: list
    number: int
    has_more: bool
    size: int = ROWS

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)

    @property
    def has_next(self) -> bool:
        return self.has_more and self.number < LAST_PAGE

    @property
    def is_cut(self) -> bool:
        return self.has_more and self.number == LAST_PAGE

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def next(self) -> int:
        return self.number + 1

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        return (self.number - 1) * self.size + len(self.rows)


def page_of(rows, number: str | None, *, size: int | None = None) -> Page:
    """The page that the address asks for, of `size` rows (50); what is no page number means the
    first.
    """
    size = size or ROWS
    wanted = int(number) if number and number.isdecimal() and len(number) < 6 else 1
    wanted = min(max(wanted, 1), LAST_PAGE)
    start = (wanted - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(rows=found[:size], number=wanted, has_more=len(found) > size, size=size)
