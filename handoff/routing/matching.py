"""Which routing rule a person falls under."""

from collections.abc import Collection, Sequence
from datetime import date

from handoff.models import RoutingRule
from leadhub.conditions.compile import Compilation
from leadhub.conditions.fields import ATTRIBUTES
from leadhub.conditions.nodes import Node
from leadhub.conditions.parse import ConditionError, parse
from scoring import engine, source
from scoring.kept_plans import spelled_out
from scoring.questions import plain


def node_of(rule: RoutingRule) -> Node | None:
    """The rule's conditions; None where it has none. Raises ConditionError where they name what
    is no more.
    """
    return None if rule.conditions is None else parse(rule.conditions, ATTRIBUTES)


def active_rules() -> list[RoutingRule]:
    """In the order in which they are asked."""
    return list(RoutingRule.objects.filter(is_active=True).select_related("pool"))


def first_rules(
    persons: Collection[int], *, rules: Sequence[RoutingRule], day: date
) -> dict[int, RoutingRule]:
    """Person (a root) → the first rule that holds for them; those for whom none does are left out.

    A rule that can't be read any more holds for nobody.
    """
    readable = [(rule, node) for rule in rules if (node := readable_node(rule)) is not False]
    if not persons or not readable:
        return {}
    to = Compilation(ATTRIBUTES)
    whens = " ".join(
        f"WHEN {'true' if node is None else to.holds(node)} THEN {number}"
        for number, (_, node) in enumerate(readable)
    )
    nodes = [node for _, node in readable if node is not None]
    people = source.people_for(source.Ids(tuple(persons)), nodes)
    asked = to.folded("(SELECT *, $day::DATE AS day FROM people)")
    sql = f"SELECT contact_id, CASE {whens} END AS rule FROM ({asked})"
    question = plain("ruled", spelled_out(sql, to.values))
    found = engine.rows(question, {"people": people}, day=day)
    return {person: readable[number][0] for person, number in found if number is not None}


def readable_node(rule: RoutingRule) -> Node | bool | None:
    """The rule's conditions, None where it has none, False where they can't be read."""
    try:
        return node_of(rule)
    except ConditionError:
        return False
