"""On PostgreSQL: triggers in place of the foreign keys of scores and ledger to their contact."""

from django.db import migrations

from scoring import contacts_exist

MODELS = ("ContactScore", "ScoreChange")


def triggers_for_keys(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for model in map(apps.get_model, ["scoring"] * len(MODELS), MODELS):
        for name in schema_editor._constraint_names(model, ["contact_id"], foreign_key=True):
            schema_editor.execute(schema_editor._delete_fk_sql(model, name))
    with schema_editor.connection.cursor() as cursor:
        contacts_exist.keep(cursor)


def keys_for_triggers(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        contacts_exist.let_go(cursor)
    for model in map(apps.get_model, ["scoring"] * len(MODELS), MODELS):
        field = model._meta.get_field("contact")
        sql = schema_editor._create_fk_sql(model, field, "_fk_%(to_table)s_%(to_column)s")
        schema_editor.execute(sql)


class Migration(migrations.Migration):
    dependencies = [("scoring", "0006_handed_over_as_sales_has_room")]

    operations = [migrations.RunPython(triggers_for_keys, keys_for_triggers)]
