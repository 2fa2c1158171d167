"""Generated from the URL conf: who is let in where, by `access.ROUTES` and by scope."""

from collections.abc import Iterator

import pytest
from django.contrib.admin import site
from django.urls import reverse

import leadhub.urls  # noqa: F401 (with the routes come the admin's pages)
from leadhub.users.access import ROUTES, Permission, may, permission_of
from leadhub.users.models import Role
from tests.clients import signed_in
from tests.routes.every_route import Route, every_route
from tests.routes.examples import Example, Scope, World, examples

# A page, a way to one, "only by POST", "not without a body" or a source's key, and /readyz where
# no worker runs.
ALLOWED = (200, 302, 400, 401, 405, 503)
# Ledgers are read-only for everyone, and completion wants to know of what.
REFUSED_BY_THE_ADMIN_ITSELF = ("_add", "_delete", ":autocomplete")

# There is one sign-in page; the admin's own address of one leads there.
SENDS_TO_SIGN_IN = "admin:login"


@pytest.fixture
def world(db, team, user_of, rep_of_other_team) -> World:
    return World(team, {role: user_of(role) for role in Role}, rep_of_other_team)


def test_every_route_is_listed():
    unlisted = {route.name for route in every_route() if permission_of(route.name) is None}
    # Django's admin redirects its oldest addresses by routes without names: closed, as intended.
    unlisted -= {"admin:django.views.generic.base.RedirectView"}
    assert not unlisted, f"state their permission in leadhub/users/access.py: {unlisted}"


def test_every_listing_is_of_a_route_that_exists():
    names = {route.name for route in every_route()}
    stale = {listed for listed in ROUTES if not listed.endswith("*") and listed not in names}
    assert not stale


def test_every_route_with_arguments_has_an_example():
    with_arguments = {r.name for r in every_route() if r.arguments and not r.is_admins}
    missing, unknown = with_arguments - set(examples()), set(examples()) - with_arguments
    assert not missing, f"give examples in tests/<room>/route_examples.py: {missing}"
    assert not unknown


@pytest.mark.parametrize("who", ["anonymous", *Role])
def test_each_role_is_let_in_exactly_where_it_may(world, who):
    user = None if who == "anonymous" else world.users[who]
    wrong = []
    for route, path, example in addresses(world):
        get, post = both_methods(user)
        if is_permitted(user, permission_of(route.name)):
            fine = is_let_in(get(path), route, example)
        else:
            fine = is_refused(get(path), user) and is_refused(post(path), user)
        if not fine:
            wrong.append(f"{route.name} {path}: {get(path).status_code}")
    assert not wrong


def test_what_belongs_to_a_team_does_not_exist_for_a_rep_of_another(world):
    other = world.rep_of_other_team
    wrong = []
    for route, path, example in addresses(world):
        if example is None or not may(other, permission_of(route.name)):
            continue
        statuses = {method(path).status_code for method in both_methods(other)} - {405}
        if (statuses == {404}) != (example.scope is Scope.TEAM):
            wrong.append(f"{route.name} {path}: {statuses}")
    assert not wrong


def both_methods(user) -> tuple:
    client = signed_in(user)
    return client.get, client.post


def addresses(world: World) -> Iterator[tuple[Route, str, Example | None]]:
    """Every route with a path to ask for, and the example that its arguments are from."""
    known = examples()
    for route in every_route():
        if not route.has_own_name:
            continue
        if route.is_admins:
            yield route, admin_path(route), None
        elif not route.arguments:
            yield route, reverse(route.name), None
        elif example := known.get(route.name):
            yield route, reverse(route.name, kwargs=example.build(world)), example


def admin_path(route: Route) -> str:
    """With arguments that name nothing: the admin asks for the permission before it looks."""
    arguments = dict.fromkeys(route.arguments, "0")
    if "app_label" in arguments:
        arguments["app_label"] = min(model._meta.app_label for model in site._registry)
    return reverse(route.name, kwargs=arguments)


def is_permitted(user, permission: Permission) -> bool:
    return permission is Permission.ANYONE or (user is not None and may(user, permission))


def is_refused(answer, user) -> bool:
    """Anonymous people are asked to sign in; others are refused."""
    if user is None:
        return answer.status_code == 302 and "sign-in?next=" in answer.headers["Location"]
    return answer.status_code == 403


def is_let_in(answer, route: Route, example: Example | None) -> bool:
    if "sign-in?next=" in answer.headers.get("Location", ""):
        return route.name == SENDS_TO_SIGN_IN
    if route.is_admins:
        return answer.status_code != 403 or route.name.endswith(REFUSED_BY_THE_ADMIN_ITSELF)
    return answer.status_code in (example.answers if example else ALLOWED)
