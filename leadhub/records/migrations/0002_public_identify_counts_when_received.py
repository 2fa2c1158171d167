from django.db import migrations, models
from django.db.models import F


def as_said(apps, schema_editor):
    """What was said so far counts from when it was said to have happened."""
    apps.get_model("records", "Device").objects.update(heard_at=F("since"))


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.AddField("device", "heard_at", models.DateTimeField(null=True)),
        migrations.RunPython(as_said, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            "device",
            "heard_at",
            models.DateTimeField(
                help_text="A public key's word counts from when it was received; a trusted "
                "source's from when it says: the same as since."
            ),
        ),
        migrations.RemoveConstraint("device", "device_identified_once"),
        migrations.AddConstraint(
            "device",
            models.UniqueConstraint(
                fields=["anonymous_id", "since", "contact", "heard_at"],
                name="device_identified_once",
            ),
        ),
    ]
