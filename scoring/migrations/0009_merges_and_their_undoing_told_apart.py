"""The ledger says which it was, and goes on where a version that was withdrawn comes again."""

from django.db import migrations, models
from django.db.models import Count, Max


def note_withdrawn(apps, schema_editor):
    """A draft that has had a run was coming before; whatever had two was withdrawn between them."""
    definitions = apps.get_model("scoring", "Definition").objects
    begun = definitions.filter(runs__kind="publish").values_list("pk", "status")
    for pk, status, runs, last in begun.annotate(Count("runs"), Max("runs__created_at")):
        if status == "draft" or runs > 1:
            definitions.filter(pk=pk).update(withdrawn_at=last)


class Migration(migrations.Migration):
    dependencies = [
        ("scoring", "0008_tallies_belong_a_statement_at_a_time"),
    ]

    operations = [
        migrations.AddField(
            model_name="definition",
            name="withdrawn_at",
            field=models.DateTimeField(
                editable=False,
                help_text="When, coming, it was last made a draft again.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="scorechange",
            name="cause",
            field=models.CharField(
                choices=[
                    ("facts", "New facts"),
                    ("events", "Events"),
                    ("attributes", "Attributes"),
                    ("merged", "Merged with another"),
                    ("parted", "A merge undone"),
                    ("merge", "Who is who"),
                    ("bot", "Found to be a bot's"),
                    ("time", "Time"),
                    ("definition", "Another version"),
                    ("correction", "Correction"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunPython(note_withdrawn, migrations.RunPython.noop),
    ]
