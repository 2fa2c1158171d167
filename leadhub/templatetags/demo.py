"""What every page says of demo data: the mark, and the tour."""

from django import template

from leadhub import onboarding
from leadhub.demo import tour as tours
from leadhub.demo.models import DemoWorld

register = template.Library()
# The stop that needs a key.
SENDS = "test-event"


@register.inclusion_tag("demo/_mark.html", takes_context=True)
def demo_mark(context) -> dict:
    """A quiet mark while a demo world is here. A query only where nobody is signed in: else it is
    known of the person.
    """
    user = context.get("user")
    is_signed_in = user is not None and user.is_authenticated
    known = getattr(user, "is_in_demo", None)
    return {
        "is_demo": DemoWorld.objects.exists() if known is None else known,
        "is_signed_in": is_signed_in,
    }


@register.inclusion_tag("demo/_tour.html", takes_context=True)
def tour(context) -> dict:
    """The stop of the tour that the person is at, and the ways on; nothing where there is no demo
    world, or where they have closed it. A query at the stop that sends something, else none.
    """
    request, user = context["request"], context.get("user")
    if not tours.is_here(user) or user.has_closed_tour:
        return {}
    stops = tours.shown_to(request)
    at = next((stop.number for stop in stops if stop.is_current), 0)
    return {
        "current": stops[at - 1] if at else None,
        "before": stops[at - 2] if at > 1 else None,
        "next": next_stop(stops, at),
        "stops": stops,
        "key": onboarding.browser_key() if at and stops[at - 1].key == SENDS else "",
        "csrf_token": context.get("csrf_token"),
        "here": request.get_full_path(),
    }


def next_stop(stops: list[tours.Shown], at: int) -> tours.Shown | None:
    """The one after the stop `at`; at first, 0, the first that the person may go to."""
    if at:
        return stops[at] if at < len(stops) else None
    return next((stop for stop in stops if stop.is_open), stops[0])
