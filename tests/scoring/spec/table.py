"""The rules of scoring, one a row: what is given, who it is, and what must come out.

`given` says how many days ago a signal was given and how often; `who` what is known of the person
(see `definition.py` for what counts). `under` changes the definition for the row. Read top to
bottom, it is the specification; `python -m tests.scoring.spec` writes it to
`docs/scoring-specification.md`.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rule:
    says: str
    expect: dict
    given: dict = field(default_factory=dict)
    who: dict = field(default_factory=dict)
    under: dict = field(default_factory=dict)


VP = {"contact.seniority": "VP"}
VP_OF_MANY = {"contact.seniority": "VP", "company.employees": 500}
READY = {"webinar": [(0, 1)], "demo video": [(0, 1)]}

CHAPTERS = {
    "What a signal is worth": [
        Rule("A signal gives its points.", {"behaviour": 20}, {"webinar": [(0, 1)]}),
        Rule("Each time it is given counts …", {"behaviour": 16}, {"pricing": [(0, 2)]}),
        Rule("… up to its daily limit …", {"behaviour": 24}, {"pricing": [(0, 9)]}),
        Rule("… which is a limit of each day by itself.", {"behaviour": 32},
             {"pricing": [(0, 3), (1, 1)]}),
        Rule("The cap is the most that one signal adds.", {"behaviour": 32},
             {"pricing": [(0, 3), (1, 3)]}),
        Rule("A signal without a cap is limited by its intent alone.", {"behaviour": 50},
             {"webinar": [(0, 1), (1, 1), (2, 1)]}),
        Rule("What is given after the day does not count.", {"behaviour": 0},
             {"webinar": [(-1, 1)]}),
        Rule("A signal that is not weighed gives nothing.", {"behaviour": 0},
             {"unknown": [(0, 5)]}),
    ],
    "How it fades": [
        Rule("On the last day before its half-life it is whole …", {"behaviour": 20},
             {"webinar": [(29, 1)]}),
        Rule("… on the day of the half-life it is half …", {"behaviour": 10},
             {"webinar": [(30, 1)]}),
        Rule("… and half again after each further one.", {"behaviour": 5}, {"webinar": [(60, 1)]}),
        Rule("After its steps nothing is left.", {"behaviour": 0}, {"webinar": [(90, 1)]}),
        Rule("What is left is rounded down: 15, 7, 3.", {"behaviour": 3},
             {"whitepaper": [(60, 1)]}),
        Rule("A day's events are halved together: 30 is 15, where twice 7 were 14.",
             {"behaviour": 15}, {"whitepaper": [(30, 2)]}),
        Rule("Each day fades from its own date.", {"behaviour": 30},
             {"webinar": [(0, 1), (30, 1)]}),
        Rule("One step is a plain window.", {"behaviour": 5}, {"click": [(13, 5), (14, 5)]}),
        Rule("Without a half-life it never fades.", {"behaviour": 3, "changes_in": None},
             {"subscriber": [(5000, 1)]}),
    ],
    "Groups of intent": [
        Rule("Signals of one intent share its cap.", {"behaviour": 50},
             {"webinar": [(0, 1), (1, 1)], "whitepaper": [(0, 5)]}),
        Rule("No number of clicks makes an MQL.", {"behaviour": 10, "qualified": False},
             {"click": [(n, 20) for n in range(14)]}, VP_OF_MANY),
        Rule("Intents add up.", {"behaviour": 60, "band": 1},
             {"demo video": [(0, 1)], "webinar": [(0, 1)], "click": [(0, 15)]}),
        Rule("A signal's own cap comes before that of its intent.", {"behaviour": 23},
             {"webinar": [(0, 1), (1, 1)], "whitepaper": [(0, 1)]}, under={"webinar": {"cap": 8}}),
    ],
    "Negative signals": [
        Rule("They are taken off after the caps.", {"behaviour": 40},
             {"webinar": [(0, 1), (1, 1), (2, 1)], "careers": [(0, 1)]}),
        Rule("They fade towards zero like the others: −10, −5, −2.", {"behaviour": 18},
             {"webinar": [(0, 1)], "careers": [(60, 1)]}),
        Rule("Together they take no more than their floor.", {"behaviour": 30},
             {"demo video": [(0, 1)], "webinar": [(0, 1), (1, 1), (2, 1)], "careers": [(0, 9)]}),
        Rule("Behaviour is never below zero.", {"behaviour": 0},
             {"click": [(0, 1)], "careers": [(0, 1)]}),
    ],
    "Fit": [
        Rule("A criterion that holds gives its points.", {"fit": 20}, who=VP),
        Rule("Text is compared without regard to case or width.", {"fit": 20},
             who={"contact.seniority": "ＶＰ"}),
        Rule("A group gives no more than its cap.", {"fit": 20},
             who={"contact.seniority": "VP", "contact.role": "Buyer"}),
        Rule("Groups add up.", {"fit": 35}, who=VP_OF_MANY),
        Rule("What is unknown gives nothing, and might have given more.",
             {"fit": 20, "fit_possible": 35}, who=VP),
        Rule("What is known not to hold might not.", {"fit": 20, "fit_possible": 20},
             who={"contact.seniority": "VP", "company.employees": 5}),
        Rule("Poor fit is taken off, and fit may be negative.", {"fit": -30, "total": -30},
             who={"company.industry": "Retail"}),
        Rule("Poor fit takes no more than its floor.", {"fit": -35},
             who={"company.industry": "Retail agency"}, under={"fit_floor": -35}),
        Rule("Grades are lower bounds, inclusive.", {"fit": 20, "grade": "C"}, who=VP),
        Rule("Below all of them it is a D.", {"fit": 15, "grade": "D"},
             who={"contact.role": "Buyer"}),
        Rule("So are bands of behaviour.", {"behaviour": 20, "band": 3}, {"webinar": [(0, 1)]}),
    ],
    "Who qualifies": [
        Rule("Who reaches every bound does, at each bound exactly.",
             {"total": 70, "qualified": True}, READY, VP, {"threshold": 70}),
        Rule("One point short of the threshold does not.", {"total": 70, "qualified": False},
             READY, VP, {"threshold": 71}),
        Rule("Fit alone is not enough.", {"behaviour": 20, "qualified": False},
             {"webinar": [(0, 1)]}, VP_OF_MANY, {"threshold": 50}),
        Rule("Behaviour alone is not enough.", {"fit": 15, "qualified": False},
             {"webinar": [(0, 1)], "demo video": [(0, 1)], "click": [(0, 9)]},
             {"contact.role": "Buyer"}),
        Rule("Where high intent is asked for, distinct signals count …",
             {"high_intent": 2, "qualified": True},
             {"demo video": [(0, 1)], "pricing": [(29, 1)]}, VP_OF_MANY,
             {"high_intent_signals": 2}),
        Rule("… given within the last days, whatever is left of them …",
             {"high_intent": 1, "qualified": False},
             {"demo video": [(0, 1)], "pricing": [(30, 3)]}, VP_OF_MANY,
             {"high_intent_signals": 2}),
        Rule("… and one signal given twice is one.", {"high_intent": 1},
             {"demo video": [(0, 1), (3, 1)]}),
        Rule("A disqualifier outweighs any score, and is named.",
             {"qualified": False, "disqualified_by": "Student"}, READY,
             VP_OF_MANY | {"contact.role": "Student"}),
        Rule("Who may not be approached does not qualify.",
             {"total": 85, "qualified": False}, READY, VP_OF_MANY | {"approachable": False}),
        Rule("A date lies within the last 30 days on its own day …",
             {"disqualified_by": "New customer"}, who={"contact.attributes": {"bought": 0}}),
        Rule("… and still on the 29th after it …",
             {"disqualified_by": "New customer"}, who={"contact.attributes": {"bought": -29}}),
        Rule("… no more on the 30th …",
             {"disqualified_by": ""}, who={"contact.attributes": {"bought": -30}}),
        Rule("… nor on any day before it.",
             {"disqualified_by": ""}, who={"contact.attributes": {"bought": 1}}),
    ],
    "When time changes it": [
        Rule("On the next day on which anything halves or ends.", {"changes_in": 4},
             {"webinar": [(26, 1)], "pricing": [(0, 1)]}),
        Rule("On the day on which high intent is not lately any more.", {"changes_in": 5},
             {"demo video": [(25, 1)]}),
        Rule("On the day on which an answer about today turns …", {"changes_in": 10},
             who={"contact.attributes": {"bought": -20}}),
        Rule("… which is later than the day itself.", {"changes_in": 30},
             who={"contact.attributes": {"bought": 0}}),
        Rule("What was rounded down to nothing has nothing left to halve.",
             {"behaviour": 0, "changes_in": None}, {"webinar": [(30, 1)]},
             under={"webinar": {"points": 1}}),
        Rule("Never, where nothing is left to change.", {"changes_in": None},
             {"webinar": [(91, 1)]}),
    ],
}  # fmt: skip
RULES = [rule for rules in CHAPTERS.values() for rule in rules]
