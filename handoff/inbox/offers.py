"""The verdicts that the page offers on a lead, drawn.

A form that nobody has filled in says the same of every lead: it is drawn once, and kept by all that
it says. So a reason that is new, renamed or retired makes another one at the next request.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from handoff.inbox.forms import Button, Verdict
from handoff.inbox.reasons import Reasons
from handoff.models import Lead
from leadhub.quick_to_draw import QuickToDraw


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
