"""The benchmark's definition as one SQL statement, over tallies or over raw events.

It is written as PostgreSQL spells it; what SQLite spells in other words is replaced at the end.
"""

from bench.scoring_world import CRITERIA, GROUPS, SIGNALS, TODAY, signal, weight
from scoring.definition import FOREVER

AGE = f"DATE '{TODAY}' - day"
IN_SQLITE = {
    AGE: f"julianday('{TODAY}') - julianday(day)",
    "least(": "min(",
    "greatest(": "max(",
}
TALLIES = "SELECT contact_id, signal_id, day, count FROM scoring_tally"
BEHAVIOUR = f"""
    worths AS (
        SELECT contact_id, signal_id, belongs_to, cap,
               sum((least(count, daily_limit) * points) >> shift) AS points
        FROM tallies JOIN weights USING (signal_id) JOIN decay USING (signal_id)
        WHERE {AGE} BETWEEN from_age AND to_age - 1
        GROUP BY contact_id, signal_id, belongs_to, cap
    ), grouped AS (
        SELECT contact_id, belongs_to, sum(least(points, coalesce(cap, points))) AS points
        FROM worths GROUP BY contact_id, belongs_to
    ), behaved AS (
        SELECT contact_id, greatest(0, sum(CASE belongs_to
                   WHEN 'high' THEN least(points, 80) WHEN 'medium' THEN least(points, 50)
                   WHEN 'shallow' THEN least(points, 10) ELSE greatest(-points, -50) END))
               AS behaviour
        FROM grouped GROUP BY contact_id
    )"""


def statement(over: str, signal_ids: list[int], *, times: int, database: str) -> str:
    """contact_id, behaviour and fit of everyone; `over` is "tallies" or "events"."""
    sql = in_postgresql(over, signal_ids, times=times)
    if database == "sqlite":
        for postgresql, sqlite in IN_SQLITE.items():
            sql = sql.replace(postgresql, sqlite)
    return sql


def in_postgresql(over: str, signal_ids: list[int], *, times: int) -> str:
    tallies = TALLIES if over == "tallies" else events(signal_ids)
    return f"""
        WITH weights(signal_id, belongs_to, points, daily_limit, cap) AS (
            VALUES {", ".join(weights(signal_ids, times))}
        ), decay(signal_id, from_age, to_age, shift) AS (VALUES {", ".join(decay(signal_ids))}
        ), tallies AS ({tallies}), {BEHAVIOUR}
        SELECT c.id, CAST(coalesce(behaviour, 0) AS bigint), CAST({fit()} AS bigint)
        FROM records_contact c LEFT JOIN records_company o ON o.id = c.company_id
             LEFT JOIN behaved ON behaved.contact_id = c.id
        ORDER BY c.id"""


def weights(signal_ids: list[int], times: int) -> list[str]:
    rows = []
    for number, key in enumerate(signal_ids, start=1):
        worth = weight(number, times)
        belongs_to = "negative" if worth["points"] < 0 else signal(number)["intent"]
        cap = "CAST(NULL AS int)" if worth["cap"] is None else worth["cap"]
        rows.append(
            f"({typed(key)}, '{belongs_to}', {abs(worth['points'])}, {worth['daily_limit']}, {cap})"
        )
    return rows


def decay(signal_ids: list[int]) -> list[str]:
    rows = []
    for number, key in enumerate(signal_ids, start=1):
        worth = weight(number, 1)
        days = worth["half_life_days"]
        if days is None:
            rows.append(f"({typed(key)}, 0, {FOREVER}, 0)")
        else:
            steps = range(worth["steps"])
            rows += [
                f"({typed(key)}, {step * days}, {(step + 1) * days}, {step})" for step in steps
            ]
    return rows


def typed(key: int) -> str:
    """SQLite indexes what it joins by only where both sides have a type."""
    return f"CAST({key} AS bigint)"


def events(signal_ids: list[int]) -> str:
    """Tallies from raw events, their conditions on JSON."""
    conditions = " ".join(
        f"WHEN lower(name) = 'event {number}'"
        + (" AND lower(properties ->> 'plan') = 'pro'" if number % 5 == 0 else "")
        + f" THEN {signal_ids[number - 1]}"
        for number in range(1, SIGNALS + 1)
    )
    distinct = ", ".join(str(signal_ids[n - 1]) for n in range(4, SIGNALS + 1, 4))
    return f"""
        SELECT contact_id, signal_id, day,
               CASE WHEN signal_id IN ({distinct}) THEN count(DISTINCT lower(asset))
                    ELSE count(*) END AS count
        FROM (SELECT contact_id, day, properties ->> 'asset' AS asset,
                     CASE {conditions} END AS signal_id
              FROM records_event WHERE NOT is_bot) AS matched
        WHERE signal_id IS NOT NULL GROUP BY contact_id, signal_id, day"""


def fit() -> str:
    groups = [f"least({positive(group)}, {cap})" for group, cap in GROUPS.items()]
    negative = " + ".join(case(row) for row in CRITERIA if row[1] < 0)
    return f"{' + '.join(groups)} + greatest({negative}, -50)"


def positive(group: str) -> str:
    return " + ".join(case(row) for row in CRITERIA if row[0] == group and row[1] > 0)


def case(row: tuple) -> str:
    _, points, field, operator, value = row
    column = field.replace("contact.", "c.").replace("company.", "o.")
    holds = {
        "is": f"lower({column}) = '{value}'",
        "contains": f"lower({column}) LIKE '%{value}%'",
        "at_least": f"{column} >= {value}",
    }[operator]
    return f"CASE WHEN {holds} THEN {points} ELSE 0 END"
