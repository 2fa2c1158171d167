import sqlite3

import pytest
from django.conf import settings
from django.core.checks import run_checks

pytestmark = pytest.mark.skipif(not settings.ON_SQLITE, reason="about SQLite")


@pytest.mark.parametrize(("version", "ids"), [((3, 40, 1), ["leadhub.I001"]), ((3, 51, 3), [])])
def test_says_whether_this_sqlite_is_sound(monkeypatch, version, ids):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    found = run_checks(tags=["database"], databases=["default"])
    assert [message.id for message in found if message.id.startswith("leadhub")] == ids
