"""Fixtures that every room's tests share: people, their clients, a browser, a running LeadHub."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from leadhub.users.models import Role, Team, User
from tests.clients import signed_in

pytest_plugins = ["tests.browser", "tests.databases", "tests.running", "tests.sources"]


@pytest.fixture(scope="session", autouse=True)
def emptied_tables_may_hold_published_versions():
    """Tests that commit empty every table afterwards, row by row on SQLite: the triggers that
    keep published versions from being deleted step aside for that.
    """
    if not settings.ON_SQLITE:
        yield
        return
    from scoring import immutability

    with pytest.MonkeyPatch.context() as patch:
        emptying = type(connection.ops).sql_flush

        def without_guard(operations, *args, **options):
            guarded = operations.connection
            return [
                *immutability.unguarding(guarded),
                *emptying(operations, *args, **options),
                *immutability.guarding(guarded),
            ]

        patch.setattr(type(connection.ops), "sql_flush", without_guard)
        yield


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hashing that is slow on purpose would be most of what some tests do."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Tests with a browser run one after another, and so do those that start servers; those that
    try many random worlds are slow, and tried once where no database sees the worlds.
    """
    for item in items:
        for marker in ("browser", "servers"):
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.xdist_group(marker))
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.slow)
            if not item.get_closest_marker("django_db"):
                item.add_marker(pytest.mark.no_database)


@pytest.fixture
def team(db) -> Team:
    return Team.objects.create(name="North")


@pytest.fixture
def other_team(db) -> Team:
    return Team.objects.create(name="South")


@pytest.fixture
def user_of(db, team):
    """A function that makes a user: user_of(Role.REP), user_of(Role.REP, team=other_team)."""

    def make(role: Role, *, team: Team | None = team, email: str = "") -> User:
        number = User.objects.count() + 1
        return User.objects.create_user(
            email or f"{role.value}{number}@example.com",
            role=role,
            name=f"{role.label} {number}",
            team=team if role == Role.REP else None,
        )

    return make


@pytest.fixture
def rep(user_of) -> User:
    return user_of(Role.REP)


@pytest.fixture
def rep_of_other_team(user_of, other_team) -> User:
    return user_of(Role.REP, team=other_team)


@pytest.fixture
def marketer(user_of) -> User:
    return user_of(Role.MARKETER)


@pytest.fixture
def manager(user_of) -> User:
    return user_of(Role.MANAGER)


@pytest.fixture
def administrator(user_of) -> User:
    return user_of(Role.ADMINISTRATOR)


@pytest.fixture
def client_of(db):
    """A function that gives a client in which the user is signed in: client_of(rep)."""

    return signed_in


@pytest.fixture
def rep_client(rep, client_of) -> Client:
    return client_of(rep)


@pytest.fixture
def other_rep_client(rep_of_other_team, client_of) -> Client:
    return client_of(rep_of_other_team)


@pytest.fixture
def marketer_client(marketer, client_of) -> Client:
    return client_of(marketer)


@pytest.fixture
def manager_client(manager, client_of) -> Client:
    return client_of(manager)


@pytest.fixture
def administrator_client(administrator, client_of) -> Client:
    return client_of(administrator)


@pytest.fixture(autouse=True)
def published_versions_are_forgotten():
    """Each test starts with version numbers and ids of its own."""
    from scoring import versions

    yield
    versions.remembered.cache_clear()
