"""The rules of scoring once more: slow, obvious, one contact at a time, sharing no code with the
engine. Definitions and conditions are read as data.

A person is a dict of fields ("contact.job_title": "VP", "contact.attributes": {…}) with
"approachable"; a tally is (signal id, day, count); an event a dict of kind, name, properties,
day, occurred_at, is_bot.
"""

import math
import unicodedata
from datetime import date, timedelta
from itertools import pairwise

FREE = {"gmail.com"}


def folded(text):
    return unicodedata.normalize("NFKC", text).casefold()


# --- conditions ---------------------------------------------------------------------------------


def value_of(subject, field):
    """The value; None if it is not known."""
    if field in subject:
        value = subject[field]
    else:
        for start in ("properties", "contact.attributes", "company.attributes"):
            if field.startswith(start + "."):
                value = subject.get(start)
                for key in field[len(start) + 1 :].split("."):
                    value = value.get(key) if isinstance(value, dict) else None
                break
        else:
            value = None
    return None if value == "" else value


def as_text(value):
    return folded(value) if isinstance(value, str) else None


def as_number(value):
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def as_date(value):
    if not isinstance(value, str) or len(value) < 10:
        return None
    if len(value) > 10 and value[10] not in "T ":
        return None
    head = value[:10]
    if head[4] != "-" or head[7] != "-" or head[0] not in "12345678":
        return None
    digits = head[:4] + head[5:7] + head[8:]
    if any(digit not in "0123456789" for digit in digits):
        return None
    try:
        return date(int(head[:4]), int(head[5:7]), int(head[8:]))
    except ValueError:
        return None


def of_type(value, pattern):
    """The value in a form that equals the pattern's if both are the same; None if another type."""
    if isinstance(pattern, bool):
        return value if isinstance(value, bool) else None
    return as_text(value) if isinstance(pattern, str) else as_number(value)


def same(value, pattern):
    mine, other = of_type(value, pattern), of_type(pattern, pattern)
    return mine is not None and mine == other


def other(value, pattern):
    mine, theirs = of_type(value, pattern), of_type(pattern, pattern)
    return mine is not None and mine != theirs


def path_fits(glob, path):
    if not glob:
        return not path
    if glob.startswith("**"):
        return any(path_fits(glob[2:], path[start:]) for start in range(len(path) + 1))
    if glob[0] == "*":
        for start in range(len(path) + 1):
            if path_fits(glob[1:], path[start:]):
                return True
            if start < len(path) and path[start] == "/":
                return False
        return False
    return bool(path) and path[0] == glob[0] and path_fits(glob[1:], path[1:])


def none_of(value, patterns):
    """Compared only with the values of its own type, of which there must be one."""
    mine = [pattern for pattern in patterns if of_type(value, pattern) is not None]
    return bool(mine) and not any(same(value, pattern) for pattern in mine)


def compare(row, subject, day):
    value, given = value_of(subject, row.field), row.value
    if row.operator == "is_known":
        return (value is not None) == given
    if value is None:
        return False
    text, number, when = as_text(value), as_number(value), as_date(value)
    match row.operator:
        case "is":
            return same(value, given)
        case "is_not":
            return other(value, given)
        case "is_one_of":
            return any(same(value, one) for one in given)
        case "is_not_one_of":
            return none_of(value, given)
        case "contains":
            return text is not None and folded(given) in text
        case "starts_with":
            return text is not None and text.startswith(folded(given))
        case "path_matches":
            return text is not None and path_fits(folded(given), text)
        case "above":
            return number is not None and number > given
        case "at_least":
            return number is not None and number >= given
        case "below":
            return number is not None and number < given
        case "at_most":
            return number is not None and number <= given
        case "before":
            return when is not None and when < date.fromisoformat(given)
        case "after":
            return when is not None and when > date.fromisoformat(given)
        case "within_days":
            return when is not None and 0 <= (day - when).days < given
        case "is_free_mail":
            return (value.split("@")[-1] in FREE) == given
    raise AssertionError(row.operator)


def holds(node, subject, day=None):
    match type(node).__name__:
        case "All":
            return all(holds(part, subject, day) for part in node.nodes)
        case "Any":
            return any(holds(part, subject, day) for part in node.nodes)
    return compare(node, subject, day)


def may_hold(node, subject, day):
    """If what is unknown turned out well."""
    match type(node).__name__:
        case "All":
            return all(may_hold(part, subject, day) for part in node.nodes)
        case "Any":
            return any(may_hold(part, subject, day) for part in node.nodes)
    return value_of(subject, node.field) is None or compare(node, subject, day)


def rows_of(node):
    if type(node).__name__ == "Comparison":
        return [node]
    return [row for part in node.nodes for row in rows_of(part)]


# --- tallies ------------------------------------------------------------------------------------


def tallies_of(signals, events):
    """(signal id, day, count) of one contact's events."""
    tallies = []
    for signal in signals:
        for day in sorted({event["day"] for event in events}):
            mine = [
                event
                for event in events
                if event["day"] == day and not event["is_bot"] and holds(signal.conditions, event)
            ]
            if not mine:
                continue
            count = len(mine)
            if signal.distinct_property:
                count = len({distinct_value(event, signal.distinct_property) for event in mine})
            tallies.append((signal.id, day, count))
    return tallies


def distinct_value(event, name):
    value = value_of(event, f"properties.{name}")
    if isinstance(value, bool):
        return ("truth", value)
    if isinstance(value, str):
        return ("text", folded(value))
    if isinstance(value, int | float):
        number = as_number(value)
        return ("number", math.inf if number is None else number)
    return None


# --- scores -------------------------------------------------------------------------------------


def worth(weight, given_on, count, day):
    """What a tally is worth on a day, with its sign."""
    age = (day - given_on).days
    if age < 0:
        return 0
    points = min(count, weight.daily_limit) * abs(weight.points)
    if weight.half_life_days is not None:
        halvings = age // weight.half_life_days
        if halvings >= weight.steps:
            return 0
        for _ in range(halvings):
            points //= 2
    return points if weight.points >= 0 else -points


def behaviour(definition, tallies, day):
    caps = {
        "high": definition.cap_high,
        "medium": definition.cap_medium,
        "shallow": definition.cap_shallow,
    }
    groups, negative = dict.fromkeys(caps, 0), 0
    for weight in definition.weights:
        points = sum(
            worth(weight, given_on, count, day)
            for signal, given_on, count in tallies
            if signal == weight.signal.id
        )
        if weight.points < 0:
            negative += points
        else:
            groups[weight.signal.intent] += (
                points if weight.cap is None else min(points, weight.cap)
            )
    positive = sum(min(groups[intent], caps[intent]) for intent in caps)
    return max(0, positive + max(negative, definition.behaviour_floor))


def fit(definition, person, day, answers):
    points = 0
    for group in definition.fit_groups:
        positive = sum(
            criterion.points
            for criterion in definition.fit_criteria
            if criterion.group == group.name
            and criterion.points > 0
            and answers(criterion.conditions, person, day)
        )
        points += min(positive, group.cap)
    negative = sum(
        criterion.points
        for criterion in definition.fit_criteria
        if criterion.points < 0 and holds(criterion.conditions, person, day)
    )
    return points + max(negative, definition.fit_floor)


def high_intent(definition, tallies, day):
    """The distinct high-intent signals given lately."""
    high = {weight.signal.id for weight in definition.weights if weight.signal.intent == "high"}
    return {
        signal
        for signal, given_on, _ in tallies
        if signal in high and 0 <= (day - given_on).days < definition.high_intent_days
    }


def grade(definition, fits):
    bounds = zip("ABC", (definition.grade_a, definition.grade_b, definition.grade_c), strict=True)
    return next((letter for letter, bound in bounds if fits >= bound), "D")


def band(definition, gained):
    bounds = enumerate((definition.band_1, definition.band_2, definition.band_3), start=1)
    return next((number for number, bound in bounds if gained >= bound), 4)


def score(definition, tallies, person, day, *, look_ahead=True):
    gained = behaviour(definition, tallies, day)
    fits = fit(definition, person, day, holds)
    high = len(high_intent(definition, tallies, day))
    by = [one.name for one in definition.disqualifiers if holds(one.conditions, person, day)]
    return {
        "behaviour": gained,
        "fit": fits,
        "total": gained + fits,
        "fit_possible": fit(definition, person, day, may_hold),
        "grade": grade(definition, fits),
        "band": band(definition, gained),
        "high_intent": high,
        "disqualified_by": by[0] if by else "",
        "approachable": person["approachable"],
        "qualified": (
            gained + fits >= definition.threshold
            and gained >= definition.minimum_behaviour
            and fits >= definition.minimum_fit
            and high >= definition.high_intent_signals
            and not by
            and person["approachable"]
        ),
        "changes_on": changes_on(definition, tallies, person, day) if look_ahead else None,
    }


def answers_that_time_changes(definition, tallies, person, day):
    weights = {weight.signal.id: weight for weight in definition.weights}
    parts = (*definition.fit_criteria, *definition.disqualifiers)
    return (
        [
            worth(weights[signal], given_on, count, day)
            for signal, given_on, count in tallies
            if signal in weights
        ],
        high_intent(definition, tallies, day),
        [
            compare(row, person, day)
            for part in parts
            for row in rows_of(part.conditions)
            if row.operator == "within_days"
        ],
    )


def changes_on(definition, tallies, person, day, *, horizon=500):
    """The next day on which anything changes: by looking at each day."""
    tallies = [tally for tally in tallies if tally[1] <= day]
    now = answers_that_time_changes(definition, tallies, person, day)
    for days in range(1, horizon):
        later = day + timedelta(days=days)
        if answers_that_time_changes(definition, tallies, person, later) != now:
            return later
    return None


def fades(definition, tallies, day, *, horizon=500):
    """The later days on which something given by then is worth less than the day before."""
    weights = {weight.signal.id: weight for weight in definition.weights}
    given = [tally for tally in tallies if tally[1] <= day and tally[0] in weights]

    def worths(later):
        return [worth(weights[signal], on, count, later) for signal, on, count in given]

    days = [day + timedelta(days=number) for number in range(horizon)]
    return [later for before, later in pairwise(days) if worths(before) != worths(later)]


def falls(definition, tallies, person, day, *, horizon=500):
    """(day, change of the total) for each later day on which it falls with no new fact."""
    tallies = [tally for tally in tallies if tally[1] <= day]
    fallen, before = [], None
    for days in range(horizon):
        later = day + timedelta(days=days)
        total = behaviour(definition, tallies, later) + fit(definition, person, later, holds)
        if before is not None and total < before:
            fallen.append((later, total - before))
        before = total
    return fallen


def given_on(definition, tallies, day):
    """(signal, day) → what is left of it on a day, with its sign; nothing where nothing is."""
    weights = {weight.signal.id: weight for weight in definition.weights}
    left = {
        (signal, given): worth(weights[signal], given, count, day)
        for signal, given, count in tallies
        if signal in weights
    }
    return {key: points for key, points in left.items() if points}
