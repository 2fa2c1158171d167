"""Objects for the routes of handoff that take arguments."""

from datetime import timedelta

from django.utils import timezone

from handoff.inbox.work_forms import FORMS
from handoff.models import Absence
from tests.handoff.builders import a_contact, a_lead
from tests.routes.examples import Example, Scope


def an_absence(world) -> dict:
    tomorrow = timezone.localdate() + timedelta(days=1)
    absence = Absence.objects.create(user=world.rep, first_day=tomorrow, last_day=tomorrow)
    return {"absence_id": absence.pk}


of_team = Example(lambda world: {"lead_id": a_lead(team=world.team).pk}, Scope.TEAM)

EXAMPLES = {
    **dict.fromkeys(("lead", "inbox-people", *FORMS), of_team),
    **dict.fromkeys(
        ("worklist-answer", "worklist-nurture"),
        Example(lambda world: {"lead_id": a_lead(team=world.team).pk}, Scope.EVERYONE),
    ),
    "worklist": Example(lambda world: {"name": "held"}, Scope.EVERYONE),
    "worklist-act": Example(lambda world: {"name": "held"}, Scope.EVERYONE),
    "worklist-fix": Example(lambda world: {"contact_id": a_contact().pk}, Scope.EVERYONE),
    # Nobody but whose it is, and who steers sales: for everybody else there is no such absence.
    "absence-cancel": Example(an_absence, Scope.TEAM),
    "add-lead": Example(lambda world: {"contact_id": a_contact().pk}, Scope.EVERYONE),
}
