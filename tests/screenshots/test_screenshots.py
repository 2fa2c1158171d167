"""`script/screenshots`: it photographs what it is asked for, and forgets no page."""

import os
import subprocess
import sys

import pytest
from django.urls import reverse
from PIL import Image

from leadhub.users.models import Role
from screenshots.contact_sheet import write_contact_sheet
from screenshots.documentation import FOLDER, PICTURES, compressed
from screenshots.sights import SIGHTS, sights_of_admin, sights_of_routes
from tests.clients import signed_in
from tests.routes.examples import World, examples
from tests.running import ROOT


@pytest.fixture
def world(db, team, user_of, rep_of_other_team) -> World:
    return World(team, {role: user_of(role) for role in Role}, rep_of_other_team)


def test_every_page_about_something_is_photographed(world):
    client = signed_in(world.users[Role.ADMINISTRATOR])
    photographed = {sight.route for sight in SIGHTS}
    forgotten = [
        name
        for name, example in examples().items()
        if name not in photographed
        and b"<html" in client.get(reverse(name, kwargs=example.build(world))).content[:200]
    ]

    assert forgotten == [], "list them in screenshots/sights.py"


@pytest.mark.django_db
def test_pages_about_nothing_are_found_by_themselves(rep, marketer, manager, administrator):
    found = {sight.route for sight in sights_of_routes()}

    assert "absences" in found
    assert found.isdisjoint({"healthz", "home", "sign-out", "notices-count", "inbox-rows"})


@pytest.mark.django_db
def test_what_the_documentation_shows_is_a_sight(administrator):
    names = [sight.name for sight in (*SIGHTS, *sights_of_admin())]

    assert len(names) == len(set(names))
    assert {picture.sight for picture in PICTURES} <= set(names)
    assert {f"{picture.name}.png" for picture in PICTURES} == set(os.listdir(FOLDER))


@pytest.mark.browser
def test_two_pages_of_an_empty_leadhub(tmp_path):
    chosen = ["--only", "sign-in-refused", "--only", "contacts-nothing-found", "--width", "390"]
    command = [sys.executable, "-m", "screenshots", "--of", "empty", "--into", tmp_path, *chosen]
    subprocess.run(command, cwd=ROOT, check=True)

    made = sorted((tmp_path / "empty").iterdir())

    assert [path.name for path in made] == [
        "contacts-nothing-found-390-dark.png",
        "contacts-nothing-found-390-light.png",
        "sign-in-refused-390-dark.png",
        "sign-in-refused-390-light.png",
    ]
    dark, light = (Image.open(path).convert("L") for path in made[:2])
    assert (dark.width, light.width) == (390, 390)
    assert dark.getpixel((5, 300)) < 60 < 200 < light.getpixel((5, 300))
    assert "contacts-nothing-found-390-dark.png" in (tmp_path / "index.html").read_text()
    assert len(compressed(made[0].read_bytes())) < made[0].stat().st_size


def test_an_empty_folder_has_an_empty_sheet(tmp_path):
    assert "<img" not in write_contact_sheet(tmp_path).read_text()
