"""How well people match: the stage of the chain from moments and people to fit."""

from leadhub.conditions.compile import Compilation
from scoring.definition import Definition, FitGroup

ON_THE_DAY = "moments JOIN people USING (contact_id)"
IN_THE_SEGMENT = """
    moments JOIN people USING (contact_id) WHERE day >= from_day AND day < to_day"""


def fitted(definition: Definition, to: Compilation, asked_of: str = ON_THE_DAY) -> dict[str, str]:
    """The links up to `fitted`: fit and what it is made of, by contact and day.

    `held` says of each criterion whether it holds (holds_0, …) or might if what is unknown turned
    out well (may_hold_0, …), of each disqualifier whether it holds (disqualifies_0, …) and of
    each field that criteria read whether it is known (known_0, …).
    """
    held = _held(definition, to)
    return {
        "asked_of": to.folded(asked_of),
        "held": held,
        "pointed": _pointed(definition, to),
        "fitted": _fitted(definition, to),
    }


def fitted_over_segments(definition: Definition, to: Compilation) -> dict[str, str]:
    """The same where `people` says of each contact what was known from day to day."""
    return fitted(definition, to, IN_THE_SEGMENT)


def turns(definition: Definition, to: Compilation) -> str:
    """The next day after each moment on which an answer about today changes."""
    next_day = _next_flip(definition, to)
    return f"SELECT contact_id, {next_day} AS day FROM moments JOIN people USING (contact_id)"


def flips(definition: Definition, to: Compilation) -> str:
    """All days on which an answer about today changes, in each segment of `people`."""
    days = [day for conditions in definition.attribute_conditions for day in to.turns(conditions)]
    listed = ", ".join(days) or "NULL::DATE"
    return f"""
        SELECT contact_id, day
        FROM (SELECT contact_id, from_day, to_day, unnest([{listed}]) AS day FROM people)
        WHERE day > from_day AND day < to_day"""


def _held(definition: Definition, to: Compilation) -> str:
    columns = []
    for number, criterion in enumerate(definition.fit_criteria):
        columns.append(f"{to.holds(criterion.conditions)} AS holds_{number}")
        columns.append(f"{to.may_hold(criterion.conditions)} AS may_hold_{number}")
    for number, disqualifier in enumerate(definition.disqualifiers):
        columns.append(f"{to.holds(disqualifier.conditions)} AS disqualifies_{number}")
    for number, field in enumerate(definition.fit_fields):
        columns.append(f"{to.is_known(field)} AS known_{number}")
    columns.append(f"{_next_flip(definition, to)} AS turns_on")
    return f"SELECT contact_id, day, approachable, {', '.join(columns)} FROM asked_of"


def _next_flip(definition: Definition, to: Compilation) -> str:
    flips = [day for conditions in definition.attribute_conditions for day in to.flips(conditions)]
    return f"least({', '.join([*flips, 'NULL::DATE'])})"


def _pointed(definition: Definition, to: Compilation) -> str:
    """Points by group before caps: points_0 and may_point_0, …, and those of the negative ones."""
    columns = [f"{_negative(definition, to)} AS negative"]
    for number, group in enumerate(definition.fit_groups):
        columns.append(f"{_positive(definition, group, 'holds', to)} AS points_{number}")
        columns.append(f"{_positive(definition, group, 'may_hold', to)} AS may_point_{number}")
    whens = [
        f"WHEN disqualifies_{number} THEN {to.bind(disqualifier.name)}"
        for number, disqualifier in enumerate(definition.disqualifiers)
    ]
    disqualified_by = f"CASE {' '.join(whens)} ELSE '' END" if whens else "''"
    return f"SELECT *, {', '.join(columns)}, {disqualified_by} AS disqualified_by FROM held"


def _positive(definition: Definition, group: FitGroup, holds: str, to: Compilation) -> str:
    return _sum(
        f"CASE WHEN {holds}_{number} THEN {to.bind(criterion.points)} ELSE 0 END"
        for number, criterion in enumerate(definition.fit_criteria)
        if criterion.group == group.name and criterion.points > 0
    )


def _negative(definition: Definition, to: Compilation) -> str:
    return _sum(
        f"CASE WHEN holds_{number} THEN {to.bind(criterion.points)} ELSE 0 END"
        for number, criterion in enumerate(definition.fit_criteria)
        if criterion.points < 0
    )


def _fitted(definition: Definition, to: Compilation) -> str:
    caps = [to.bind(group.cap) for group in definition.fit_groups]
    floor = f"greatest(negative, {to.bind(definition.fit_floor)})"
    fit = _sum([*(f"least(points_{n}, {cap})" for n, cap in enumerate(caps)), floor])
    possible = _sum([*(f"least(may_point_{n}, {cap})" for n, cap in enumerate(caps)), floor])
    return f"SELECT *, {floor} AS floored, {fit} AS fit, {possible} AS fit_possible FROM pointed"


def _sum(terms) -> str:
    return f"({' + '.join(terms) or '0'})::BIGINT"
