"""The same seed makes the same world: what is told, and what comes of it."""

from datetime import UTC, datetime

import pytest

from handoff.models import Transition
from leadhub.demo import calls, removal, world
from scoring.models import ScoreChange
from tests.demo.tiny import TINY

AT = datetime(2026, 3, 3, 11, 5, tzinfo=UTC)


def told(seed: int) -> list[calls.Call]:
    story = world.tell(at=AT, seed=seed, scale=0.02)
    return calls.numbered(story.calls, prefix="demo")


def test_the_same_seed_tells_the_same_story_and_another_seed_another():
    assert told(1) == told(1)
    assert told(1) != told(2)


@pytest.mark.django_db
def test_the_same_story_is_lived_the_same_way():
    first = lived()
    removal.remove(at=AT)
    assert first["verdicts"]
    assert lived() == first


def lived() -> dict[str, list]:
    world.make(at=AT, **TINY)
    verdicts = Transition.objects.order_by("at", "lead__contact__email", "version")
    changes = ScoreChange.objects.order_by("at", "contact__email", "definition__name", "pk")
    return {
        "verdicts": list(
            verdicts.values_list("at", "lead__contact__email", "to_stage", "by__email", "note")
        ),
        "scores": list(
            changes.values_list(
                "at", "contact__email", "definition__name", "behaviour_to", "fit_to", "cause"
            )
        ),
    }
