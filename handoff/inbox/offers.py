"""The verdicts that the page offers on a lead, drawn.

A form that nobody has filled in says the same of every lead: it is drawn once, and kept by all that
it says. So a reason that is new, renamed or retired makes another one at the next request.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from handoff.inbox.forms import Button, RejectForm, Verdict
from handoff.models import Lead, RejectionReason
from leadhub.prepared import Prepared
from leadhub.quick_to_draw import QuickToDraw

# Of the list of reasons: nobody retires so few that these do not do.
KEYS = "123456789abcdefghijklmnopqrstuvwxyz"


class Reason(NamedTuple):
    """A reason as a form offers it: `key` chooses it, `needs` names the field that it asks for."""

    key: str
    pk: int
    name: str
    needs: str


Reasons = tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Offer(QuickToDraw):
    """A verdict that is possible now. `body` is what its form asks for: nothing where a click is
    enough, and where it is fetched when it is opened.
    """

    name: str
    button: Button
    at_once: bool
    is_open: bool
    body: str


@Prepared
def given_reasons() -> QuerySet:
    """Those that can be given, in their order."""
    of_each = ("pk", "name", "kind", "note_required")
    return RejectionReason.objects.filter(is_active=True).values_list(*of_each, named=True)


def reasons_by_form(kinds: Iterable[type[Verdict]]) -> dict[type[Verdict], Reasons]:
    """Of those of the forms that ask for a reason, what they offer. A query where there is one."""
    asking = [kind for kind in kinds if issubclass(kind, RejectForm)]
    rows = given_reasons() if asking else []
    return {kind: keyed(row for row in rows if row.kind in kind.kinds_of_reason) for kind in asking}


def keyed(rows: Iterable) -> Reasons:
    """The first nine have a digit."""
    numbered = zip(KEYS, rows, strict=False)
    return tuple(Reason(key, row.pk, row.name, needed_by(row)) for key, row in numbered)


def needed_by(row) -> str:
    if row.kind == RejectionReason.Kind.TIMING:
        return "returns_on"
    return "note" if row.note_required else ""


def offer_of(kind: type[Verdict], lead: Lead, reasons: Reasons, refused: Verdict | None) -> Offer:
    """`refused` stands open with what was typed, where it is a form of this kind."""
    is_open, at_once = type(refused) is kind, not kind.body_template
    if is_open and not at_once:
        body = drawn(refused, reasons)
    elif kind.is_drawn_when_opened or at_once:
        body = ""
    else:
        body = empty(kind, reasons) if kind.is_same_for(lead) else drawn(kind(lead=lead), reasons)
    return Offer(str(kind.action), kind.button, at_once, is_open, body)


def drawn(form: Verdict, reasons: Reasons) -> SafeString:
    return render_to_string(form.body_template, {"form": form, "reasons": reasons})


@lru_cache(maxsize=64)
def empty(kind: type[Verdict], reasons: Reasons) -> SafeString:
    return drawn(kind(lead=None), reasons)


@lru_cache(maxsize=64)
def options(reasons: Reasons) -> SafeString:
    """The reasons as the options of a select."""
    pairs = ((reason.pk, reason.name) for reason in reasons)
    return format_html_join("", '<option value="{}">{}</option>', pairs)
