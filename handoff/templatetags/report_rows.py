"""Numbers of the reports, each a link to its rows."""

from datetime import timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from handoff.reports.figures import address_of
from handoff.reports.measures import Row
from leadhub.templatetags.figures import number

register = template.Library()

SHARES = {"accepted": "judged", "sql": "leads", "won": "leads"}


@register.simple_tag
def rows(query: dict[str, str], count: int, **more: str) -> str:
    """A number of leads, linked to them; a zero leads nowhere."""
    return linked(count, address_of({**query, **more}))


@register.simple_tag
def contact_rows(count: int, query: dict[str, str] | None = None, **more: str) -> str:
    """A number of contacts, linked to them."""
    return linked(count, address_of({**(query or {}), **more}, "report-contacts"))


@register.simple_tag
def leads_of(row: Row, measure: str) -> str:
    """How many of the row's leads the measure counts, linked to them."""
    return linked(getattr(row.counts, measure), leads_address(row.query, measure=measure))


@register.simple_tag
def leads_address(query: dict[str, str], measure: str = "leads") -> str:
    return address_of(query if measure == "leads" else {**query, "measure": measure})


def linked(count: int, address: str) -> str:
    if not count:
        return mark_safe('<span class="faint">0</span>')
    return format_html('<a href="{}" data-count="{}">{}</a>', address, count, number(count))


@register.inclusion_tag("reports/_share.html")
def share(row: Row, measure: str) -> dict:
    """What share of the row's leads the measure is, with both numbers linked to their rows."""
    found = getattr(row.counts, f"{measure}_share")
    return {"share": found, "row": row, "part": measure, "whole": SHARES[measure]}


@register.filter
def hours(time: timedelta | None) -> str:
    """An elapsed time: "40 min", "5.2 h", "3.1 days"; nothing known: that there is too little."""
    if time is None:
        return "not enough data yet"
    elapsed = time.total_seconds() / 3600
    if elapsed < 1:
        return f"{elapsed * 60:.0f} min"
    return f"{elapsed:.1f} h" if elapsed < 48 else f"{elapsed / 24:.1f} days"
