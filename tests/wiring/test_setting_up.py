"""What can be set up stands in groups, and says what it is for."""

from django.contrib import admin

import leadhub.urls  # noqa: F401 (with the routes come the admin's pages)
from leadhub.setting_up import GROUPS, grouped
from tests.clients import signed_in


def test_every_model_of_the_admin_is_explained_and_nothing_else():
    registered = {model._meta.label_lower for model in admin.site._registry}
    explained = [label for group in GROUPS for label in group.models]

    assert len(explained) == len(set(explained))
    assert set(explained) == registered


def test_whoever_may_not_open_a_model_does_not_find_it(marketer, administrator):
    pages = {
        who: signed_in(user).get("/admin/").content.decode()
        for who, user in {"marketer": marketer, "administrator": administrator}.items()
    }

    assert "What makes somebody qualified" in pages["marketer"]
    assert "Who may sign in" not in pages["marketer"]
    assert "Who may sign in" in pages["administrator"]


def test_a_model_that_no_group_names_stands_under_its_app(marketer):
    unknown = {"model": type("Odd", (), {"_meta": type("Meta", (), {"label_lower": "odd.one"})})}

    assert grouped([{"name": "Odd", "models": [unknown]}]) == [{"name": "Odd", "models": [unknown]}]
