"""A made-up world for the scoring benchmark: the same for the same size, with heavy-tailed events.

25 signals on the names of track events (every fifth asks for a property, every fourth counts
distinct values) and 12 fit criteria in four groups. Three events in ten bear a name that no signal
asks for. All texts are ASCII, so that SQL's lower() and NFKC with casefolding mean the same.
"""

import sys
from datetime import date, datetime

from scoring import bulk, engine

TODAY = date(2026, 3, 10)
CHUNK = 200_000
SIGNALS = 25
# The name of three events in ten.
COMMON = "Page Viewed"
# Few contacts have most events; they are strewn among the others, as they are anywhere.
RANDOM = "(hash(i, {salt}) % 1000003)::DOUBLE / 1000003"
STREWN = 611_953

COMPANIES = """
    SELECT i + 1 AS id, 'company' || i || '.example' AS domain, '' AS external_id,
           'Company ' || i AS name,
           ['Software', 'Retail', 'Finance', 'Health', ''][1 + (hash(i, 1) % 5)::INT] AS industry,
           (10 * (1 + hash(i, 2) % 200))::INTEGER AS employees, '' AS country,
           ['North', 'South', 'East', ''][1 + (hash(i, 3) % 4)::INT] AS region,
           'prospect' AS status, '{}' AS attributes, $now AS created_at
    FROM range($first, $last) r(i)"""
CONTACTS = """
    SELECT i + 1 AS id, 'person' || i || '@company' || (i // 10) || '.example' AS email,
           '' AS first_name, '' AS last_name,
           ['VP Sales', 'Developer', 'Head of Data', 'Student', ''][1 + (hash(i, 4) % 5)::INT]
               AS job_title,
           '' AS role, ['vp', 'director', 'manager', ''][1 + (hash(i, 5) % 4)::INT] AS seniority,
           '' AS phone, ['Germany', 'France', 'Spain', ''][1 + (hash(i, 6) % 4)::INT] AS country,
           '' AS source, '' AS campaign, (i // 10) + 1 AS company_id, '{}' AS attributes,
           '' AS consent_source, '' AS opt_out_source, i % 97 = 0 AS do_not_contact,
           $now AS created_at
    FROM range($first, $last) r(i)"""
FRESHNESS = """
    SELECT i + 1 AS contact_id, 1 AS revision, 0 AS scored_revision, 0 AS recount_revision,
           0 AS failed_revision, '' AS failure
    FROM range($first, $last) r(i)"""
EVENTS = f"""
    SELECT $source AS source_id, 'message-' || i AS message_id, 'track' AS kind,
           CASE WHEN hash(i, 12) % 10 < 3 THEN '{COMMON}'
                ELSE 'Event ' || (1 + hash(i, 7) % {SIGNALS}) END AS name,
           '{{"asset": "a' || (hash(i, 8) % 20) || '", "plan": "'
               || ['pro', 'free'][1 + (hash(i, 9) % 2)::INT] || '"}}' AS properties,
           $now::TIMESTAMP - to_days((hash(i, 10) % 180)::INTEGER) AS occurred_at,
           occurred_at AS received_at, occurred_at::DATE AS day,
           1 + $before + (floor($contacts * pow({RANDOM.format(salt=11)}, 3))::BIGINT * {STREWN})
               % $contacts AS contact_id,
           '' AS anonymous_id, false AS by_device, i % 50 = 0 AS is_bot, 1 AS revision
    FROM range($first, $last) r(i)"""


def make(*, contacts: range, events: range, source_id: int) -> None:
    """Adds companies of ten, the contacts with these numbers (from 0), all of them stale, and the
    events with these numbers, which are theirs.
    """
    now = {"now": datetime(TODAY.year, TODAY.month, TODAY.day, 12)}
    of_whom = {"contacts": len(contacts), "before": contacts.start, "source": source_id}
    companies = range(-(-contacts.start // 10), -(-contacts.stop // 10))
    fill("records_company", COMPANIES, companies, now)
    fill("records_contact", CONTACTS, contacts, now)
    fill("records_freshness", FRESHNESS, contacts, {})
    fill("records_event", EVENTS, events, now | of_whom)


def fill(table: str, sql: str, numbers: range, values: dict) -> None:
    from django.conf import settings
    from django.db import connection, transaction

    with engine.connect() as duck:
        for first in range(numbers.start, numbers.stop, CHUNK):
            bounds = {"first": first, "last": min(numbers.stop, first + CHUNK)}
            made = duck.sql(sql, params=values | bounds).to_arrow_table()
            with transaction.atomic(), connection.cursor() as cursor:
                if not settings.ON_SQLITE:
                    # The made rows refer to each other as they should: nobody needs to check.
                    cursor.execute("SET LOCAL session_replication_role = replica")
                bulk.add(cursor, table, made)
            told(f"{table}: {bounds['last']:,} of {numbers.stop:,}")
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def told(what: str) -> None:
    """Progress, for whoever waits."""
    print(f"    {what}", file=sys.stderr, flush=True)


def signals() -> list:
    """The rows of the 25 signals, saved; those of a world that was kept."""
    from scoring.models import Signal

    asked = [signal(number) for number in range(1, SIGNALS + 1)]
    return [Signal.objects.get_or_create(name=one["name"], defaults=one)[0] for one in asked]


def common_signal() -> dict:
    """A signal on the name that three events in ten bear."""
    return {
        "name": "Benchmark, new",
        "intent": "shallow",
        "conditions": {"all": [{"field": "name", "is": COMMON.lower()}]},
    }


def signal(number: int) -> dict:
    rows = [{"field": "name", "is": f"event {number}"}]
    if number % 5 == 0:
        rows.append({"field": "properties.plan", "is": "Pro"})
    distinct = number % 4 == 0
    return {
        "name": f"Benchmark {number}",
        "intent": ("high", "medium", "shallow")[number % 3],
        "conditions": {"all": rows},
        "counting": "distinct" if distinct else "events",
        "distinct_property": "asset" if distinct else "",
    }


GROUPS = {"Role": 20, "Size": 15, "Industry": 15, "Region": 10}
# Group, points, field, operator, value.
CRITERIA = (
    ("Role", 20, "contact.seniority", "is", "vp"),
    ("Role", 15, "contact.seniority", "is", "director"),
    ("Role", 10, "contact.job_title", "contains", "head of"),
    ("Role", -20, "contact.job_title", "contains", "student"),
    ("Size", 10, "company.employees", "at_least", 200),
    ("Size", 5, "company.employees", "at_least", 1000),
    ("Industry", 15, "company.industry", "is", "software"),
    ("Industry", 8, "company.industry", "is", "finance"),
    ("Industry", -10, "company.industry", "is", "retail"),
    ("Region", 10, "company.region", "is", "north"),
    ("Region", 5, "contact.country", "is", "germany"),
    ("Region", -5, "contact.country", "is", "spain"),
)


def definition(weighed: list, *, name: str, times: int, at: datetime):
    """A draft that weighs the signals; `times` makes its points others than another's."""
    from scoring import versions

    row = versions.new_draft(name=name, by=None, at=at)
    for number, signal in enumerate(weighed, start=1):
        row.weights.create(signal=signal, **weight(number, times))
    for group, cap in GROUPS.items():
        row.fit_groups.create(name=group, cap=cap)
    for group, points, field, operator, value in CRITERIA:
        row.fit_criteria.create(
            group=group,
            name=f"{field} {value}",
            points=points,
            conditions={"all": [{"field": field, operator: value}]},
        )
    return row


def weight(number: int, times: int) -> dict:
    points = (-3 if number % 6 == 0 else 2 + number % 7) * times
    return {
        "points": points,
        "daily_limit": 1 + number % 3,
        "half_life_days": None if number % 8 == 0 else 7 + 3 * (number % 5),
        "steps": 1 + number % 4,
        "cap": None if points < 0 or number % 2 else 30,
    }
