"""The reasons for which sales says no, as a page offers them: in filters and in verdicts."""

from functools import cached_property
from typing import NamedTuple

from django.db.models import QuerySet

from handoff.inbox.forms import RejectForm
from handoff.models import RejectionReason
from leadhub.prepared import Prepared

# Of the list of reasons: nobody retires so few that these do not do.
KEYS = "123456789abcdefghijklmnopqrstuvwxyz"


class Reason(NamedTuple):
    """A reason as a form offers it: `key` chooses it, `needs` names the field that it asks for."""

    key: str
    pk: int
    name: str
    needs: str


Reasons = tuple[Reason, ...]
Choices = tuple[tuple[int, str], ...]


class AllReasons:
    """All there are, in their order: one query, when they are first asked for."""

    @cached_property
    def rows(self) -> list:
        return reason_rows()

    @property
    def choices(self) -> Choices:
        """All of them, also those that are retired: old leads have them."""
        return tuple((row.pk, row.name) for row in self.rows)

    def offered_by(self, kind: type[RejectForm]) -> Reasons:
        """Those that the form offers; the first nine have a digit."""
        rows = (row for row in self.rows if row.is_active and row.kind in kind.kinds_of_reason)
        numbered = zip(KEYS, rows, strict=False)
        return tuple(Reason(key, row.pk, row.name, needed_by(row)) for key, row in numbered)


@Prepared
def reason_rows() -> QuerySet:
    columns = ("pk", "name", "kind", "note_required", "is_active")
    return RejectionReason.objects.values_list(*columns, named=True)


def needed_by(row) -> str:
    if row.kind == RejectionReason.Kind.TIMING:
        return "returns_on"
    return "note" if row.note_required else ""
