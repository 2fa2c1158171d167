"""Rows of thousands of ids: one value, however many there are.

Of an `__in` with two thousand numbers, Django, the driver and the database each take longer to read
the numbers one by one than it takes to find the rows.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import F, Lookup


def is_among(column: str, ids: Iterable[int]) -> tuple[str, list[str]]:
    """The condition on a column as SQL, and its value."""
    numbers = ",".join(map(str, ids))
    if settings.ON_SQLITE:
        return f"{column} IN (SELECT value FROM json_each(%s))", [f"[{numbers}]"]
    return f"{column} = ANY(%s::bigint[])", [f"{{{numbers}}}"]


class Among(Lookup):
    """The same on the column that `name` leads to: `filter(Among("contact__company", ids))`."""

    prepare_rhs = False

    def __init__(self, name: str, ids: Iterable[int]):
        super().__init__(F(name), tuple(ids))

    def as_sql(self, compiler, connection):
        column, values = self.process_lhs(compiler, connection)
        condition, numbers = is_among(column, self.rhs)
        return condition, [*values, *numbers]
