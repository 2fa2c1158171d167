"""What the reference lists is what there is: no more, and no less."""

import re

from leadhub.conditions.fields import ATTRIBUTES, EVENT
from leadhub.conditions.operators import OPERATORS
from tests.docs.documents import DOCS, DOCUMENTS, ROOT, first_column

SETTINGS = DOCS / "reference/settings.md"
CONDITIONS = DOCS / "reference/conditions.md"
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
