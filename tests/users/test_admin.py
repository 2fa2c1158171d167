"""Users and teams in the admin, as an administrator uses them."""

import pytest
from django.urls import reverse

from leadhub.users.models import User


@pytest.fixture
def admin(administrator, client_of):
    return client_of(administrator)


def test_every_page_opens(admin, administrator, team):
    pages = [
        reverse("admin:users_user_changelist"),
        reverse("admin:users_user_add"),
        reverse("admin:users_user_change", args=[administrator.pk]),
        reverse("admin:auth_user_password_change", args=[administrator.pk]),
        reverse("admin:users_team_changelist"),
        reverse("admin:users_team_change", args=[team.pk]),
    ]
    assert {admin.get(page).status_code for page in pages} == {200}


def test_a_rep_is_made_with_a_password_and_a_team(admin, team):
    url = reverse("admin:users_user_add")
    typed = {
        "email": "New@example.com",
        "name": "New",
        "role": "rep",
        "password1": "a long enough sentence",
        "password2": "a long enough sentence",
    }
    assert "choose one" in str(admin.post(url, typed).context["errors"])
    assert admin.post(url, typed | {"team": team.pk}).status_code == 302
    made = User.objects.get(email="new@example.com")
    assert (made.role, made.team) == ("rep", team)
    assert made.check_password("a long enough sentence")


def test_the_last_administrator_stays(admin, administrator):
    url = reverse("admin:users_user_change", args=[administrator.pk])
    typed = {"email": administrator.email, "name": "A", "role": "marketer", "is_active": "on"}
    assert "Nobody else administers" in str(admin.post(url, typed).context["errors"])
    administrator.refresh_from_db()
    assert administrator.role == "administrator"


def test_whoever_leaves_is_deactivated_and_never_deleted(admin, administrator, rep):
    admin.post(
        reverse("admin:users_user_changelist"),
        {"action": "deactivate", "_selected_action": [rep.pk, administrator.pk]},
    )
    rep.refresh_from_db()
    administrator.refresh_from_db()
    assert (rep.is_active, administrator.is_active) == (False, True)
    url = reverse("admin:users_user_delete", args=[rep.pk])
    assert admin.post(url, {"post": "yes"}).status_code == 403
