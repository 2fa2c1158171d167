"""Sources, and observations of people."""

from datetime import UTC, datetime, timedelta

import pytest

from leadhub.records import facts
from leadhub.records.models import Contact
from leadhub.records.observation import Observation

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def observe(server):
    """Records one observation: by our server, now, unless it says otherwise."""
    numbers = iter(range(10**6))

    def observe(kind="identify", *, days_ago=0, source=server, **said):
        at = NOW - timedelta(days=days_ago)
        return facts.record(
            [Observation(source, kind, f"m{next(numbers)}", at, NOW, **said)], at=NOW
        )

    return observe


@pytest.fixture
def contact(observe):
    """A function that makes a contact of an e-mail."""

    def make(email: str) -> Contact:
        observe(email=email)
        return Contact.objects.get(email=email)

    return make
