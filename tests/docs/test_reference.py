"""What the reference lists is what there is: no more, and no less."""

import re
from pathlib import Path

import pytest
from django.core.management import BaseCommand, get_commands, load_command_class
from django.urls import resolve, reverse
from django.utils import timezone

from leadhub import health
from leadhub.conditions.fields import ATTRIBUTES, EVENT
from leadhub.conditions.operators import OPERATORS
from leadhub.navigation import PAGES
from leadhub.users.access import ANYONE, ROLES, SIGNED_IN, Permission
from leadhub.users.models import Role
from tests.docs.documents import DOCS, DOCUMENTS, ROOT, first_column

API = DOCS / "reference/api.md"
COMMANDS = DOCS / "reference/commands.md"
CONDITIONS = DOCS / "reference/conditions.md"
KEYS = DOCS / "reference/keys.md"
PERMISSIONS = DOCS / "reference/permissions.md"
SETTINGS = DOCS / "reference/settings.md"
# Folders, and paths of the reader's own website.
ELSEWHERE = ("/etc/", "/opt/", "/var/", "/pricing", "/careers", "/en/pricing")
READ_SETTING = re.compile(r"env\.\w+(?:, |\(|,\s+)\"([A-Z_]+)\"")
READ_BY_SERVER = re.compile(r"(?:environ\.get|whole_number)\(\"([A-Z_]+)\"")


def read_by(module: str, pattern: re.Pattern) -> set[str]:
    return set(pattern.findall((ROOT / module).read_text()))


def test_every_setting_is_listed():
    listed = first_column(SETTINGS)
    read = read_by("leadhub/settings.py", READ_SETTING)
    of_the_server = read_by("leadhub/server.py", READ_BY_SERVER) - read
    assert sorted(listed) == sorted(read | of_the_server)
    assert set(first_column(SETTINGS, "## Of script/server only")) == of_the_server


def test_settings_are_in_one_table():
    """A second one would not be kept."""
    elsewhere = [document for document in DOCUMENTS if document != SETTINGS]
    names = "|".join(first_column(SETTINGS))
    for document in elsewhere:
        assert not re.search(rf"^\| `({names})` \|", document.read_text(), re.MULTILINE), document


def test_every_field_of_conditions_is_listed():
    for fields, heading in (
        (EVENT, "## Fields of an event"),
        (ATTRIBUTES, "## Fields of a contact and its company"),
    ):
        expected = {*fields.kinds, *(f"{name}.NAME" for name in fields.below)}
        assert set(first_column(CONDITIONS, heading)) == expected


def test_every_operator_is_listed():
    section = CONDITIONS.read_text().split("## Operators")[1]
    listed = re.findall(r"^\| (is[\w ]*|contains|starts with|matches the path) \|", section, re.M)
    assert listed == [operator.words for operator in OPERATORS.values()]


def rows_of(document: Path, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    section = document.read_text().split(f"{heading}\n", 1)[1]
    lines = re.search(r"(?:^\|[^\n]*\n)+", section, re.MULTILINE)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def marks(permission: Permission) -> list[str]:
    """A cell for each role, in the order of the roles."""
    return ["yes" if permission in ROLES[role] or permission is SIGNED_IN else "" for role in Role]


def test_every_permission_of_every_role_is_listed():
    asked = [one for one in Permission if one not in (ANYONE, SIGNED_IN)]
    listed = rows_of(PERMISSIONS, "# Roles and permissions")
    assert listed == [[one.value, *marks(one)] for one in asked]


def test_every_page_of_the_menu_is_listed():
    listed = rows_of(PERMISSIONS, "## In the menu")
    assert listed == [
        [page.title, f"`{reverse(page.route)}`", *marks(page.permission)] for page in PAGES
    ]


def test_every_command_is_listed():
    scripts = {f"script/{path.name}" for path in (ROOT / "script").iterdir()}
    listed = [name for name in first_column(COMMANDS) if name.startswith("script/")]
    assert sorted(listed) == sorted(scripts - {"script/environment"})
    own = {name for name, app in get_commands().items() if app == "leadhub"}
    assert set(first_column(COMMANDS, "## manage.py")) == own


@pytest.mark.parametrize("name", ["prepare", "demo", "change_time_zone", "watchdog"])
def test_every_option_of_a_command_is_named(name):
    """Those that it has beside Django's own."""
    parser = load_command_class("leadhub", name).create_parser("manage.py", name)
    djangos = BaseCommand().create_parser("manage.py", name)
    own = set(parser._option_string_actions) - set(djangos._option_string_actions)
    (row,) = (cells for cells in rows_of(COMMANDS, "## manage.py") if cells[0] == f"`{name}`")
    assert set(re.findall(r"`(--[\w-]+)", row[1])) == own


def test_every_key_of_the_inbox_is_listed():
    script = (ROOT / "static/js/inbox_keys.js").read_text()
    table = re.findall(r"\{ key: \"(.)\",(?: also: \"(.)\",)? label: \"([^\"]+)\"", script)
    keys = [
        [" or ".join(f"`{key.upper()}`" for key in (first, also) if key), label]
        for first, also, label in table
    ]
    listed = rows_of(KEYS, "really fires: an action that is not possible now has no key.")
    listed += rows_of(KEYS, "While leads are chosen, these decide for them:")
    assert sorted(listed) == sorted(keys)


def test_everything_that_readiness_asks_for_is_named(db):
    listed = set(first_column(API, "## Is it alive, is all at work?"))
    assert listed == {finding.name for finding in health.look_around(at=timezone.now())}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_addresses_that_are_named_exist(document):
    for address in re.findall(r"`(?:GET |POST )?(/[\w/.<> {}-]*)`", document.read_text()):
        if not address.startswith(ELSEWHERE):
            resolve(re.sub(r"<[^>]*>", "1", address))
