"""On PostgreSQL: triggers in place of the foreign keys of tallies to their contact and signal."""

from django.db import migrations

from scoring import tallies_belong

POINTED_TO = ("contact", "signal")


def triggers_for_keys(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    tally = apps.get_model("scoring", "Tally")
    for name in POINTED_TO:
        column = tally._meta.get_field(name).column
        for key in schema_editor._constraint_names(tally, [column], foreign_key=True):
            schema_editor.execute(schema_editor._delete_fk_sql(tally, key))
    with schema_editor.connection.cursor() as cursor:
        tallies_belong.keep(cursor)


def keys_for_triggers(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        tallies_belong.let_go(cursor)
    tally = apps.get_model("scoring", "Tally")
    for name in POINTED_TO:
        field = tally._meta.get_field(name)
        key = schema_editor._create_fk_sql(tally, field, "_fk_%(to_table)s_%(to_column)s")
        schema_editor.execute(key)


class Migration(migrations.Migration):
    dependencies = [("scoring", "0007_contacts_exist_a_statement_at_a_time")]

    operations = [migrations.RunPython(triggers_for_keys, keys_for_triggers)]
