"""Fixtures that every room's tests share."""

import pytest
from django.conf import settings


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """SQLite tests run on a file: Django's in-memory database ignores the busy timeout."""
    if settings.ON_SQLITE:
        database = settings.DATABASES["default"]
        database["TEST"]["NAME"] = f"{database['NAME']}-test"
