"""Puts up the triggers that keep a published version as it is."""

from django.db import migrations

from scoring import immutability


def guard(apps, schema_editor):
    immutability.guard(schema_editor.connection)


def unguard(apps, schema_editor):
    immutability.unguard(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
