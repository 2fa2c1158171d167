"""The table of rules as a page of docs."""

from pathlib import Path

from scoring.definition import Definition
from tests.scoring.spec.definition import BASE
from tests.scoring.spec.table import CHAPTERS, Rule

PAGE = Path(__file__).resolve().parents[3] / "docs" / "scoring-specification.md"

INTRODUCTION = """\
# The rules of scoring, by example

Each row is a test: given these signals, known this of the person, under this definition, LeadHub
must say that. The page is written by `python -m tests.scoring.spec` from
`tests/scoring/spec/table.py`; a test fails while they differ. Days are told backwards: “webinar 30
days ago” is a tally of that day. Dates after “today” are days ahead.
"""


def page() -> str:
    parts = [INTRODUCTION, the_definition(BASE)]
    parts += [chapter(title, rules) for title, rules in CHAPTERS.items()]
    return "\n".join(parts)


def the_definition(definition: Definition) -> str:
    weights = [
        f"| {one.signal.name} | {one.signal.intent} | {one.fading()} | {one.daily_limit} |"
        f" {'–' if one.cap is None else one.cap} |"
        for one in definition.weights
    ]
    criteria = [
        f"| {one.name} | {one.group or '–'} | {one.points} |" for one in definition.fit_criteria
    ]
    groups = ", ".join(f"{group.name} {group.cap}" for group in definition.fit_groups)
    caps = ", ".join(f"{intent} {cap}" for intent, cap in definition.caps.items())
    return "\n".join(
        [
            "## The definition used",
            "",
            "| signal | intent | worth | a day | cap |",
            "| --- | --- | --- | --- | --- |",
            *weights,
            "",
            "| criterion | group | points |",
            "| --- | --- | --- |",
            *criteria,
            "",
            f"Caps of intents: {caps}; of groups: {groups}. Floors: negative signals"
            f" {definition.behaviour_floor}, poor fit {definition.fit_floor}. Threshold"
            f" {definition.threshold}, behaviour at least {definition.minimum_behaviour}, fit at"
            f" least {definition.minimum_fit}. Grades: A from {definition.grade_a}, B from"
            f" {definition.grade_b}, C from {definition.grade_c}. Bands: 1 from"
            f" {definition.band_1}, 2 from {definition.band_2}, 3 from {definition.band_3}."
            " Disqualified: students, and who bought within the last 30 days.",
            "",
        ]
    )


def chapter(title: str, rules: list[Rule]) -> str:
    rows = [
        f"| {rule.says} | {given(rule)} | {who(rule)} | {bounds(rule)} | {expected(rule)} |"
        for rule in rules
    ]
    head = ["| rule | given | who | under | then |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([f"## {title}", "", *head, *rows, ""])


def given(rule: Rule) -> str:
    days = [
        f"{name}{f' {count}×' if count > 1 else ''} {ago(days)}"
        for name, tallies in rule.given.items()
        for days, count in tallies[:3]
    ]
    more = sum(max(0, len(tallies) - 3) for tallies in rule.given.values())
    return ", ".join([*days, *([f"and on {more} more days"] if more else [])]) or "–"


def ago(days: int) -> str:
    if days < 0:
        return f"in {-days} day{'s' * (days < -1)}"
    return "today" if days == 0 else f"{days} day{'s' * (days > 1)} ago"


def who(rule: Rule) -> str:
    return ", ".join(told(name, value) for name, value in rule.who.items()) or "–"


def told(name: str, value) -> str:
    if name == "approachable":
        return "do not contact"
    if isinstance(value, dict):
        return ", ".join(f"{key} {ago(-days)}" for key, days in value.items())
    return f"{name.split('.')[-1].replace('_', ' ')} {value}"


def bounds(rule: Rule) -> str:
    parts = []
    for name, value in rule.under.items():
        inner = value.items() if isinstance(value, dict) else [("", value)]
        parts += [
            f"{name} {key} {bound}".replace("_", " ").replace("  ", " ") for key, bound in inner
        ]
    return ", ".join(parts) or "–"


def expected(rule: Rule) -> str:
    return ", ".join(f"{words(name)} **{written(value)}**" for name, value in rule.expect.items())


def words(name: str) -> str:
    return {"changes_in": "changes in days", "disqualified_by": "disqualified as"}.get(
        name, name.replace("_", " ")
    )


def written(value) -> str:
    if value is None:
        return "never"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
