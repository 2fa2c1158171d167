"""The tags with which templates draw LeadHub's own components.

They need no `{% load %}`. How each is used stands at the top of its template in
`templates/components/`, and the page `styleguide` shows all of them. The small ones, of which a
list has one a row, are drawn here: a template of its own costs more than all that such a one says.
"""

from functools import cache

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html

from leadhub.colour_scheme import scheme_of
from leadhub.stencils import Stencil
from leadhub.templatetags.figures import ago, number
from leadhub.users.access import may, permission_of

register = template.Library()

FILTERS_IN_SIGHT = 6
TIMELINE_ENTRY = Stencil("components/_timeline_entry.html")
SCORE_CHIP = Stencil("components/_score_chip.html")
# Of a chip's bar the whole, and where the threshold is.
BAR, TICK = 36, 24
INTENT_BARS = {"high": 3, "medium": 2, "shallow": 1}
STAGE_TONES = {
    "queued": "violet",
    "accepted": "blue",
    "sql": "teal",
    "won": "green",
    "lost": "red",
    "recycled": "amber",
    "waiting": "amber",
}
COMPANY_TONES = {
    "opportunity": "teal",
    "customer": "green",
    "partner": "blue",
    "competitor": "red",
}


@register.simple_tag
@cache
def icon(name: str, label: str = "") -> str:
    """One of the icons in static/vendor/lucide/icons.svg; with a label, it is read out.

    A page has dozens of them, always the same few: each is put together once.
    """
    sprite = static("vendor/lucide/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            sprite,
            name,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', sprite, name
    )


@register.simple_tag(takes_context=True)
def colour_scheme(context) -> str:
    """The value of meta color-scheme: what the person chose, else what the system says."""
    return scheme_of(context.get("request"))


@register.simple_tag(takes_context=True)
def navigation(context) -> list[dict]:
    """The pages that the person may go to, and which of them this is."""
    here = context["request"].path
    pages = [
        {"title": page.title, "icon": page.icon, "href": reverse(page.route), "group": page.group}
        for page in context.get("pages", [])
    ]
    for page in pages:
        page["is_current"] = here == page["href"] or here.startswith(page["href"].rstrip("/") + "/")
    return pages


@register.simple_tag
def filter_fields(filterset) -> dict:
    """The fields that stand in a list's bar of filters, and those behind its button."""
    fields = list(filterset.form)
    if len(fields) <= FILTERS_IN_SIGHT:
        return {"first": fields, "more": []}
    more = fields[FILTERS_IN_SIGHT - 1 :]
    return {
        "first": fields[: FILTERS_IN_SIGHT - 1],
        "more": more,
        "more_in_use": any(field.data for field in more),
    }


@register.simple_tag
def score_chip(total: int | None, threshold: int | None = None, size: str = "") -> str:
    """`threshold` is the live definition's; without it there is a number and no bar."""
    is_measured = bool(threshold) and total is not None
    return SCORE_CHIP(
        written=number(total),
        total=str(total) if is_measured else "",
        threshold=str(threshold) if is_measured else "",
        bar=str(BAR),
        tick=str(TICK),
        fill=str(max(0, min(BAR, round(TICK * total / threshold)))) if is_measured else "",
        reached=is_measured and total >= threshold,
        size=size,
    )


@register.simple_tag
@cache
def grade_badge(grade: str, band: int | None = None) -> str:
    """How well someone fits (A to D) and, where given, the engagement band (1 to 4):
    {% grade_badge score.grade score.band %}.
    """
    if not grade:
        return format_html('<span class="faint">{}</span>', "–")
    return format_html(
        '<span class="grade grade--{}" title="Fit {}{}"><span>{}{}</span></span>',
        grade.lower(),
        grade,
        f", engagement {band} of 4" if band else "",
        grade,
        format_html("<sub>{}</sub>", band) if band else "",
    )


@register.simple_tag
@cache
def stage_badge(stage: str, label: str) -> str:
    """Where a lead stands: {% stage_badge lead.stage lead.get_stage_display %}."""
    return dotted(label, STAGE_TONES.get(stage))


@register.simple_tag
def company_badge(company) -> str:
    """What a company is to us: {% company_badge company %}."""
    return dotted(company.get_status_display(), COMPANY_TONES.get(company.status))


def dotted(label: str, tone: str | None) -> str:
    toned = f" badge--{tone}" if tone else ""
    return format_html('<span class="badge badge--dot{}">{}</span>', toned, label)


@register.inclusion_tag("components/_intent_chip.html")
def intent_chip(intent: str) -> dict:
    return {"intent": intent, "bars": INTENT_BARS.get(intent, 0)}


@register.inclusion_tag("components/_stat.html")
def stat(label: str, value, unit: str = "", hint: str = "", href: str = "", first=False) -> dict:
    return {
        "label": label, "value": value, "unit": unit, "hint": hint, "href": href, "first": first
    }  # fmt: skip


@register.inclusion_tag("components/_empty.html")
def empty_state(title, text="", action="", href="", icon="inbox", boxed=False) -> dict:
    return {
        "title": title, "text": text, "action": action, "href": href, "icon": icon, "boxed": boxed
    }  # fmt: skip


@register.simple_tag(takes_context=True)
def first_steps(context) -> str:
    """The address of the steps to the first lead; "" for whom they are not."""
    return reverse("start") if may(context["request"].user, permission_of("start")) else ""


@register.simple_tag
def avatar(whose: object, shape: str = "", size: str = "") -> str:
    """The initials of a person, or of a company with shape="company"; or of a name. Decoration: the
    name stands beside it.
    {% avatar contact %} {% avatar company "company" %} {% avatar contact size="large" %}
    """
    words = [word for word in str(whose).replace("@", " ").split() if word[0].isalnum()]
    letters = "".join(word[0] for word in (words[:1] + words[1:][-1:]))
    kinds = "".join(f" avatar--{kind}" for kind in (shape, size) if kind)
    return format_html('<span class="avatar{}" aria-hidden="true">{}</span>', kinds, letters or "?")


@register.simple_tag
def two_lines(text, nothing: str = "–", beside="") -> str:
    """Words of a cell that may be long, whole in their title; `nothing` stands where there are
    none, and `beside`, paler, after either:
    {% two_lines lead.source %} {% two_lines lead.team "Every team's" beside=lead.owner %}
    """
    known = "" if text is None else str(text)
    words, after = known or nothing, f" · {beside}" if beside else ""
    return format_html(
        '<span class="two-lines"{}>{}{}</span>',
        format_html(' title="{}{}"', words, after) if known or after else "",
        words,
        format_html('<span class="muted">{}</span>', after) if after else "",
    )


@register.simple_tag
def timeline_entry(entry, judges_bots: bool = False) -> str:
    """A row of a timeline; for who judges bots, with the way to say so of whoever sent it."""
    event = entry["event"]
    return TIMELINE_ENTRY(
        icon=icon(entry["icon"] or "circle"),
        tone=entry["tone"],
        title=entry["title"],
        text=entry["text"],
        is_bot=entry["is_bot"],
        event=str(event.pk) if judges_bots and event else "",
        at=ago(entry["at"]),
    )


@register.inclusion_tag("components/_breadcrumbs.html")
def breadcrumbs(*steps) -> dict:
    """Label, route name, label, route name, …, and at the end the label of this page."""
    *pairs, here = steps
    trail = [
        {"label": label, "href": reverse(route)}
        for label, route in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    return {"trail": trail, "here": here}


@register.inclusion_tag("components/_sort_header.html", takes_context=True)
def sort_header(context, label: str, ordering: str, number: bool = False) -> dict:
    """The head of a column by which a list can be sorted; `ordering` such as "-score"."""
    request = context["request"]
    chosen = request.GET.get("sort", context.get("sort", ""))
    opposite = ordering.removeprefix("-") if ordering.startswith("-") else f"-{ordering}"
    wanted = opposite if chosen == ordering else ordering
    return {
        "label": label,
        "is_number": number,
        "direction": "" if chosen not in (ordering, opposite)
        else "descending" if chosen.startswith("-") else "ascending",
        "href": query_with(request, sort=wanted, page=None),
    }  # fmt: skip


@register.inclusion_tag("components/_chart.html")
def chart(figure, tabled: bool = False) -> dict:
    """`figure` is a `leadhub.charts.Chart`; `tabled`: the page has its numbers in a table."""
    return {"figure": figure, "tabled": tabled}


@register.simple_tag(takes_context=True)
def address_with(context, **changes) -> str:
    """This page's query string with some parameters changed; None takes one away."""
    return query_with(context["request"], **changes)


def query_with(request, **changes) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"
