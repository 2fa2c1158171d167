"""The filters with which templates write numbers and times. One way each, everywhere."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from scoring.receipt_lines import written

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86400
NOTHING = "–"


@register.filter
def number(value: int | float | Decimal | None) -> str:
    """1234567 → 1,234,567. Nothing known → a dash."""
    return NOTHING if value is None or value == "" else f"{value:,}".replace("-", "−")


@register.filter
def value(said) -> str:
    """An attribute's value, whatever its type: 1,200 · yes · a, b · city: Bonn, zip: 53111."""
    if said is None or said == "":
        return NOTHING
    if isinstance(said, bool):
        return "yes" if said else "no"
    if isinstance(said, int | float):
        return number(said)
    if isinstance(said, list):
        return ", ".join(value(each) for each in said)
    if isinstance(said, dict):
        return ", ".join(f"{name}: {value(each)}" for name, each in said.items())
    return str(said)


@register.filter
def signed(value: int | None) -> str:
    """Points as they stand on a receipt: +8, −10, 0."""
    if value is None:
        return NOTHING
    return f"{value:+,}".replace("-", "−") if value else "0"


@register.filter
def percent(share: float | Decimal | None) -> str:
    """A share between 0 and 1 → whole percent; below 10 % with one decimal."""
    if share is None:
        return NOTHING
    parts = share * 100
    return f"{parts:.1f}%" if 0 < abs(parts) < 9.95 else f"{parts:.0f}%"


@register.filter
def money(amount: int | float | Decimal | None) -> str:
    """A sum as people say it: 950, 12.4k, 3.1m, 2.0bn, in the organisation's currency."""
    if amount is None:
        return NOTHING
    for size, letter in ((10**9, "bn"), (10**6, "m"), (10**4, "k")):
        if abs(amount) >= size:
            return f"{amount / (1000 if letter == 'k' else size):,.1f}{letter}"
    return f"{amount:,.0f}"


@register.filter
def in_words(seconds: float) -> str:
    """How long something takes: "40 s", "3 min" or "2.5 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 1.5 * HOUR else f"{seconds / HOUR:.1f} h"


def here(moment: datetime) -> datetime:
    """The moment by the organisation's clocks: nobody has another zone."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def how_long_ago(moment: datetime, now: datetime) -> str:
    """ "just now", "5 min ago", "3 h ago", "yesterday", "12 days ago", then the date."""
    seconds = (now - moment).total_seconds()
    if seconds < 0:
        return how_soon(-seconds, moment)
    if seconds < MINUTE:
        return "just now"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min ago"
    if seconds < DAY:
        return f"{int(seconds // HOUR)} h ago"
    days = int(seconds // DAY)
    if days < 30:
        return "yesterday" if days == 1 else f"{days} days ago"
    return written(here(moment).date())


def how_soon(seconds: float, moment: datetime) -> str:
    if seconds < HOUR:
        return f"in {max(1, int(seconds // MINUTE))} min"
    if seconds < DAY:
        return f"in {int(seconds // HOUR)} h"
    if seconds < 30 * DAY:
        days = int(seconds // DAY)
        return "tomorrow" if days == 1 else f"in {days} days"
    return written(here(moment).date())


@register.filter
def ago(moment: datetime | date | str | None) -> str:
    """How long ago it was, with the exact time as its title; a date, also as the ISO text of a
    frozen receipt, is written out.
    """
    if not moment:
        return NOTHING
    if isinstance(moment, str):
        moment = date.fromisoformat(moment)
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), written(moment))
    # Nothing in it needs to be escaped, and a list has dozens.
    return mark_safe(f"<time {exactly(moment)}>{how_long_ago(moment, timezone.now())}</time>")


@lru_cache(maxsize=4096)
def exactly(moment: datetime) -> str:
    """As attributes of a `time`."""
    local = here(moment)
    said = f"{local:%A, %-d %B %Y, %H:%M:%S %Z}"
    return f'datetime="{local.isoformat(timespec="seconds")}" title="{said}"'
