"""What two contacts of one person both gave on a day counts once from now on: everyone who was
merged is counted anew.
"""

from django.db import migrations, models

RECOUNT = """
    UPDATE records_freshness SET revision = revision + 1, recount_revision = revision + 1
    WHERE contact_id IN (SELECT id FROM records_contact WHERE root_id IS NOT NULL)"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_who_failed_is_found_fast"),
    ]

    operations = [
        migrations.AlterField(
            model_name="freshness",
            name="recount_revision",
            field=models.BigIntegerField(
                default=0,
                help_text="The revision at which events last left this contact, or it was merged "
                "or parted: every one of its days is recounted while this is above "
                "scored_revision.",
            ),
        ),
        migrations.RunSQL(RECOUNT, migrations.RunSQL.noop),
    ]
