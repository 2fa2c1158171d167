"""That tallies are of contacts and signals which exist, held by the database itself.

On SQLite that is two foreign keys. On PostgreSQL they take as long as writing the tallies; `keep`
puts triggers in their place, as `contacts_exist` does for scores. The signals of many tallies are
few: they are locked as a foreign key would lock them, once a statement instead of once a row.
"""

from scoring import contacts_exist

TABLE = "scoring_tally"

FUNCTIONS = (
    """
    CREATE FUNCTION scoring_signals_exist() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        named bigint[] := ARRAY(SELECT DISTINCT signal_id FROM written);
        there integer;
    BEGIN
        PERFORM FROM scoring_signal WHERE id = ANY (named) ORDER BY id FOR KEY SHARE;
        GET DIAGNOSTICS there = ROW_COUNT;
        IF there < cardinality(named) THEN
            RAISE foreign_key_violation USING MESSAGE = 'There is no such signal to be tallied.';
        END IF;
        RETURN NULL;
    END $$""",
    """
    CREATE FUNCTION scoring_tally_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE foreign_key_violation
            USING MESSAGE = 'A tally stays with its contact and its signal.';
    END $$""",
)
TRIGGERS = {
    "contacts_exist": contacts_exist.WRITTEN.format(table=TABLE),
    "signals_exist": f"""
        CREATE TRIGGER signals_exist AFTER INSERT ON {TABLE} REFERENCING NEW TABLE AS written
        FOR EACH STATEMENT EXECUTE FUNCTION scoring_signals_exist()""",
    "tally_stays": f"""
        CREATE TRIGGER tally_stays BEFORE UPDATE OF contact_id, signal_id ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION scoring_tally_stays()""",
}
POINTED_TO = {"contact": "records_contact", "signal": "scoring_signal"}
# At the end of the transaction, as foreign keys of Django's.
LEFT_BEHIND = (
    """
    CREATE FUNCTION scoring_no_tally_of_{one}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM scoring_tally WHERE {one}_id = OLD.id) THEN
            RAISE foreign_key_violation USING MESSAGE = 'The {one} still has tallies.';
        END IF;
        RETURN NULL;
    END $$""",
    """
    CREATE CONSTRAINT TRIGGER no_tally_of_{one} AFTER DELETE OR UPDATE OF id ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION scoring_no_tally_of_{one}()""",
)


def keep(cursor) -> None:
    """Puts up the triggers."""
    for statement in (*FUNCTIONS, *TRIGGERS.values()):
        cursor.execute(statement)
    for one, table in POINTED_TO.items():
        for statement in LEFT_BEHIND:
            cursor.execute(statement.format(one=one, table=table))


def let_go(cursor) -> None:
    """Takes the triggers down."""
    for name in TRIGGERS:
        cursor.execute(f"DROP TRIGGER {name} ON {TABLE}")
    for name in ("signals_exist", "tally_stays"):
        cursor.execute(f"DROP FUNCTION scoring_{name}()")
    for one, table in POINTED_TO.items():
        cursor.execute(f"DROP TRIGGER no_tally_of_{one} ON {table}")
        cursor.execute(f"DROP FUNCTION scoring_no_tally_of_{one}()")
