"""From nodes to a DuckDB expression with bound values: one small handler an operator.

The relation that the expression is used on has a column for each fixed field (`contact.job_title`
is `contact_job_title`), a column of JSON text for what lies below an open name (`properties`,
`contact_attributes`), `contact_email_is_free`, and, for attributes, `day`: the day as of which it
is asked. Expressions are used on what `folded` makes of that relation. They are true or false,
never null: what is unknown, or of another type than it is compared with, does not match. `fold`
must be registered with the connection.
"""

from collections.abc import Callable
from functools import singledispatchmethod

from leadhub.conditions.fields import Fields, Kind, split
from leadhub.conditions.fold import fold
from leadhub.conditions.nodes import All, Any, Comparison, Node, comparisons

IS_TEXT = "= 'VARCHAR'"
IS_NUMBER = "IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')"
IS_TRUTH = "= 'BOOLEAN'"
# What people call the types that are not numbers.
TYPES = {"VARCHAR": "text", "BOOLEAN": "truth", "ARRAY": "list", "OBJECT": "object"}
DATES = {"before", "after", "within_days"}
WITHIN_TEXT = {"contains", "starts_with", "path_matches"}
# Years that leave room for adding days to them.
DATE_PATTERN = "[1-8][0-9]{3}-[0-9]{2}-[0-9]{2}([T ].*)?"

HANDLERS: dict[str, Callable[["Compilation", Comparison], str]] = {}


def compares(operator: str):
    def register(handler):
        HANDLERS[operator] = handler
        return handler

    return register


class Compilation:
    """Expressions that share one set of bound values: pass `values` along when executing."""

    def __init__(self, fields: Fields):
        self.fields = fields
        self.values: dict[str, object] = {}
        self._folded: dict[str, str] = {}

    def bind(self, value: object) -> str:
        """The placeholder that stands in the SQL for a value."""
        name = f"value_{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    @singledispatchmethod
    def holds(self, node: Node) -> str:
        """Whether the node holds."""
        raise AssertionError(f"unknown node {node!r}")

    @holds.register
    def _(self, node: All) -> str:
        return f"({' AND '.join(map(self.holds, node.nodes))})"

    @holds.register
    def _(self, node: Any) -> str:
        return f"({' OR '.join(map(self.holds, node.nodes))})"

    @holds.register
    def _(self, node: Comparison) -> str:
        assert node.operator in HANDLERS, f"unknown operator {node.operator!r}"
        return f"coalesce({HANDLERS[node.operator](self, node)}, false)"

    def may_hold(self, node: Node) -> str:
        """Whether the node holds, or would if everything unknown turned out well."""
        if isinstance(node, Comparison):
            return f"({self.holds(node)} OR NOT {self.is_known(node.field)})"
        between = " AND " if isinstance(node, All) else " OR "
        return f"({between.join(map(self.may_hold, node.nodes))})"

    def flips(self, node: Node) -> list[str]:
        """For each comparison with today: the next day after `day` on which it turns, or null."""
        turns = self.turns(node)
        return [
            f"CASE WHEN {start} > day THEN {start} WHEN {end} > day THEN {end} END"
            for start, end in zip(turns[::2], turns[1::2], strict=True)
        ]

    def turns(self, node: Node) -> list[str]:
        """For each comparison with today: the day on which it begins to hold, and that after."""
        days = []
        for comparison in comparisons(node):
            if comparison.operator == "within_days":
                at, length = self.date(comparison.field), self.bind(comparison.value)
                days += [at, f"{at} + {length}::INTEGER"]
        return days

    def of_another_type(self, node: Comparison) -> str | None:
        """What type a known value has that the comparison can't compare: "text", "number",
        "truth", "list" or "object"; null where it can. None where every type will do.
        """
        if not self._is_open(node.field) or node.operator == "is_known":
            return None
        column, path = self.json_place(node.field)
        types = " ".join(f"WHEN '{name}' THEN '{words}'" for name, words in TYPES.items())
        return (
            f"CASE WHEN {self.is_known(node.field)} AND NOT ({self._compares_to(node)})"
            f" THEN CASE json_type({column}, {path}) {types} ELSE 'number' END END"
        )

    def _compares_to(self, node: Comparison) -> str:
        """Whether there is a value of the comparison's type."""
        values = node.value if isinstance(node.value, tuple) else (node.value,)
        if node.operator in DATES:
            readings = {self.date(node.field)}
        elif node.operator in WITHIN_TEXT:
            readings = {self.text(node.field)}
        else:
            readings = {self.typed(node.field, value) for value in values}
        return " OR ".join(f"{reading} IS NOT NULL" for reading in sorted(readings))

    def is_known(self, field: str) -> str:
        if not self._is_open(field):
            empty = "IS NOT NULL" if self._kind(field) is Kind.NUMBER else "<> ''"
            return f"coalesce({self._column(field)} {empty}, false)"
        column, path = self.json_place(field)
        return (
            f"coalesce(json_type({column}, {path}) <> 'NULL'"
            f" AND json_extract_string({column}, {path}) <> '', false)"
        )

    def text(self, field: str) -> str:
        """The folded text, a column that `folded` adds to the relation; null if there is none."""
        if field not in self._folded:
            raw = self._json_if(field, IS_TEXT) if self._is_open(field) else self._column(field)
            self._folded[field] = f"fold(nullif({raw}, ''))"
        return f"folded_{list(self._folded).index(field)}"

    def folded(self, relation: str) -> str:
        """The relation with the folded texts that the expressions made so far read: each text is
        folded once, however many of them ask for it.
        """
        columns = [f"{sql} AS folded_{n}" for n, sql in enumerate(self._folded.values())]
        return f"SELECT {', '.join(['*', *columns])} FROM {relation}"

    def number(self, field: str) -> str:
        if not self._is_open(field):
            return f"{self._column(field)}::DOUBLE"
        number = f"try_cast({self._json_if(field, IS_NUMBER)} AS DOUBLE)"
        return f"(CASE WHEN isfinite({number}) THEN {number} END)"

    def truth(self, field: str) -> str:
        return f"({self._json_if(field, IS_TRUTH)} = 'true')"

    def date(self, field: str) -> str:
        text = self._json_if(field, IS_TEXT)
        return (
            f"(CASE WHEN regexp_full_match({text}, '{DATE_PATTERN}', 's')"
            f" THEN try_cast(left({text}, 10) AS DATE) END)"
        )

    def typed(self, field: str, value: object) -> str:
        """The field's value as one of the type of `value`; null if it is of another."""
        if isinstance(value, bool):
            return self.truth(field)
        return self.text(field) if isinstance(value, str) else self.number(field)

    def bind_typed(self, value: object) -> str:
        if isinstance(value, bool):
            return self.bind(value)
        return self.bind(fold(value) if isinstance(value, str) else float(value))

    def _kind(self, field: str) -> Kind:
        kind = self.fields.kind_of(field)
        assert kind is not None, f"unknown field {field!r}"
        return kind

    def _is_open(self, field: str) -> bool:
        return self._kind(field) is Kind.OPEN

    def _column(self, field: str) -> str:
        self._kind(field)
        return field.replace(".", "_")

    def json_place(self, field: str) -> tuple[str, str]:
        """The column of JSON and the (bound) path in it of a field below an open name."""
        place = split(field, self.fields.below)
        assert place is not None, f"{field} is not below an open name"
        column, keys = place
        return column.replace(".", "_"), self.bind("$" + "".join(f'."{key}"' for key in keys))

    def _json_if(self, field: str, type_is: str) -> str:
        column, path = self.json_place(field)
        return (
            f"(CASE WHEN json_type({column}, {path}) {type_is}"
            f" THEN json_extract_string({column}, {path}) END)"
        )


@compares("is")
def _is(to: Compilation, node: Comparison) -> str:
    return f"{to.typed(node.field, node.value)} = {to.bind_typed(node.value)}"


@compares("is_not")
def _is_not(to: Compilation, node: Comparison) -> str:
    return f"{to.typed(node.field, node.value)} <> {to.bind_typed(node.value)}"


def _among(to: Compilation, node: Comparison, operator: str) -> str:
    """A value is compared with those of its own type: with none of them, it does not match."""
    of_type: dict[type, list] = {}
    for value in node.value:
        kind = float if isinstance(value, int) and not isinstance(value, bool) else type(value)
        of_type.setdefault(kind, []).append(value)
    parts = [
        f"coalesce({to.typed(node.field, values[0])} {operator}"
        f" ({', '.join(map(to.bind_typed, values))}), false)"
        for values in of_type.values()
    ]
    return f"({' OR '.join(parts)})"


@compares("is_one_of")
def _is_one_of(to: Compilation, node: Comparison) -> str:
    return _among(to, node, "IN")


@compares("is_not_one_of")
def _is_not_one_of(to: Compilation, node: Comparison) -> str:
    return _among(to, node, "NOT IN")


@compares("contains")
def _contains(to: Compilation, node: Comparison) -> str:
    return f"contains({to.text(node.field)}, {to.bind_typed(node.value)})"


@compares("starts_with")
def _starts_with(to: Compilation, node: Comparison) -> str:
    return f"starts_with({to.text(node.field)}, {to.bind_typed(node.value)})"


@compares("path_matches")
def _path_matches(to: Compilation, node: Comparison) -> str:
    pattern = to.bind(path_pattern(fold(node.value)))
    return f"regexp_full_match({to.text(node.field)}, {pattern}, 's')"


def path_pattern(glob: str) -> str:
    """`*` stands for anything within a part of the path, `**` for anything at all."""
    special = set("\\.+*?()|[]{}^$")
    pattern, rest = "", glob
    while rest:
        if rest.startswith("**"):
            pattern, rest = pattern + ".*", rest[2:]
        elif rest.startswith("*"):
            pattern, rest = pattern + "[^/]*", rest[1:]
        else:
            pattern, rest = pattern + ("\\" if rest[0] in special else "") + rest[0], rest[1:]
    return pattern


@compares("above")
def _above(to: Compilation, node: Comparison) -> str:
    return f"{to.number(node.field)} > {to.bind_typed(node.value)}"


@compares("at_least")
def _at_least(to: Compilation, node: Comparison) -> str:
    return f"{to.number(node.field)} >= {to.bind_typed(node.value)}"


@compares("below")
def _below(to: Compilation, node: Comparison) -> str:
    return f"{to.number(node.field)} < {to.bind_typed(node.value)}"


@compares("at_most")
def _at_most(to: Compilation, node: Comparison) -> str:
    return f"{to.number(node.field)} <= {to.bind_typed(node.value)}"


@compares("before")
def _before(to: Compilation, node: Comparison) -> str:
    return f"{to.date(node.field)} < {to.bind(node.value)}::DATE"


@compares("after")
def _after(to: Compilation, node: Comparison) -> str:
    return f"{to.date(node.field)} > {to.bind(node.value)}::DATE"


@compares("within_days")
def _within_days(to: Compilation, node: Comparison) -> str:
    return f"(day - {to.date(node.field)}) BETWEEN 0 AND {to.bind(node.value)} - 1"


@compares("is_known")
def _is_known(to: Compilation, node: Comparison) -> str:
    return to.is_known(node.field) if node.value else f"NOT {to.is_known(node.field)}"


@compares("is_free_mail")
def _is_free_mail(to: Compilation, node: Comparison) -> str:
    return f"{to._column(node.field)}_is_free = {to.bind(node.value)}"
