"""Random pasts for Hypothesis: people and companies of whom other things were known before."""

import json
from datetime import datetime, timedelta

import pyarrow as pa
from hypothesis import strategies as st

from scoring import said
from tests.scoring import worlds
from tests.scoring.worlds import DATES, JSON, OBJECTS, TEXTS, TODAY, TRAITS

MOMENTS = st.builds(
    lambda ago, hour: datetime(TODAY.year, TODAY.month, TODAY.day, hour) - timedelta(days=ago),
    st.integers(0, 60),
    st.integers(0, 23),
)
KINDS = st.sampled_from(["browser", "server", "person"])
TITLES = st.one_of(st.none(), TEXTS)
COMPANIES = (1, 2)


def words(values: dict):
    """Of each field some words; `values`: field → strategy."""
    one = st.sampled_from(sorted(values)).flatmap(
        lambda field: st.fixed_dictionaries(
            {
                "field": st.just(field),
                "value": values[field],
                "at": MOMENTS,
                "source": KINDS,
                "confirmed_at": st.integers(0, 20),
            }
        )
    )
    return st.lists(one.map(with_confirmation), max_size=8)


def with_confirmation(word: dict) -> dict:
    return word | {"confirmed_at": word["at"] + timedelta(days=word["confirmed_at"])}


PEOPLE = st.fixed_dictionaries(
    {
        "contact.email": st.sampled_from([None, "a@gmail.com"]),
        "today": st.fixed_dictionaries(
            {"job_title": st.one_of(st.just(""), TEXTS), "attributes": TRAITS}
        ),
        "company": st.sampled_from([None, *COMPANIES]),
        "opted_out": st.booleans(),
        "do_not_contact": st.sampled_from([False, False, True]),
        "words": words(
            {
                "job_title": TITLES,
                "attributes.x": JSON,
                "attributes.since": DATES,
                "attributes.deep": st.fixed_dictionaries({"k": JSON}),
                "company": st.sampled_from([None, *COMPANIES]),
                "opted_out": st.sampled_from([None, True, False]),
                "do_not_contact": st.booleans(),
            }
        ),
    }
)
COMPANY = st.fixed_dictionaries(
    {
        "today": st.fixed_dictionaries(
            {"employees": st.sampled_from([None, 0, 7, 500]), "attributes": OBJECTS}
        ),
        "words": words({"employees": st.sampled_from([None, 0, 7, 500]), "attributes.y": JSON}),
    }
)
FIRMS = st.fixed_dictionaries(dict.fromkeys(COMPANIES, COMPANY))
WORLDS = st.lists(st.tuples(PEOPLE, st.lists(worlds.EVENTS, max_size=8)), min_size=1, max_size=3)


def told(people: list[dict], companies: dict[int, dict]) -> said.Told:
    """As `said.told` gives it; contacts are numbered from 1."""
    rows = [
        {
            "approachable": not (one["opted_out"] or one["do_not_contact"]),
            "contact.email": one["contact.email"],
            "contact.job_title": one["today"]["job_title"],
            "contact.attributes": one["today"]["attributes"],
            "company.employees": companies[one["company"]]["today"]["employees"]
            if one["company"]
            else None,
            "company.attributes": companies[one["company"]]["today"]["attributes"]
            if one["company"]
            else None,
        }
        for one in people
    ]
    numbers = range(1, len(people) + 1)
    now = {
        "contact_id": list(numbers),
        "company_id": [one["company"] for one in people],
        "opted_out": [one["opted_out"] for one in people],
        "do_not_contact": [one["do_not_contact"] for one in people],
        "since": [TODAY] * len(people),
    }
    firms = {
        "company_id": pa.array(list(companies), pa.int64()),
        "since": pa.array([TODAY] * len(companies), pa.date32()),
        "company_employees": pa.array(
            [one["today"]["employees"] for one in companies.values()], pa.int64()
        ),
        "company_attributes": pa.array(
            [json.dumps(one["today"]["attributes"]) for one in companies.values()], pa.string()
        ),
    }
    return said.Told(
        worlds.people_table(rows),
        pa.table(now, schema=said.NOW.set(4, pa.field("since", pa.date32()))),
        pa.table(firms),
        words_table(zip(numbers, people, strict=True)),
        words_table(companies.items()),
    )


def words_table(subjects) -> pa.Table:
    rows = [(number, word) for number, one in subjects for word in one["words"]]

    def micros(name: str) -> list[int]:
        zone = said.settings.ORGANISATION_ZONE
        moments = [word[name].replace(tzinfo=zone) for _, word in rows]
        return [round(moment.timestamp()) * 1_000_000 for moment in moments]

    columns = {
        "id": [number for number, _ in rows],
        "field": [word["field"] for _, word in rows],
        "value": [None if word["value"] is None else json.dumps(word["value"]) for _, word in rows],
        "said_at": micros("at"),
        "confirmed_at": micros("confirmed_at"),
        "source": [word["source"] for _, word in rows],
    }
    return said.with_days(pa.table(columns, schema=said.SAID))
