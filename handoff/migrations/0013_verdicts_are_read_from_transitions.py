"""What the transitions say of verdicts is kept with each lead, a few thousand at a time, so that
nobody waits for locks; then the database holds that.
"""

from django.db import migrations, models
from django.db.models import F, Max, OuterRef, Subquery

CHUNK = 20_000
TAKEN_ON = ("accepted", "sql", "won", "lost")
REFUSED = ("recycled", "disqualified", "waiting")


def read_transitions(apps, schema_editor):
    Lead, Transition = (apps.get_model("handoff", name) for name in ("Lead", "Transition"))
    verdicts = (
        Transition.objects.filter(lead=OuterRef("pk"), undone_at=None, undoes=None)
        .filter(to_stage__in=["accepted", *REFUSED])
        .exclude(from_stage=F("to_stage"))
        .exclude(action="part")
    )
    earliest, latest = verdicts.order_by("version"), verdicts.order_by("-version")
    accepted = earliest.filter(to_stage="accepted")
    last = Lead.objects.aggregate(last=Max("pk"))["last"] or 0
    for first in range(0, last + 1, CHUNK):
        leads = Lead.objects.filter(pk__gte=first, pk__lt=first + CHUNK)
        leads.update(
            first_verdict_at=Subquery(earliest.values("at")[:1]),
            accepted_at=Subquery(accepted.values("at")[:1]),
            judged_by=Subquery(latest.values("by")[:1]),
        )
        # Whose transitions do not say how they got there: since when they are there.
        unsaid = leads.filter(stage__in=TAKEN_ON, accepted_at=None)
        unsaid.update(accepted_at=F("stage_since"))
        unsaid = leads.filter(stage__in=(*TAKEN_ON, *REFUSED), first_verdict_at=None)
        unsaid.update(first_verdict_at=F("stage_since"))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("handoff", "0012_the_verdicts_that_stand")]

    operations = [
        migrations.RunPython(read_transitions, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_at", None), ("first_verdict_at__isnull", False), _connector="OR"
                ),
                name="lead_accepted_was_judged",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage__in", ("accepted", "sql", "won", "lost")), _negated=True),
                    ("accepted_at__isnull", False),
                    _connector="OR",
                ),
                name="lead_taken_on_was_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage__in", ("recycled", "disqualified", "waiting")), _negated=True),
                    ("first_verdict_at__isnull", False),
                    _connector="OR",
                ),
                name="lead_refused_was_judged",
            ),
        ),
    ]
