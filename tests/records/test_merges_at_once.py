"""Two who merge the same people at once: everyone still points to the one person that they are."""

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import transaction
from django.utils import timezone

from leadhub.records import merging
from leadhub.records.models import Contact, Merge
from tests.at_once import in_thread, meanwhile, together, until_it_waits

AT = timezone.now()


@pytest.fixture
def three(transactional_db) -> list[Contact]:
    return [Contact.objects.create(email=f"{n}@example.com") for n in range(3)]


def by_hand(loser, survivor):
    merging.merge(loser=loser, survivor=survivor, by=None, at=AT)


def by_message(loser, survivor):
    with transaction.atomic():
        merging.join([merging.Join(loser, survivor, Merge.Cause.IDENTIFY, AT)])


@pytest.mark.parametrize("again", [by_hand, by_message])
def test_who_is_merged_into_somebody_who_just_was(three, again):
    top, middle, last = three
    assert meanwhile(lambda: by_hand(middle, top), lambda: again(last, middle)) is None
    assert {c.pk: c.root_id for c in Contact.objects.all()} == {
        top.pk: None, middle.pk: top.pk, last.pk: top.pk,
    }  # fmt: skip


@pytest.mark.parametrize("again", [by_hand, by_message])
def test_who_just_got_somebody_is_merged_away(three, again):
    top, middle, last = three
    assert meanwhile(lambda: by_hand(last, middle), lambda: again(middle, top)) is None
    assert {c.pk: c.root_id for c in Contact.objects.all()} == {
        top.pk: None, middle.pk: top.pk, last.pk: top.pk,
    }  # fmt: skip


@pytest.mark.parametrize("decide", ["merge", "undo"])
def test_a_decision_that_crosses_with_intake_is_taken_all_the_same(three, decide):
    """Intake has written the one contact, and wants the other, which waits for the first one."""
    low, high, _ = three
    made = merging.merge(loser=high, survivor=low, by=None, at=AT) if decide == "undo" else None
    act = (lambda: undo(made)) if made else (lambda: by_hand(high, low))
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Contact.objects.filter(pk=high.pk).update(job_title="CEO")
        waiting = pool.submit(in_thread, act)
        until_it_waits(waiting)
        # Of two who wait for each other PostgreSQL breaks off who began to wait first.
        time.sleep(0.2)
        Contact.objects.filter(pk=low.pk).update(job_title="CTO")
    assert waiting.result(timeout=60) is None
    assert Contact.objects.get(pk=high.pk).root_id == (None if made else low.pk)
    assert set(Contact.objects.values_list("job_title", flat=True)) == {"CEO", "CTO", ""}


ROUNDS, PEOPLE = 8, 8


def test_merges_that_cross_wait_for_one_another_and_end_well(transactional_db):
    """Each against its reverse, and along chains, some of them undone at the same moment."""
    random = Random(4)
    for _ in range(ROUNDS):
        people = [Contact.objects.create() for _ in range(PEOPLE)]
        merges = [by_hand_of(*random.sample(people, 2)) for _ in range(2)]
        merges += [by_hand_of(one, other) for one, other in crossing(random.sample(people, 4))]
        answers = [merge() for merge in merges[:2]]
        undoing = [lambda merge=merge: undo(merge) for merge in answers if merge is not None]
        answers = together(*merges[2:], *undoing)
        assert [a for a in answers if isinstance(a, Exception)] == []
        point_as_the_merges_say(people)


def by_hand_of(loser, survivor):
    """A function that merges them; it gives None where they are one already."""

    def merge():
        try:
            return merging.merge(loser=loser, survivor=survivor, by=None, at=AT)
        except merging.AlreadyOne:
            return None

    return merge


def undo(merge):
    merging.undo(merge=merge, by=None, at=AT)


def crossing(people) -> list[tuple[Contact, Contact]]:
    first, second, third, fourth = people
    return [(first, second), (second, first), (third, fourth), (fourth, first), (second, third)]


def point_as_the_merges_say(people) -> None:
    standing = Merge.objects.filter(undone_at=None, loser__in=people)
    survivors = dict(standing.values_list("loser", "survivor"))
    assert len(survivors) == standing.count(), "nobody is merged twice"
    for contact in Contact.objects.filter(pk__in=[person.pk for person in people]):
        end = merging.end_of(survivors, contact.pk)
        assert (contact.root_id or contact.pk) == end
