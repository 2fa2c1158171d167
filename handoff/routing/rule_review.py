"""What is wrong with routing rules: those that can't match, and those that others hide.

Said only where it is certain: what is not found may still be wrong.
"""

from collections.abc import Iterable, Sequence
from itertools import product

from handoff.models import Pool, RoutingRule
from handoff.routing.matching import node_of
from leadhub.conditions.fold import fold
from leadhub.conditions.nodes import All, Any, Comparison, Node
from leadhub.conditions.parse import ConditionError

# Conditions whose "any" groups multiply out to more cases than this are not looked into.
MOST_CASES = 256
Case = frozenset[Comparison]
MINIMUM, MAXIMUM = ("at_least", "above"), ("at_most", "below")
ONE_OF = ("is", "is_one_of")
# They hold for whoever has a value only.
NEED_A_VALUE = frozenset(
    [*ONE_OF, *MINIMUM, *MAXIMUM, "is_not", "is_not_one_of", "contains", "starts_with",
     "path_matches", "before", "after", "within_days"]
)  # fmt: skip


def problems_of(rules: Sequence[RoutingRule]) -> dict[int, list[str]]:
    """Rule → what is wrong with it, for rules in the order in which they are asked."""
    staffed = set(
        Pool.objects.filter(members__user__is_active=True).values_list("pk", flat=True).distinct()
    )
    problems: dict[int, list[str]] = {}
    earlier: list[tuple[RoutingRule, list[Case]]] = []
    for rule in rules:
        if not rule.is_active:
            continue
        found = [] if rule.pool_id in staffed else ["Nobody in its pool can be given a lead."]
        try:
            cases = cases_of(node_of(rule))
        except ConditionError as error:
            problems[rule.pk] = [*found, f"It can't be read, and holds for nobody: {error}."]
            continue
        if cases is not None:
            possible = [case for case in cases if not contradicts(case)]
            if not possible:
                found.append("It can't match: its conditions contradict each other.")
            elif hiding := next((e for e, theirs in earlier if hides(theirs, possible)), None):
                found.append(
                    f"It is never reached: “{hiding}” comes first and holds for all of it."
                )
            earlier.append((rule, possible))
        if found:
            problems[rule.pk] = found
    return problems


def cases_of(node: Node | None) -> list[Case] | None:
    """The conditions as alternatives, each of comparisons that hold together; None: too many."""
    if node is None:
        return [frozenset()]
    if isinstance(node, Comparison):
        return [frozenset([folded(node)])]
    parts = [cases_of(part) for part in node.nodes]
    if None in parts:
        return None
    if isinstance(node, Any):
        cases = [case for part in parts for case in part]
    else:
        assert isinstance(node, All)
        number = 1
        for part in parts:
            number *= len(part)
        if number > MOST_CASES:
            return None
        cases = [frozenset().union(*chosen) for chosen in product(*parts)]
    return cases if len(cases) <= MOST_CASES else None


def folded(node: Comparison) -> Comparison:
    """Texts as they are compared."""
    value = node.value
    if isinstance(value, str):
        value = fold(value)
    elif isinstance(value, tuple):
        value = tuple(fold(one) if isinstance(one, str) else one for one in value)
    return Comparison(node.field, node.operator, value)


def contradicts(case: Case) -> bool:
    return any(
        field_contradicts([one for one in case if one.field == field])
        for field in {comparison.field for comparison in case}
    )


def field_contradicts(comparisons: list[Comparison]) -> bool:
    by_operator = {}
    for one in comparisons:
        by_operator.setdefault(one.operator, []).append(one.value)
    known = by_operator.get("is_known", [])
    if False in known and (True in known or NEED_A_VALUE & set(by_operator)):
        return True
    if {True, False} <= set(by_operator.get("is_free_mail", [])):
        return True
    return no_value_is_left(by_operator) or bounds_cross(by_operator)


def no_value_is_left(by_operator: dict[str, list]) -> bool:
    """Whether no value is among all that are asked for and among none that are ruled out."""
    wanted = [{value} for value in by_operator.get("is", [])]
    wanted += [set(values) for values in by_operator.get("is_one_of", [])]
    if not wanted:
        return False
    left = set.intersection(*wanted) - set(by_operator.get("is_not", []))
    for values in by_operator.get("is_not_one_of", []):
        left -= set(values)
    return not any(within_bounds(value, by_operator) for value in left)


def within_bounds(value, by_operator: dict[str, list]) -> bool:
    if isinstance(value, str):
        return all(part in value for part in by_operator.get("contains", [])) and all(
            value.startswith(part) for part in by_operator.get("starts_with", [])
        )
    return (
        all(value >= least for least in by_operator.get("at_least", []))
        and all(value > least for least in by_operator.get("above", []))
        and all(value <= most for most in by_operator.get("at_most", []))
        and all(value < most for most in by_operator.get("below", []))
    )


def bounds_cross(by_operator: dict[str, list]) -> bool:
    least = [(value, name) for name in MINIMUM for value in by_operator.get(name, [])]
    most = [(value, name) for name in MAXIMUM for value in by_operator.get(name, [])]
    return any(
        low > high or (low == high and (above, below) != ("at_least", "at_most"))
        for (low, above), (high, below) in product(least, most)
    )


def hides(earlier: Iterable[Case], later: Iterable[Case]) -> bool:
    """Whether each case of the later rule is held by one of the earlier."""
    earlier = list(earlier)
    return all(any(implied(wider, case) for wider in earlier) for case in later)


def implied(wider: Case, narrower: Case) -> bool:
    return all(any(implies(own, asked) for own in narrower) for asked in wider)


def implies(own: Comparison, asked: Comparison) -> bool:
    """Whether whoever `own` holds for, `asked` holds for too."""
    if own == asked:
        return True
    if own.field != asked.field:
        return False
    if asked.operator == "is_known" and asked.value is True:
        return own.operator in NEED_A_VALUE
    if own.operator in ONE_OF and asked.operator in ONE_OF:
        return set(values_of(own)) <= set(values_of(asked))
    if own.operator in MINIMUM and asked.operator in MINIMUM:
        stricter = own.value == asked.value and own.operator == "above"
        return own.value > asked.value or stricter
    if own.operator in MAXIMUM and asked.operator in MAXIMUM:
        stricter = own.value == asked.value and own.operator == "below"
        return own.value < asked.value or stricter
    if own.operator == "starts_with" and asked.operator in ("starts_with", "contains"):
        whole = asked.operator == "contains"
        return asked.value in own.value if whole else own.value.startswith(asked.value)
    return own.operator == asked.operator == "contains" and asked.value in own.value


def values_of(one: Comparison) -> tuple:
    return one.value if isinstance(one.value, tuple) else (one.value,)
