"""The addresses of rows, for lists: Django puts each together anew, and a list has dozens."""

from functools import cache

from django.urls import reverse

NO_ROWS = 4_000_000_000_000_000_000


def address_of(route: str, number: int) -> str:
    """As `reverse` with the row's number as its only argument."""
    before, after = around(route)
    return f"{before}{number}{after}"


@cache
def around(route: str) -> tuple[str, str]:
    before, _, after = reverse(route, args=[NO_ROWS]).partition(str(NO_ROWS))
    return before, after
