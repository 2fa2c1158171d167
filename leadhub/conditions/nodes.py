"""What a condition is made of. Nodes come from `parse`, which has checked them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True)
class Comparison:
    """One row: a field, an operator of `operators.OPERATORS`, and its value (a list as tuple)."""

    field: str
    operator: str
    value: object


@dataclass(frozen=True)
class All:
    nodes: tuple["Node", ...]


@dataclass(frozen=True)
class Any:
    nodes: tuple["Node", ...]


Node = Union[All, Any, Comparison]  # noqa: UP007 - the classes above don't know each other


def comparisons(node: Node) -> Iterator[Comparison]:
    """All comparisons of a node, in their order."""
    if isinstance(node, Comparison):
        yield node
    else:
        for part in node.nodes:
            yield from comparisons(part)
