"""Only the named writers write what must hold: facts, scores, stages, outcomes."""

import ast

import pytest

from tests.architecture.source import ROOMS, Module, modules

FACTS = "leadhub/records/facts.py"
OUTCOMES = "leadhub/records/outcomes.py"
LEDGER = "scoring/ledger.py"
LIFECYCLE = "handoff/leads/lifecycle.py"
# Model → the modules that may write its rows.
WRITERS = {
    # An event changes hands when its device turns out to be somebody's.
    # And what sent it can be found to be a bot, or none.
    "Event": {
        FACTS,
        "leadhub/records/bots.py",
        "leadhub/records/days.py",
        "leadhub/records/devices.py",
    },
    "BotVerdict": {"leadhub/records/bots.py"},
    "Merge": {"leadhub/records/merging.py"},
    "AttributeChange": {"leadhub/records/history.py", "leadhub/records/hearsay.py"},
    # Freshening notes which contact it could not score.
    "Freshness": {"leadhub/records/freshness.py", LEDGER, "scoring/freshening.py"},
    "Outcome": {OUTCOMES},
    "Opportunity": {OUTCOMES},
    "Tally": {LEDGER},
    # Publishing throws away the scores under a version that never went live.
    "ContactScore": {LEDGER, "scoring/publishing.py"},
    "ScoreChange": {LEDGER},
    "Lead": {LIFECYCLE},
    "Transition": {LIFECYCLE},
    "Desk": {"handoff/inbox/desk.py"},
    "Attempt": {"handoff/leads/work_log.py"},
    "Note": {"handoff/leads/work_log.py", "handoff/worklists/actions.py"},
    "PassedUp": {"handoff/leads/turns.py"},
    "PublicHandRaise": {"handoff/entry/doubt.py"},
    # Marketing releases who is held, and has who was set aside tried again.
    "Held": {
        "handoff/entry/backlog.py",
        "handoff/upkeep.py",
        "handoff/handover.py",
        "handoff/worklists/actions.py",
    },
    "SetAside": {"handoff/handover.py", "handoff/worklists/actions.py"},
    "Assignment": {LIFECYCLE, "handoff/leads/keeping.py", "handoff/routing/assigning.py"},
    "Escalation": {"handoff/sla/escalation.py"},
    # Only routing moves a pool's counters; the demo makes one, as an administrator would.
    "Pool": {"handoff/routing/pools.py", "leadhub/demo/staff.py"},
    "PoolMember": {"handoff/routing/pools.py"},
    # What a person sees to is theirs to dismiss; the outbox is written by what finds, sends, shows.
    "CustomerAlert": {"handoff/notices/alerts.py"},
    "Notice": {
        "handoff/notices/outbox.py",
        "handoff/notices/sending.py",
        "handoff/notices/inbox.py",
    },
    "Muted": {"handoff/notices/inbox.py", "handoff/notices/unsubscribing.py"},
    "DigestHour": {"handoff/notices/inbox.py"},
    "Run": {"scoring/runs.py"},
    "RunChunk": {"scoring/runs.py"},
    "Heartbeat": {"leadhub/heartbeats.py"},
    "FirstStart": {"leadhub/demo/first_start.py"},
    "ClosedTour": {"leadhub/demo/tour.py"},
}
# How other rows lead to them.
RELATED = {
    "events": "Event",
    "attribute_changes": "AttributeChange",
    "freshness": "Freshness",
    "outcomes": "Outcome",
    "opportunities": "Opportunity",
    "opportunity": "Opportunity",
    "tallies": "Tally",
    "scores": "ContactScore",
    "score_changes": "ScoreChange",
    "leads": "Lead",
    "transitions": "Transition",
    "assignments": "Assignment",
    "chunks": "RunChunk",
    "runs": "Run",
}
TABLES = {
    "records_event": "Event",
    "records_attributechange": "AttributeChange",
    "records_freshness": "Freshness",
    "records_outcome": "Outcome",
    "records_opportunity": "Opportunity",
    "scoring_tally": "Tally",
    "scoring_contactscore": "ContactScore",
    "scoring_scorechange": "ScoreChange",
    "handoff_lead": "Lead",
    "handoff_transition": "Transition",
    "handoff_assignment": "Assignment",
}
WRITES = {
    "create", "bulk_create", "get_or_create", "update_or_create", "update", "bulk_update", "delete",
    "_raw_delete", "save",
}  # fmt: skip
# Given a model, these write its rows.
WRITERS_OF_ANY = {"add_rows", "add_rows_with_ids"}
WRITING_SQL = ("INSERT INTO ", "UPDATE ", "DELETE FROM ", "COPY ", "TRUNCATE ")


def test_only_the_named_writers_write():
    by_others = {
        module.path: models
        for module in modules(*ROOMS)
        if (models := {m for m in written(module) if module.path not in WRITERS[m]})
    }
    assert not by_others


def test_only_the_lifecycle_sets_a_stage():
    setters = {m.path for m in modules("handoff", "leadhub") if sets_a_stage(m)}
    assert setters <= {LIFECYCLE, OUTCOMES}


def written(module: Module) -> set[str]:
    """The guarded models whose rows the module makes, changes or deletes."""
    found = set()
    for part in (module.tree, *module.functions()):
        named = names_of_rows(part)
        for node in ast.walk(part):
            if isinstance(node, ast.Call):
                found |= made_by(node, named) & set(WRITERS)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= written_by_sql(node.value)
    return found


def names_of_rows(part: ast.AST) -> dict[str, str]:
    """Name → model, for `leads = Lead.objects.filter(…)`, `lead: Lead` and `for lead in leads`."""
    nodes = list(ast.walk(part))
    named = {
        node.arg: ast.unparse(node.annotation).removeprefix("QuerySet[").rstrip("]")
        for node in nodes
        if isinstance(node, ast.arg) and node.annotation
    }
    for node in nodes:
        if isinstance(node, ast.Assign | ast.For):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            rows = node.value if isinstance(node, ast.Assign) else node.iter
            if isinstance(target, ast.Name) and (model := model_of(rows, named)):
                named[target.id] = model
    return named


def made_by(call: ast.Call, named: dict[str, str]) -> set[str]:
    """The model of `Lead.objects.filter(…).update(…)`, `leads.delete()`, `Lead(…).save()`, and
    `add_rows(Lead, …)`.
    """
    if ast.unparse(call.func).rpartition(".")[2] in WRITERS_OF_ANY:
        return {ast.unparse(call.args[0])}
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return set()
    return {model_of(call.func.value, named)} - {""}


def model_of(node: ast.AST, named: dict[str, str]) -> str:
    """Of which model the rows of an expression are; "" where that does not show."""
    while isinstance(node, ast.Attribute | ast.Call):
        if isinstance(node, ast.Attribute) and node.attr in RELATED:
            return RELATED[node.attr]
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return named.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def written_by_sql(text: str) -> set[str]:
    statement = " ".join(text.replace('"', "").split())
    return {
        model
        for table, model in TABLES.items()
        for verb in WRITING_SQL
        if f"{verb}{table} " in f"{statement} " or f"{verb}{table}(" in statement
    }


def sets_a_stage(module: Module) -> bool:
    targets = [
        target
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return any(isinstance(target, ast.Attribute) and target.attr == "stage" for target in targets)


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("Lead.objects.filter(pk=1).update(stage='won')", {"Lead"}),
        ("Lead.objects.create()", {"Lead"}),
        ("Outcome(kind='won').save()", {"Outcome"}),
        ("add_rows(Event, names, rows)", {"Event"}),
        ("adding.add_rows_with_ids(Lead, names, rows)", {"Lead"}),
        ("record_outcomes([Outcome(kind='won')])", set()),
        ("cursor.execute('UPDATE \"handoff_lead\" SET stage = 1')", {"Lead"}),
        ("cursor.copy('COPY scoring_tally (contact_id) FROM STDIN')", {"Tally"}),
        ("leads = Lead.objects.filter(pk=1)\nleads.update(stage='won')", {"Lead"}),
        ("def f(lead: Lead):\n    lead.save()", {"Lead"}),
        ("def f(leads: QuerySet[Lead]):\n    for lead in leads:\n        lead.save()", {"Lead"}),
        ("contact.leads.all().update(stage='won')", {"Lead"}),
        ("lead.transitions.create(to_stage='won')", {"Transition"}),
        ("def f(lead: Lead):\n    lead.opportunity.delete()", {"Opportunity"}),
        ("Lead.objects.filter(pk=1).exists()", set()),
        ("cursor.execute('SELECT * FROM handoff_lead')", set()),
    ],
)
def test_this_test_sees_what_it_forbids(text, models):
    assert written(Module("x.py", text)) == models
