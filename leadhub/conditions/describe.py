"""From nodes to a sentence that a person can read."""

from functools import lru_cache

from leadhub.conditions.fields import ATTRIBUTES
from leadhub.conditions.nodes import All, Any, Comparison, Node
from leadhub.conditions.operators import OPERATORS


def describe(node: Node) -> str:
    """Such as: kind is “page” and path starts with “/pricing”."""
    if isinstance(node, Comparison):
        return _comparison(node)
    assert isinstance(node, All | Any), f"unknown node {node!r}"
    between = " and " if isinstance(node, All) else " or "
    parts = [
        f"({describe(part)})" if isinstance(part, All | Any) and len(part.nodes) > 1
        else describe(part)
        for part in node.nodes
    ]  # fmt: skip
    return between.join(parts)


def _comparison(node: Comparison) -> str:
    field = name_of(node.field)
    words = OPERATORS[node.operator].words
    if node.operator in ("is_known", "is_free_mail"):
        return f"{field} {words if node.value else words.replace('is', 'is not', 1)}"
    if node.operator == "within_days":
        return f"{field} {words} {node.value} days"
    if isinstance(node.value, tuple):
        return f"{field} {words} {', '.join(map(_value, node.value))}"
    return f"{field} {words} {_value(node.value)}"


@lru_cache(maxsize=1024)
def name_of(field: str) -> str:
    """`contact.job_title` → “job title”, `company.industry` → “company industry”. What both have
    says of whom it is as well: `contact.country` → “contact country”.
    """
    of_both = f"company.{field.removeprefix('contact.')}" in ATTRIBUTES.kinds
    for start in ("properties.", "contact.attributes.", "contact."):
        if field.startswith(start) and not of_both:
            return field.removeprefix(start).replace("_", " ")
    return field.replace(".attributes.", " ").replace(".", " ").replace("_", " ")


def _value(value: object) -> str:
    return f"“{value}”" if isinstance(value, str) else str(value).lower()
