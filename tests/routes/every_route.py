"""Every route that the URL conf has."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """`name` is the view name as the middleware sees it; `arguments` are those of its path."""

    name: str
    arguments: frozenset[str]
    has_own_name: bool

    @property
    def is_admins(self) -> bool:
        return self.name.startswith("admin:")


def every_route() -> list[Route]:
    return list(dict.fromkeys(_routes(get_resolver(), (), frozenset())))


def _routes(resolver: URLResolver, namespaces: tuple, arguments: frozenset) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        taken = arguments | frozenset(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            name = ":".join((*namespaces, pattern.name or pattern.lookup_str))
            yield Route(name, taken, has_own_name=bool(pattern.name))
        else:
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _routes(pattern, inner, taken)
