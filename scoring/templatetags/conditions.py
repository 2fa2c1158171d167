"""How templates show conditions."""

from django import template

from leadhub.conditions.describe import describe
from leadhub.conditions.fields import ATTRIBUTES
from leadhub.conditions.parse import ConditionError, parse

register = template.Library()


@register.filter
def as_sentence(conditions) -> str:
    """Stored conditions about contacts as a sentence, or what is wrong with them."""
    try:
        return describe(parse(conditions, ATTRIBUTES))
    except ConditionError as error:
        return str(error)
