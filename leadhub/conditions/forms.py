"""A form field for conditions: groups of rows of field, operator and value.

It works without JavaScript, by spare empty rows; `static/js/conditions.js` adds rows on demand.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from django import forms
from django.urls import reverse

from leadhub.conditions import rows
from leadhub.conditions.fields import Fields
from leadhub.conditions.nodes import Node
from leadhub.conditions.operators import offered
from leadhub.conditions.parse import ConditionError, parse

MOST_GROUPS, MOST_ROWS = 50, 500
JOINED = (("all", "all of these"), ("any", "any of these"))
NO_CONDITIONS = "Give at least one condition: without any it would hold for everything."


@dataclass(frozen=True)
class ShownRow:
    """A row with the operators that it offers, and what is wrong with it; '' if nothing is."""

    row: rows.Row
    operators: list[tuple[str, str]]
    complaint: str


class ConditionsWidget(forms.Widget):
    """Renders stored JSON, or `Rows` as they were typed. Nested deeper, it shows the JSON."""

    template_name = "conditions/rows.html"
    spare_rows = 1

    class Media:
        css = {"all": ["css/conditions.css"]}
        js = ["js/conditions.js"]

    def __init__(self, fields: Fields, attrs=None):
        super().__init__(attrs)
        self.fields = fields

    def use_required_attribute(self, initial):
        return False

    def id_for_label(self, id_):
        return f"{id_}-0-0-field" if id_ else id_

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        known = [*self.fields.kinds, *(f"{name}." for name in self.fields.below)]
        about = self.fields.about
        context.update(
            joined=JOINED,
            known=known,
            preview_url=reverse("condition-preview", args=[about]),
            fields_url=reverse("condition-fields", args=[about]),
            values_url=reverse("condition-values", args=[about]),
            operators_url=reverse("condition-operators", args=[about]),
        )
        try:
            shown = self.as_rows(value)
        except (ValueError, AttributeError):
            context["json"] = value if isinstance(value, str) else json.dumps(value, indent=1)
            return context
        groups = [self.with_spare_rows(group) for group in [*shown.groups, rows.Group()]]
        context["rows"] = rows.Rows(shown.joined, groups)
        return context

    def as_rows(self, value) -> rows.Rows:
        if isinstance(value, rows.Rows):
            return value
        return rows.from_json(value, self.fields) if value else rows.Rows()

    def with_spare_rows(self, group: rows.Group) -> rows.Group:
        spare = [rows.Row() for _ in range(self.spare_rows)]
        return rows.Group(group.joined, [self.shown(row) for row in [*group.rows, *spare]])

    def shown(self, row: rows.Row) -> ShownRow:
        operators = list(offered(self.fields, row.field, chosen=row.operator))
        return ShownRow(row, operators, complaint_about(row, self.fields))

    def value_from_datadict(self, data, files, name):
        """`Rows` as typed, without what was removed or left empty; or the JSON as typed."""
        if f"{name}-json" in data:
            return data[f"{name}-json"]
        groups = []
        for number in range(MOST_GROUPS):
            prefix = f"{name}-{number}"
            if f"{prefix}-0-field" not in data:
                break
            groups.append(rows.Group(joined(data, prefix), list(typed_rows(data, prefix))))
        return rows.Rows(joined(data, name), [group for group in groups if group.rows])

    def value_omitted_from_data(self, data, files, name):
        return f"{name}-json" not in data and f"{name}-0-0-field" not in data


def joined(data, prefix: str) -> str:
    return "any" if data.get(f"{prefix}-joined") == "any" else "all"


def typed_rows(data, prefix: str):
    for number in count():
        row = f"{prefix}-{number}"
        if f"{row}-field" not in data or number >= MOST_ROWS:
            return
        field, value = data[f"{row}-field"].strip(), data.get(f"{row}-value", "")
        if (field or value.strip()) and not data.get(f"{row}-remove"):
            yield rows.Row(field, data.get(f"{row}-operator", ""), value)


class ConditionsField(forms.Field):
    """Conditions on `fields` (EVENT or ATTRIBUTES); its value is the JSON that is stored."""

    default_error_messages = {"required": NO_CONDITIONS}

    def __init__(self, *, fields: Fields, **options):
        options.setdefault("widget", ConditionsWidget(fields))
        super().__init__(**options)
        self.fields = fields

    def to_python(self, value):
        if isinstance(value, rows.Rows):
            if wrong := list(complaints(value, self.fields)):
                raise forms.ValidationError(wrong)
            return rows.to_json(value, self.fields)
        if isinstance(value, str):
            return as_json(value)
        return value

    def validate(self, value):
        super().validate(value)
        if value is None:
            return
        try:
            parse(value, self.fields)
        except ConditionError as error:
            place = f"Row {error.place}: " if error.place else ""
            raise forms.ValidationError(f"{place}{error.reason}.") from error

    def has_changed(self, initial, data):
        """Whether it would store something else; how rows are grouped on screen is no change."""
        before = initial or None
        if before:
            try:
                before = rows.to_json(rows.from_json(before, self.fields), self.fields)
            except (ValueError, AttributeError):
                before = initial
        try:
            return before != self.to_python(data)
        except forms.ValidationError:
            return True


class ConditionsForm(forms.Form):
    """The conditions in what was sent, by whatever name another form has them there."""

    def __init__(self, fields: Fields, data):
        super().__init__(data)
        self.about = fields
        starts = (key.removesuffix(end) for end in ("-0-joined", "-json") for key in data
                  if key.endswith(end))  # fmt: skip
        self.name = min(starts, key=len, default="conditions")
        self.fields[self.name] = ConditionsField(fields=fields)

    def node(self) -> Node:
        """What the valid form says."""
        return parse(self.cleaned_data[self.name], self.about)


def complaints(typed: rows.Rows, fields: Fields) -> Iterator[str]:
    """What is wrong with the rows, each with its place in the form."""
    for number, group in enumerate(typed.groups, start=1):
        for place, row in enumerate(group.rows, start=1):
            if complaint := complaint_about(row, fields):
                of_group = f"Group {number}, row" if len(typed.groups) > 1 else "Row"
                yield f"{of_group} {place}: {complaint}."


def complaint_about(row: rows.Row, fields: Fields) -> str:
    """What is wrong with a row that somebody has begun; '' if nothing is."""
    if row == rows.Row():
        return ""
    try:
        parse(rows.comparison_of(row, fields), fields)
    except ConditionError as error:
        return error.reason
    return ""


def as_json(typed: str) -> object:
    if not typed.strip():
        return None
    try:
        return json.loads(typed)
    except RecursionError as error:
        raise forms.ValidationError("This is nested too deeply.") from error
    except ValueError as error:
        place = re.sub(r"\s*\(char.*", "", str(error))
        raise forms.ValidationError(f"This is no JSON: {place}.") from error
