"""Which source a write key belongs to, asked of the database at most every few seconds."""

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from time import monotonic
from typing import Any

from django.http import HttpRequest

from leadhub.intake.body import Refusal
from leadhub.intake.models import SourceKey

REMEMBERED_SECONDS = 3.0  # so a revoked key stops within seconds
REMEMBERED_KEYS = 10_000
LONGEST_KEY = 200
remembered: dict[str, tuple[float, int | None]] = {}


def source_of(key: str, *, on: date) -> int:
    """The number of the key's source. Raises Refusal for a key that is unknown or revoked.

    Notes at times that the key was used on that day.
    """
    if not key or len(key) > LONGEST_KEY:
        raise unknown()
    known = remembered.get(key)
    if known is None or known[0] < monotonic():
        known = (monotonic() + REMEMBERED_SECONDS, SourceKey.source_of(key, on=on))
        if len(remembered) >= REMEMBERED_KEYS:
            remembered.clear()
        remembered[key] = known
    if known[1] is None:
        raise unknown()
    return known[1]


def unknown() -> Refusal:
    return Refusal(401, "unknown_key", "This write key is not known, or no key was given.")


def key_in(request: HttpRequest, body: Mapping[str, Any]) -> str:
    """The write key: by Basic authentication, with or without its colon, or in the body."""
    said = body.get("writeKey")
    return key_in_header(request) or (said if isinstance(said, str) else "")


def key_in_header(request: HttpRequest) -> str:
    scheme, _, encoded = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        return ""
