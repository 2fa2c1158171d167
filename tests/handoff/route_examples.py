"""Objects for the routes of handoff that take arguments."""

from handoff.inbox.work_forms import FORMS
from tests.handoff.builders import a_contact, a_lead
from tests.routes.examples import Example, Scope

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
    "add-lead": Example(lambda world: {"contact_id": a_contact().pk}, Scope.EVERYONE),
}
