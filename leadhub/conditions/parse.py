"""From the stored JSON to nodes, refusing what can't be compared and naming the place."""

from leadhub.conditions.fields import Fields
from leadhub.conditions.nodes import All, Any, Comparison, Node
from leadhub.conditions.operators import OPERATORS

GROUPS = {"all": All, "any": Any}
DEEPEST = 4


class ConditionError(ValueError):
    """`place` is the row's number, such as "2" or "2.1" within a group; "" for the whole."""

    def __init__(self, place: str, reason: str):
        self.place = place
        self.reason = reason
        super().__init__(f"conditions, row {place}: {reason}" if place else f"conditions: {reason}")


def parse(stored: object, fields: Fields, *, place: str = "") -> Node:
    """Nodes of the stored JSON, such as {"all": [{"field": "name", "is": "Demo Requested"}]}.

    Raises ConditionError, which says in which row what is wrong.
    """
    if not isinstance(stored, dict):
        raise ConditionError(place, "needs a field and what to compare it with")
    group = next((GROUPS[key] for key in GROUPS if key in stored), None)
    if group is None:
        return _comparison(stored, fields, place)
    [rows, *others] = stored.values()
    if others or not isinstance(rows, list):
        raise ConditionError(place, 'a group is "all" or "any" with a list of rows')
    if not rows:
        raise ConditionError(place, "needs at least one row")
    if place.count(".") >= DEEPEST:
        raise ConditionError(place, "is nested too deeply")
    return group(
        tuple(
            parse(row, fields, place=f"{place}.{number}" if place else str(number))
            for number, row in enumerate(rows, start=1)
        )
    )


def _comparison(row: dict, fields: Fields, place: str) -> Comparison:
    field = row.get("field")
    kind = fields.kind_of(field) if isinstance(field, str) else None
    if kind is None:
        raise ConditionError(place, f"there is no field {field!r}")
    keys = [key for key in row if key != "field"]
    if len(keys) != 1 or keys[0] not in OPERATORS:
        raise ConditionError(place, f"needs exactly one of {', '.join(OPERATORS)}")
    [key] = keys
    operator, value = OPERATORS[key], row[key]
    if kind not in operator.kinds:
        raise ConditionError(place, f"“{operator.words}” can't compare {field}, {kind.value}")
    if operator.needs_today and not fields.know_today:
        raise ConditionError(place, f"“{operator.words}” is for attributes only")
    if complaint := operator.complaint(value, kind):
        raise ConditionError(place, f"“{operator.words}” {complaint}")
    return Comparison(field, key, tuple(value) if isinstance(value, list) else value)
