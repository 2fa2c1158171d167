"""What the rules say over time: attributes as of a day, histories, record highs. As slow and
obvious as `oracle`, and like it without any code of the engine's.

A word is a dict: field, value, at and confirmed_at (datetimes in the organisation's zone), source
(its kind). A subject's `words` are all that was said of it; its `today` what its columns say.
"""

import json
from datetime import timedelta

from tests.scoring import oracle

FIRST_HOLDS = ("source", "campaign")
ACTS = ("opted_out", "do_not_contact")
STATE = (
    "behaviour", "fit", "total", "fit_possible", "grade", "band", "high_intent",
    "disqualified_by", "approachable", "qualified",
)  # fmt: skip


def points(word):
    if word["field"] in FIRST_HOLDS:
        return [word["at"]]
    return sorted({word["at"], word["confirmed_at"]})


def rank(word, at):
    trusted, person = word["source"] != "browser", word["source"] == "person"
    text = json.dumps(word["value"], sort_keys=True)
    if word["field"] in FIRST_HOLDS:
        moment = at.timestamp() if person else -at.timestamp()
        return trusted, person, moment, text
    return trusted, False, at.timestamp(), text


def held_on(words, day):
    """The value that holds on the day by what was said until then; None if nothing was."""
    said = [(rank(word, at), word) for word in words for at in points(word) if at.date() <= day]
    return max(said, key=lambda pair: pair[0])[1]["value"] if said else None


def days_of(words):
    return sorted({at.date() for word in words for at in points(word)})


def value_on(words, today, day):
    """The value that is used on the day, and the first day on which one was known (or None)."""
    days = days_of(words)
    known = [one for one in days if held_on(words, one) not in (None, "")]
    first = known[0] if known else None
    if not days or first is None or day >= days[-1] or first == days[-1]:
        return today, first
    return held_on(words, max(day, first)), first


def act_on(words, today, day):
    days = days_of(words)
    if not days or day >= days[-1]:
        return today
    return bool(held_on(words, day))


def about(words, field):
    return [word for word in words if word["field"] == field]


def subject_on(subject, day, start):
    """Fields such as "contact.job_title" as of the day. `subject`: words, today (flat, with
    "attributes" as a dict).
    """
    values = {}
    for name, today in subject["today"].items():
        if name == "attributes":
            keys = set(today or ()) | {
                word["field"].split(".", 1)[1]
                for word in subject["words"]
                if word["field"].startswith("attributes.")
            }
            values[f"{start}.attributes"] = {
                key: value_on(
                    about(subject["words"], f"attributes.{key}"), (today or {}).get(key), day
                )[0]
                for key in keys
            }
        else:
            values[f"{start}.{name}"] = value_on(about(subject["words"], name), today, day)[0]
    return values


NOWHERE = {"company.employees": None, "company.attributes": None}


def person_on(person, companies, day):
    """As `oracle.score` takes people. `person`: words, today, company, opted_out, do_not_contact,
    "contact.email"; `companies`: id → words and today.
    """
    company = value_on(about(person["words"], "company"), person["company"], day)[0]
    acts = [act_on(about(person["words"], act), person[act], day) for act in ACTS]
    return {
        "contact.email": person["contact.email"],
        "approachable": not any(acts),
        **subject_on(person, day, "contact"),
        **(subject_on(companies[company], day, "company") if company else NOWHERE),
    }


def state_on(definition, tallies, person, companies, day):
    known = person_on(person, companies, day)
    reckoned = oracle.score(definition, tallies, known, day, look_ahead=False)
    return {name: reckoned[name] for name in STATE}


def history(definition, tallies, person, companies, first, last):
    """(day, state) for the first day and each on which anything became different."""
    steps = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        state = state_on(definition, tallies, person, companies, day)
        if not steps or steps[-1][1] != state:
            steps.append((day, state))
    return steps


def record_highs(definition, tallies, person, companies, first, last):
    """(day, total, record before) on days on which all gates but the threshold hold."""
    highs, record = [], None
    for number in range(-1, (last - first).days + 1):
        day = first + timedelta(days=number)
        state = state_on(definition, tallies, person, companies, day)
        if (
            state["behaviour"] < definition.minimum_behaviour
            or state["fit"] < definition.minimum_fit
            or state["high_intent"] < definition.high_intent_signals
            or state["disqualified_by"]
            or not state["approachable"]
        ):
            continue
        if record is None or state["total"] > record:
            if number >= 0:
                highs.append((day, state["total"], record))
            record = state["total"]
    return highs


def handed_over_on(definition, tallies, person, companies, first, last, threshold):
    """The day of first handover at a threshold, by asking of each day whether they qualify."""
    for number in range(-1, (last - first).days + 1):
        day = first + timedelta(days=number)
        state = state_on(definition, tallies, person, companies, day)
        if qualifies(definition, state, threshold):
            return day if number >= 0 else None
    return None


def qualifies(definition, state, threshold):
    return (
        state["total"] >= threshold
        and state["behaviour"] >= definition.minimum_behaviour
        and state["fit"] >= definition.minimum_fit
        and state["high_intent"] >= definition.high_intent_signals
        and not state["disqualified_by"]
        and state["approachable"]
    )
