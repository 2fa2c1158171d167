"""Objects for the routes of handoff that take arguments."""

from tests.handoff.builders import a_contact, a_lead
from tests.routes.examples import Example, Scope

of_team = Example(lambda world: {"lead_id": a_lead(team=world.team).pk}, Scope.TEAM)

EXAMPLES = {
    **dict.fromkeys(("lead", "accept", "reject", "promote", "win", "lose"), of_team),
    "add-lead": Example(lambda world: {"contact_id": a_contact().pk}, Scope.EVERYONE),
}
