"""Arguments for the routes that forms of conditions ask."""

from tests.routes.examples import Example, Scope

about_events = Example(lambda world: {"about": "events"}, Scope.EVERYONE)

EXAMPLES = {
    "condition-fields": about_events,
    "condition-values": about_events,
    "condition-operators": about_events,
    "condition-preview": about_events,
}
