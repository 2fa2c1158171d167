"""That scores and their ledger are about contacts which exist, held by the database itself.

On SQLite that is a foreign key. PostgreSQL checks one row by row, and locks the row it points to:
for scores that takes longer than writing them. `keep` puts triggers in its place that ask once a
statement. That nobody deletes a contact meanwhile is held by its freshness, which has a foreign key
of its own and is locked by whoever writes scores (`ledger.py`).
"""

TABLES = ("scoring_contactscore", "scoring_scorechange")

# Asked of a row or of many thousand: always by the index of the contacts.
FUNCTIONS = (
    """
    CREATE FUNCTION scoring_contacts_exist() RETURNS trigger LANGUAGE plpgsql
    SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
    BEGIN
        IF EXISTS (SELECT FROM written LEFT JOIN records_contact c ON c.id = written.contact_id
                   WHERE c.id IS NULL) THEN
            RAISE foreign_key_violation USING MESSAGE = 'There is no such contact to be scored.';
        END IF;
        RETURN NULL;
    END $$""",
    """
    CREATE FUNCTION scoring_stays_with_its_contact() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE foreign_key_violation USING MESSAGE = 'A score stays with its contact.';
    END $$""",
    """
    CREATE FUNCTION scoring_nobody_left_behind() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM scoring_contactscore WHERE contact_id = OLD.id)
           OR EXISTS (SELECT FROM scoring_scorechange WHERE contact_id = OLD.id) THEN
            RAISE foreign_key_violation USING MESSAGE = 'The contact still has scores.';
        END IF;
        RETURN NULL;
    END $$""",
)
WRITTEN = """
    CREATE TRIGGER contacts_exist AFTER INSERT ON {table} REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION scoring_contacts_exist()"""
MOVED = """
    CREATE TRIGGER stays_with_its_contact BEFORE UPDATE OF contact_id ON {table}
    FOR EACH ROW EXECUTE FUNCTION scoring_stays_with_its_contact()"""
# At the end of the transaction, as a foreign key of Django's.
DELETED = """
    CREATE CONSTRAINT TRIGGER nobody_left_behind AFTER DELETE OR UPDATE OF id ON records_contact
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION scoring_nobody_left_behind()"""


def keep(cursor) -> None:
    """Puts up the triggers."""
    for statement in FUNCTIONS:
        cursor.execute(statement)
    for table in TABLES:
        cursor.execute(WRITTEN.format(table=table))
        cursor.execute(MOVED.format(table=table))
    cursor.execute(DELETED)


def let_go(cursor) -> None:
    """Takes the triggers down."""
    cursor.execute("DROP TRIGGER nobody_left_behind ON records_contact")
    for table in TABLES:
        cursor.execute(f"DROP TRIGGER contacts_exist ON {table}")
        cursor.execute(f"DROP TRIGGER stays_with_its_contact ON {table}")
    for name in ("contacts_exist", "stays_with_its_contact", "nobody_left_behind"):
        cursor.execute(f"DROP FUNCTION scoring_{name}()")
