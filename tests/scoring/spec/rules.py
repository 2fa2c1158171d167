"""The rules of scoring, one a row: what a contact did, under which weight, and what it is worth.

Days are counted back from the day as of which it is reckoned: 3 is three days ago.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rule:
    """`tallies` are (signal, days ago, count); `weights` say what each signal is worth."""

    says: str
    weights: dict[str, dict]
    tallies: tuple[tuple[str, int, int], ...]
    behaviour: int
    changes_in: int | None = None
    bounds: dict = field(default_factory=dict)


PRICING = {"points": 8, "daily_limit": 3, "half_life_days": 14, "steps": 4, "cap": 32}
WEBINAR = {"points": 20, "half_life_days": 30, "steps": 3, "intent": "medium", "daily_limit": 5}
CLICK = {"points": 1, "half_life_days": 14, "intent": "shallow", "daily_limit": 50}
CAREERS = {"points": -10, "intent": "shallow"}
FOREVER = {"points": 7, "intent": "medium"}

RULES = (
    Rule("Nothing done is worth nothing.", {"pricing": PRICING}, (), 0),
    Rule("What was done today counts in full.", {"pricing": PRICING}, (("pricing", 0, 1),), 8, 14),
    Rule(
        "On the last day before the half-life it still does.",
        {"pricing": PRICING},
        (("pricing", 13, 1),),
        8,
        1,
    ),
    Rule(
        "After the half-life the points halve.", {"pricing": PRICING}, (("pricing", 14, 1),), 4, 14
    ),
    Rule("And again.", {"pricing": PRICING}, (("pricing", 42, 1),), 1, 14),
    Rule("After the last step nothing is left.", {"pricing": PRICING}, (("pricing", 56, 1),), 0),
    Rule(
        "Halves are rounded down, after the day's points were added up.",
        {"odd": {"points": 3, "half_life_days": 5, "steps": 2, "daily_limit": 5}},
        (("odd", 5, 3),),
        4,
        5,
    ),
    Rule(
        "Once nothing is left, time changes nothing.",
        {"one": {"points": 1, "half_life_days": 5, "steps": 4}},
        (("one", 6, 1),),
        0,
    ),
    Rule("One step is a plain window: in it …", {"click": CLICK}, (("click", 13, 1),), 1, 1),
    Rule("… and out of it.", {"click": CLICK}, (("click", 14, 1),), 0),
    Rule("Without a half-life points never fade.", {"old": FOREVER}, (("old", 4000, 1),), 7),
    Rule("So many a day count, and no more.", {"pricing": PRICING}, (("pricing", 0, 9),), 24, 14),
    Rule(
        "A signal adds no more than its cap.",
        {"pricing": PRICING},
        (("pricing", 0, 3), ("pricing", 1, 3)),
        32,
        13,
    ),
    Rule(
        "Signals of an intent add no more than the intent's cap.",
        {"webinar": WEBINAR},
        (("webinar", 0, 3),),
        50,
        30,
    ),
    Rule("So nobody qualifies by clicking.", {"click": CLICK}, (("click", 0, 40),), 10, 14),
    Rule(
        "Negative signals are taken off after the caps.",
        {"webinar": WEBINAR, "careers": CAREERS},
        (("webinar", 0, 3), ("careers", 0, 1)),
        40,
        30,
    ),
    Rule(
        "Together they take no more than the floor.",
        {"webinar": WEBINAR, "careers": CAREERS | {"daily_limit": 9}},
        (("webinar", 0, 2), ("careers", 0, 9)),
        25,
        30,
        {"behaviour_floor": -15},
    ),
    Rule("Behaviour is never below zero.", {"careers": CAREERS}, (("careers", 0, 1),), 0, None),
    Rule("What happens later does not count yet.", {"webinar": WEBINAR}, (("webinar", -1, 1),), 0),
    Rule(
        "A signal that the version does not weigh counts for nothing.",
        {"webinar": WEBINAR},
        (("other", 0, 1),),
        0,
    ),
    Rule(
        "A family of merged contacts counts as one: the day's limit holds for all together.",
        {"pricing": PRICING | {"daily_limit": 1}},
        (("pricing", 0, 1), ("pricing", 0, 1)),
        8,
        14,
    ),
)
