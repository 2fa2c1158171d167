"""Queries whose SQL is put together once, for what is asked thousands of times: by pages that
everybody opens all day, or of one lead after another.

Django puts together the SQL of a query each time it is asked; on a page of a dozen queries that is
a third of the work, and PostgreSQL's planning of it another. A prepared one is put together with
stand-ins for its values, and after that only the values are put in their places. PostgreSQL plans
it a few times a connection, and then no more: unless a plan for any values costs more than those
that it made for values it knew.
"""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connections
from django.db.models import QuerySet

# Such as no query says itself.
NUMBERS = 4_000_000_000_000_000_000
MOMENTS = datetime(9000, 1, 1, tzinfo=UTC)
TEXTS = "stands for a text \N{REPLACEMENT CHARACTER} "
TYPES = {int: "bigint", datetime: "timestamptz", str: "text"}
# Of each connection to PostgreSQL, the names of what it has planned.
PLANNED: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()
# PostgreSQL's codes: there is no such plan; what the plan gives is of other types now.
LOST = ("26000", "0A000")

Given = int | datetime | str | None


class Prepared:
    """Wraps a function that builds a queryset.

    Its positional arguments say what kind of query it is (a role, a view): the SQL is kept for
    each. The others are values: numbers, moments, texts, or None. Of them the SQL may depend on
    which are None, on nothing else.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self.build = build
        self.of_thread = threading.local()
        update_wrapper(self, build)

    def __call__(self, *kind, **values: Given) -> list:
        """The rows, as the queryset gives them."""
        kept = self.of_thread.__dict__
        shape = (kind, *((name, value is None) for name, value in values.items()))
        statement = kept.get(shape)
        if statement is None or not statement.is_of_this_connection:
            statement = kept[shape] = Statement(self.build, kind, values)
        return statement.rows(values)


class Statement:
    """One SQL text, and which of its parameters are which values."""

    def __init__(self, build: Callable[..., QuerySet], kind: tuple, values: dict):
        stand_ins = {name: stand_in(n, value) for n, (name, value) in enumerate(values.items())}
        self.queryset = build(*kind, **stand_ins)
        self.compiler = self.queryset.query.get_compiler(self.queryset.db)
        self.connection = self.compiler.connection
        self.sql, self.parameters = self.compiler.as_sql()
        self.places = self.places_of(stand_ins)
        self.plan = None
        if self.connection.vendor == "postgresql":
            self.plan = Plan(self.sql, self.parameters, self.places, values)
            self.sql, self.places = self.plan.execute, list(enumerate(self.plan.names))
            self.parameters = [None] * len(self.places)
        # From now on both are asked with the values of the moment.
        self.compiler.as_sql = lambda *_, **__: (self.sql, self.parameters)
        self.queryset.query.get_compiler = lambda *_, **__: self.compiler

    @property
    def is_of_this_connection(self) -> bool:
        return self.connection is connections[self.queryset.db]

    def places_of(self, stand_ins: dict[str, Given]) -> list[tuple[int, str]]:
        """Of each parameter that stands for a value its index and the value's name.

        Raises LookupError where the SQL, or a text among its parameters, holds what stands for a
        value: it would stay.
        """
        names = {self.adapted(value): name for name, value in stand_ins.items()}
        names.pop(None, None)
        texts = [one for one in self.parameters if isinstance(one, str) and one not in names]
        held = "\n".join((self.sql, *texts))
        if stuck := [name for value, name in names.items() if str(value) in held]:
            raise LookupError(f"The SQL holds these values itself: {stuck}")
        return [
            (index, names[parameter])
            for index, parameter in enumerate(self.parameters)
            if isinstance(parameter, int | str | datetime) and parameter in names
        ]

    def adapted(self, value: Given):
        """The value as the database's driver is given it."""
        if isinstance(value, datetime):
            return self.connection.ops.adapt_datetimefield_value(value)
        return value

    def rows(self, values: dict[str, Given]) -> list:
        parameters = list(self.parameters)
        for index, name in self.places:
            parameters[index] = self.adapted(values[name])
        self.parameters = tuple(parameters)
        return list(self.queryset.all()) if self.plan is None else self.planned_rows()

    def planned_rows(self) -> list:
        """The rows by the plan. One that the server does not have, or not like this, any more is
        made anew; within a transaction, which is over then, the next time.
        """
        self.plan.make_on(self.connection)
        try:
            return list(self.queryset.all())
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) not in LOST:
                raise
            PLANNED.pop(self.connection.connection, None)
            if self.connection.in_atomic_block:
                raise
        self.plan.make_on(self.connection)
        return list(self.queryset.all())


class Plan:
    """A statement that each connection to PostgreSQL keeps: `execute` asks it with the values of
    `names`.
    """

    def __init__(self, sql: str, parameters, places: list[tuple[int, str]], values: dict):
        self.names = list(dict.fromkeys(name for _, name in places))
        numbers = {index: self.names.index(name) + 1 for index, name in places}
        written = tuple(
            f"${numbers[index]}" if index in numbers else "%s" for index in range(len(parameters))
        )
        self.constants = [each for index, each in enumerate(parameters) if index not in numbers]
        # Once its values have their numbers, the SQL still has places for the constants.
        self.sql = sql.replace("%%", "%%%%") % written
        self.types = [type_of(values[name]) for name in self.names]
        said = repr((self.sql, self.types, self.constants))
        self.name = f"leadhub_{hashlib.sha256(said.encode()).hexdigest()[:16]}"
        self.execute = f"EXECUTE {self.name}{in_brackets(['%s'] * len(self.names))}"

    def make_on(self, connection) -> None:
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        planned = PLANNED.get(connection.connection)
        if planned is not None and self.name in planned:
            return
        # By the driver's cursor: among the queries of a page, which tests count, it is none.
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            if planned is None:
                planned = PLANNED[connection.connection] = set()
                cursor.execute("DEALLOCATE ALL")
            prepare = f"PREPARE {self.name}{in_brackets(self.types)} AS {self.sql}"
            cursor.execute(prepare, self.constants)
        planned.add(self.name)


def in_brackets(parts: list[str]) -> str:
    return f" ({', '.join(parts)})" if parts else ""


def stand_in(number: int, value: Given) -> Given:
    """What stands for a value: nothing else equals it; `number` is another for each."""
    if value is None:
        return None
    if isinstance(value, str):
        return f"{TEXTS}{number}."
    return MOMENTS + timedelta(days=number) if isinstance(value, datetime) else NUMBERS + number


def type_of(value: int | datetime | str) -> str:
    return next(name for kind, name in TYPES.items() if isinstance(value, kind))
