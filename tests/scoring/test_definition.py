"""A definition that contradicts itself is refused, with each field and the reason."""

import pytest

from leadhub.conditions.fields import ATTRIBUTES, EVENT
from leadhub.conditions.nodes import All
from leadhub.conditions.parse import parse
from scoring.definition import (
    Criterion,
    Definition,
    Disqualifier,
    FitGroup,
    InvalidDefinition,
    Signal,
    Weight,
)


def about(field, operator, value):
    return parse({"all": [{"field": field, operator: value}]}, ATTRIBUTES)


def signal(number=1, *, intent="high", conditions=None, **others) -> Signal:
    conditions = conditions or parse({"field": "name", "is": "Demo"}, EVENT)
    return Signal(
        id=number, name=f"Signal {number}", intent=intent, conditions=conditions, **others
    )


def weight(number=1, *, points=60, intent="high", **others) -> Weight:
    return Weight(signal=signal(number, intent=intent), points=points, **others)


VP = Criterion(
    group="Role", name="VP", points=20, conditions=about("contact.seniority", "is", "vp")
)


def definition_with(*criteria, weights=(), **others) -> Definition:
    return Definition(
        weights=weights or (weight(),),
        fit_groups=(FitGroup(name="Role", cap=20),),
        fit_criteria=criteria or (VP,),
        **others,
    )


NOTHING = All(())
REFUSED = {
    "threshold": {"threshold": 101},
    "minimum_behaviour": {"minimum_behaviour": 81},
    "minimum_fit": {"minimum_fit": 21},
    "high_intent_signals": {"high_intent_signals": 2},
    "high_intent_days": {"high_intent_days": 0},
    "cap_high": {"cap_high": -1},
    "behaviour_floor": {"behaviour_floor": 1},
    "fit_floor": {"fit_floor": 1},
    "grade_a": {"grade_a": 30},
    "band_1": {"band_2": 61},
    "weights.0.half_life_days": {"weights": (weight(half_life_days=-1),)},
    "weights.0.steps": {"weights": (weight(steps=17),)},
    "weights.0.points": {"weights": (weight(points=1001),)},
    "weights.0.daily_limit": {"weights": (weight(daily_limit=0),)},
    "weights.1.cap": {"weights": (weight(), weight(2, points=-5, cap=5))},
    "weights.1.signal": {"weights": (weight(), weight())},
    "weights.0.intent": {"weights": (weight(intent="huge"),)},
    "weights.0.conditions": {
        "weights": (
            Weight(signal=Signal(id=1, name="Any", intent="high", conditions=NOTHING), points=60),
        )
    },
    "weights.0.distinct_property": {
        "weights": (Weight(signal=signal(distinct_property='a".b'), points=60),)
    },
    "disqualifiers.0.conditions": {
        "disqualifiers": (Disqualifier(name="Everyone", conditions=NOTHING),)
    },
}


@pytest.mark.parametrize("field", REFUSED)
def test_is_refused_and_the_field_named(field):
    with pytest.raises(InvalidDefinition) as refused:
        definition_with(**REFUSED[field])
    assert [problem.field for problem in refused.value.problems] == [field]
    assert all(problem.reason for problem in refused.value.problems)


def test_a_criterion_of_no_group_is_refused():
    lost = Criterion(group="Size", name="Big", points=5, conditions=VP.conditions)
    with pytest.raises(InvalidDefinition, match="there is no fit group “Size”"):
        definition_with(VP, lost)


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(InvalidDefinition) as refused:
        definition_with(weights=(weight(steps=0),), grade_a=0, fit_floor=5)
    assert {problem.field for problem in refused.value.problems} == {
        "weights.0.steps",
        "grade_a",
        "fit_floor",
    }


def test_what_can_be_reached_takes_caps_into_account():
    definition = definition_with(
        weights=(
            weight(1, points=8, cap=32),
            weight(2, points=100, intent="medium"),
            weight(3, points=1, intent="shallow", cap=3),
            weight(4, points=-10, intent="shallow"),
        )
    )
    assert definition.most_behaviour == 32 + 50 + 3
    assert definition.most_fit == 20


@pytest.mark.parametrize(
    ("weighed", "row"),
    [
        (weight(points=8, half_life_days=14, steps=4), "8, 4, 2, 1, gone after 56 days"),
        (weight(points=1, half_life_days=14), "1, gone after 14 days"),
        (weight(points=-10, half_life_days=30, steps=3), "−10, −5, −2, gone after 90 days"),
        (weight(points=5), "5, never fades"),
    ],
)
def test_the_row_that_the_form_shows(weighed, row):
    assert weighed.fading() == row
