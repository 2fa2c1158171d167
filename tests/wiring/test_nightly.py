import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection

from leadhub import backup, heartbeats, nightly
from leadhub.intake.models import QuarantinedMessage, ReceivedBatch
from leadhub.models import Heartbeat
from leadhub.records.models import Source

# NIGHTLY_AT is 02:30 and the zone of the tests is Europe/Berlin.
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-03-02T01:29:59+00:00", "2026-03-01T01:30:00+00:00"),
        ("2026-03-02T01:30:00+00:00", "2026-03-02T01:30:00+00:00"),
        # In the night in which clocks jump from 02:00 to 03:00 it comes all the same.
        ("2026-03-29T12:00:00+00:00", "2026-03-29T01:30:00+00:00"),
        ("2026-07-01T00:31:00+00:00", "2026-07-01T00:30:00+00:00"),
        # When 02:30 comes twice, it is the first that counts.
        ("2026-10-25T00:30:00+00:00", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T01:30:00+00:00", "2026-10-25T00:30:00+00:00"),
    ],
)
def test_when_it_was_last_due(at, due):
    assert nightly.last_due(datetime.fromisoformat(at)) == datetime.fromisoformat(due)


@pytest.mark.django_db
def test_is_due_once_a_night():
    assert nightly.is_due(at=AT)
    heartbeats.beat(heartbeats.NIGHTLY, at=AT)
    assert not nightly.is_due(at=AT + timedelta(hours=16))
    assert nightly.is_due(at=AT + timedelta(hours=17))


@pytest.mark.django_db
def test_bodies_are_deleted_some_days_after_they_became_facts():
    source = Source.objects.create(name="Site", kind=Source.Kind.SERVER)
    kept = timedelta(days=settings.RECEIVED_BATCHES_KEPT_DAYS)

    def received(digested_at):
        return ReceivedBatch.objects.create(
            source=source,
            kind="track",
            body="{}",
            received_at=AT - timedelta(days=60),
            digested_at=digested_at,
        )

    pending = received(None)
    recent = received(AT - kept + timedelta(seconds=1))
    old = received(AT - kept - timedelta(seconds=1))
    message = QuarantinedMessage.objects.create(
        source=source, batch=old, body="{}", reason="Unclear", received_at=AT
    )

    nightly.purge_received_batches(at=AT)

    assert set(ReceivedBatch.objects.all()) == {pending, recent}
    message.refresh_from_db()
    assert message.batch is None


@pytest.mark.django_db
def test_a_part_that_fails_stops_no_other(monkeypatch):
    def scores(*, at):
        raise ValueError("broken on purpose")

    done = []
    monkeypatch.setattr(nightly, "PARTS", (scores, lambda *, at: done.append(at)))
    assert nightly.run(at=AT) == ["scores"]
    assert done == [AT]
    assert heartbeats.last(heartbeats.NIGHTLY) == AT


@pytest.mark.django_db
def test_machines_long_gone_are_forgotten():
    for name in ("now@old", "now@new", "sweep"):
        heartbeats.beat(name, at=AT - timedelta(days=1 if name == "now@new" else 30))
    heartbeats.forget_machines_long_gone(at=AT)
    assert {row.name for row in Heartbeat.objects.all()} == {"now@new", "sweep"}


@pytest.fixture
def backups(tmp_path, settings):
    settings.VAR = tmp_path
    return tmp_path / "backups"


on_sqlite = pytest.mark.skipif(not settings.ON_SQLITE, reason="PostgreSQL has its own backups")


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_backup_is_a_whole_database_that_only_its_owner_reads(backups):
    Source.objects.create(name="Site", kind=Source.Kind.SERVER)

    copy = backup.back_up(at=AT)

    assert copy == backups / "leadhub-20260302-090000.sqlite3"
    assert copy.stat().st_mode & 0o077 == 0
    with sqlite3.connect(copy) as restored:
        assert restored.execute("SELECT name FROM records_source").fetchall() == [("Site",)]


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_the_latest_seven_backups_are_kept(backups):
    copies = [backup.back_up(at=AT + timedelta(days=day)) for day in range(9)]
    assert sorted(backups.iterdir()) == copies[2:]


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_damaged_database_is_reported_and_replaces_no_backup(backups):
    good = backup.back_up(at=AT)
    with connection.cursor() as cursor:
        # Rows that break a constraint are what SQLite's own check calls damage, too.
        cursor.execute("PRAGMA ignore_check_constraints=ON")
        cursor.execute(
            "INSERT INTO users_user (email, role, name, is_active, password, date_joined) "
            "VALUES ('someone@example.com', 'unheard of', '', 1, '', '2026-01-01')"
        )
        cursor.execute("PRAGMA ignore_check_constraints=OFF")
    with pytest.raises(backup.DatabaseDamaged, match="users_user"):
        backup.back_up(at=AT + timedelta(days=1))
    assert list(backups.iterdir()) == [good]
