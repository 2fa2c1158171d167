"""Handed over at once, so many a day: of those qualified already the best come first."""

import pytest

from handoff.handover import hand_over
from handoff.models import Held, Lead
from scoring.models import Definition
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_contact,
    a_new_version,
    a_qualified_contact,
    a_score,
)

pytestmark = pytest.mark.django_db


def a_backlog(*, fits: tuple[int, ...], a_day: int) -> tuple[Definition, list]:
    """A version that has just gone live, under which people of these fits qualify already."""
    people = [a_qualified_contact() for _ in fits]
    live = a_new_version(at=NOW, handover=Definition.Handover.AT_ONCE, a_day=a_day)
    for person, fit in zip(people, fits, strict=True):
        a_score(person, fit=fit, definition=live, scored_at=NOW - HOUR)
    return live, people


def hand_over_all(at) -> None:
    while hand_over(at=at):
        pass


def handed_over() -> list:
    return [lead.contact for lead in Lead.objects.order_by("pk")]


def test_the_best_come_first_and_the_others_on_the_days_after():
    _, people = a_backlog(fits=(21, 25, 23, 24, 22), a_day=2)
    worst_to_best = [people[0], people[4], people[2], people[3], people[1]]
    hand_over_all(NOW)
    assert handed_over() == [people[1], people[3]]
    assert Held.objects.count() == 3
    hand_over_all(NOW + HOUR)
    assert len(handed_over()) == 2
    hand_over_all(NOW + DAY)
    hand_over_all(NOW + 2 * DAY)
    assert handed_over() == worst_to_best[::-1]
    assert not Held.objects.exists()


def test_who_qualifies_anew_is_not_kept_waiting_and_takes_room_from_the_backlog():
    live, people = a_backlog(fits=(21, 22), a_day=1)
    for _ in range(2):
        newly = a_contact()
        a_score(newly, definition=live, scored_at=NOW + HOUR)
    hand_over_all(NOW + 2 * HOUR)
    assert len(handed_over()) == 2
    assert not set(handed_over()) & set(people)
    hand_over_all(NOW + DAY)
    assert handed_over()[-1] == people[1]


def test_many_at_a_time_are_still_no_more_than_the_day_has_room_for():
    a_backlog(fits=(21, 22, 23, 24, 25), a_day=3)
    while hand_over(at=NOW, limit=1):
        pass
    assert len(handed_over()) == 3
