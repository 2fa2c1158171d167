"""Leads as a person saw them: each named by its id and its version, such as "17:3"."""

from collections.abc import Iterable

from leadhub.ids import id_in


def key_of(lead_id: int, version: int) -> str:
    return f"{lead_id}:{version}"


def versions_seen(keys: Iterable[str]) -> dict[int, int]:
    """Lead → the version seen, in their order; what names no lead is left out."""
    pairs = ((id_in(lead), id_in(version)) for lead, _, version in (k.partition(":") for k in keys))
    return {lead: version for lead, version in pairs if None not in (lead, version)}
