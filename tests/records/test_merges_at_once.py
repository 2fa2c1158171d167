"""Two who merge the same people at once: everyone still points to the one person that they are."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from leadhub.records import merging
from leadhub.records.models import Contact, Merge

AT = timezone.now()


def until_somebody_waits() -> None:
    """On SQLite nobody else writes meanwhile anyway."""
    while not settings.ON_SQLITE:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)


def meanwhile(first, second) -> None:
    """Runs `second` while the transaction of `first` has done its work and is not over yet."""

    def in_thread():
        try:
            second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(in_thread)
            until_somebody_waits()
        waiting.result(timeout=60)


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
    meanwhile(lambda: by_hand(middle, top), lambda: again(last, middle))
    assert {c.pk: c.root_id for c in Contact.objects.all()} == {
        top.pk: None, middle.pk: top.pk, last.pk: top.pk,
    }  # fmt: skip


@pytest.mark.parametrize("again", [by_hand, by_message])
def test_who_just_got_somebody_is_merged_away(three, again):
    top, middle, last = three
    meanwhile(lambda: by_hand(last, middle), lambda: again(middle, top))
    assert {c.pk: c.root_id for c in Contact.objects.all()} == {
        top.pk: None, middle.pk: top.pk, last.pk: top.pk,
    }  # fmt: skip
