from datetime import timedelta

import pytest
from django.utils import timezone

from leadhub import heartbeats

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_at_work():
    at = timezone.now()
    for name in ("now@here", "bulk@here", heartbeats.SWEEP):
        heartbeats.beat(name, at=at)


def test_alive_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"alive": True}


def test_ready_when_all_is_at_work(client, all_at_work):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["wrong"] == []
    assert answer.json()["last_nightly_run"] is None


def test_names_what_was_never_seen(client):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["wrong"] == ["worker_now", "worker_bulk", "last_sweep"]
    assert answer.json()["database"] == answer.json()["broker"] == "reachable"


@pytest.mark.parametrize(
    ("name", "age", "wrong"),
    [
        ("now@here", timedelta(minutes=1), "worker_now"),
        ("bulk@here", timedelta(minutes=11), "worker_bulk"),
        (heartbeats.SWEEP, timedelta(minutes=1), "last_sweep"),
        (heartbeats.NIGHTLY, timedelta(hours=26), "last_nightly_run"),
    ],
)
def test_names_what_was_not_seen_for_long(client, all_at_work, name, age, wrong):
    heartbeats.beat(name, at=timezone.now() - age, every=timedelta(0))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["wrong"]) == (503, [wrong])


def test_one_worker_of_a_queue_is_enough(client, all_at_work):
    heartbeats.beat("now@stopped", at=timezone.now() - timedelta(hours=1))
    assert client.get("/readyz").status_code == 200
