"""What was published never changes: held by the database itself, whoever writes to it.

`guard` puts up triggers that refuse any change of a version that is no draft any more, of its
parts, and of the signals it weighs; Django shows a refusal as an IntegrityError. SQLite drops a
table's triggers when a migration alters the table, so such a migration ends with `guard` again.
"""

PARTS = (
    "scoring_signalweight",
    "scoring_fitgroup",
    "scoring_fitcriterion",
    "scoring_disqualifier",
)
DEFINITION, SIGNAL = "scoring_definition", "scoring_signal"

# Where a version stands may move on, and a user who is deleted leaves no number behind.
MOVING_ON = {
    "status",
    "published_at",
    "published_by_id",
    "created_by_id",
    "withdrawn_at",
    "live_from",
    "retired_at",
}
SIGNAL_MEANING = (
    "name",
    "intent",
    "is_hand_raise",
    "conditions",
    "counting",
    "distinct_property",
)
STEPS_BACK = (
    "(OLD.status = 'live' AND NEW.status NOT IN ('live', 'retired')"
    " OR OLD.status = 'retired' AND NEW.status <> 'retired')"
)
SENTENCE = "What was published never changes: copy it as a draft."


def guard(connection) -> None:
    """Puts up the triggers, in place of those that stand."""
    unguard(connection)
    with connection.cursor() as cursor:
        for statement in guarding(connection):
            cursor.execute(statement)


def unguard(connection) -> None:
    """Takes the triggers down."""
    with connection.cursor() as cursor:
        for statement in unguarding(connection):
            cursor.execute(statement)


def guarding(connection) -> list[str]:
    """The statements that put the triggers up."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, DEFINITION)
    frozen = [column.name for column in described if column.name not in MOVING_ON]
    return STATEMENTS[connection.vendor](frozen)


def unguarding(connection) -> list[str]:
    """The statements that take them down."""
    postgresql = connection.vendor == "postgresql"
    return [
        f"DROP TRIGGER IF EXISTS {trigger(table, operation)}"
        + (f" ON {table}" if postgresql else "")
        for table, operation in GUARDED
    ]


def trigger(table: str, operation: str) -> str:
    return f"{table}_guard_{operation.lower()}"


GUARDED = (
    *((table, operation) for table in PARTS for operation in ("INSERT", "UPDATE", "DELETE")),
    (DEFINITION, "UPDATE"),
    (DEFINITION, "DELETE"),
    (SIGNAL, "UPDATE"),
)


def changes(columns, different: str) -> str:
    return "(" + " OR ".join(f'OLD."{c}" {different} NEW."{c}"' for c in columns) + ")"


def rows_at(operation: str) -> str:
    """The versions that a write to a part concerns."""
    return {
        "INSERT": "NEW.definition_id",
        "UPDATE": "OLD.definition_id, NEW.definition_id",
        "DELETE": "OLD.definition_id",
    }[operation]


def on_sqlite(frozen: list[str]) -> list[str]:
    conditions = {
        (table, operation): (
            f"EXISTS (SELECT 1 FROM {DEFINITION} WHERE status <> 'draft'"
            f" AND id IN ({rows_at(operation)}))"
        )
        for table in PARTS
        for operation in ("INSERT", "UPDATE", "DELETE")
    }
    conditions[DEFINITION, "UPDATE"] = (
        f"OLD.status <> 'draft' AND ({changes(frozen, 'IS NOT')} OR {STEPS_BACK})"
    )
    conditions[DEFINITION, "DELETE"] = "OLD.status <> 'draft'"
    conditions[SIGNAL, "UPDATE"] = (
        f"{changes(SIGNAL_MEANING, 'IS NOT')} AND EXISTS (SELECT 1 FROM scoring_signalweight w"
        f" JOIN {DEFINITION} d ON d.id = w.definition_id"
        " WHERE w.signal_id = OLD.id AND d.status <> 'draft')"
    )
    return [
        f"CREATE TRIGGER {trigger(table, operation)} BEFORE {operation} ON {table}"
        f" FOR EACH ROW WHEN {conditions[table, operation]}"
        f" BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        for table, operation in GUARDED
    ]


def on_postgresql(frozen: list[str]) -> list[str]:
    """The functions look at the version FOR SHARE: a part that is being written waits for a
    publishing that is under way, and the other way round.
    """
    refuse = f"RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation';"
    functions = {
        "part": (
            f"PERFORM 1 FROM {DEFINITION} WHERE id IN (OLD.definition_id, NEW.definition_id)"
            f" AND status <> 'draft' FOR SHARE; IF FOUND THEN {refuse} END IF;"
        ),
        "definition": (
            f"IF TG_OP = 'DELETE' THEN {refuse} END IF;"
            f" IF {changes(frozen, 'IS DISTINCT FROM')} OR {STEPS_BACK} THEN {refuse} END IF;"
        ),
        "signal": (
            f"PERFORM 1 FROM scoring_signalweight w JOIN {DEFINITION} d ON d.id = w.definition_id"
            f" WHERE w.signal_id = OLD.id AND d.status <> 'draft'; IF FOUND THEN {refuse} END IF;"
        ),
    }
    made = [
        f"CREATE OR REPLACE FUNCTION scoring_guard_{name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $guard$ BEGIN {body} RETURN COALESCE(NEW, OLD); END $guard$"
        for name, body in functions.items()
    ]
    when = {DEFINITION: "WHEN (OLD.status <> 'draft')"}
    when[SIGNAL] = f"WHEN {changes(SIGNAL_MEANING, 'IS DISTINCT FROM')}"
    function = {DEFINITION: "definition", SIGNAL: "signal"}
    return made + [
        f"CREATE TRIGGER {trigger(table, operation)} BEFORE {operation} ON {table}"
        f" FOR EACH ROW {when.get(table, '')}"
        f" EXECUTE FUNCTION scoring_guard_{function.get(table, 'part')}()"
        for table, operation in GUARDED
    ]


STATEMENTS = {"sqlite": on_sqlite, "postgresql": on_postgresql}
