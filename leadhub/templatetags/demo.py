"""The mark of demo data on every page."""

from django import template

from leadhub.demo.models import DemoWorld

register = template.Library()


@register.inclusion_tag("demo/_mark.html", takes_context=True)
def demo_mark(context) -> dict:
    """A quiet mark while a demo world is here. One query, of a table with a row at most."""
    user = context.get("user")
    return {
        "is_demo": DemoWorld.objects.exists(),
        "is_signed_in": user is not None and user.is_authenticated,
    }
