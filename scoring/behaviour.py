"""What tallies are worth: the stages of the chain from moments and tallies to behaviour.

Negative points travel as their amounts; only `behaved` gives them their sign back.
"""

import pyarrow as pa

from leadhub.conditions.compile import Compilation
from scoring.definition import FOREVER, HIGH, INTENTS, Definition

NEGATIVE = "negative"
GROUPS = (*INTENTS, NEGATIVE)

GIVEN = """
    SELECT contact_id, signal_id, day AS given_on, sum(count)::BIGINT AS count
    FROM tallies GROUP BY ALL"""

WORTHS = f"""
    SELECT contact_id, moments.day, signal_id, belongs_to, cap, given_on,
           least(count, daily_limit) AS count,
           (least(count, daily_limit) * points) >> shift AS worth,
           CASE WHEN to_age < {FOREVER} THEN given_on + to_age::INTEGER END AS turns_on
    FROM moments JOIN given USING (contact_id)
         JOIN weights USING (signal_id) JOIN decay USING (signal_id)
    WHERE moments.day - given_on >= from_age AND moments.day - given_on < to_age"""

# Points that are left always change when they are shifted again; points gone never do.
SIGNALS = """
    SELECT contact_id, day, signal_id, belongs_to, sum(worth)::BIGINT AS points,
           least(sum(worth)::BIGINT, cap) AS capped,
           coalesce(sum(count) FILTER (worth > 0), 0)::BIGINT AS count,
           max(given_on) AS last_on, min(turns_on) FILTER (worth > 0) AS turns_on
    FROM worths GROUP BY contact_id, day, signal_id, belongs_to, cap"""

LATELY = """
    SELECT contact_id, day, count(*) AS high_intent, min(ends_on) AS turns_on
    FROM (
        SELECT contact_id, moments.day, signal_id, max(given_on) + {days}::INTEGER AS ends_on
        FROM moments JOIN given USING (contact_id) JOIN weights USING (signal_id)
        WHERE is_high AND moments.day - given_on BETWEEN 0 AND {days} - 1
        GROUP BY ALL
    ) GROUP BY ALL"""

# What a tally is worth in each of its ages, and the day on which each of them ends: a row for all
# tallies of as many of a signal on a day.
FADING = f"""
    SELECT any_value(contacts) AS contacts, signal_id, given_on, count,
           least(count, daily_limit) AS counted,
           list((least(count, daily_limit) * points) >> shift ORDER BY from_age) AS worths,
           list(given_on + to_age::INTEGER ORDER BY from_age) FILTER (to_age < {FOREVER}) AS ends
    FROM (SELECT list(contact_id) AS contacts, signal_id, given_on, count FROM given
          GROUP BY ALL)
         JOIN weights USING (signal_id) JOIN decay USING (signal_id)
    GROUP BY signal_id, given_on, count, daily_limit ORDER BY given_on DESC, signal_id"""

# Every day after the moment on which what is left of a tally halves or ends.
TURNS = f"""
    SELECT DISTINCT contact_id, given_on + to_age::INTEGER AS day
    FROM moments JOIN given USING (contact_id)
         JOIN weights USING (signal_id) JOIN decay USING (signal_id)
    WHERE given_on <= moments.day AND moments.day - given_on < to_age AND to_age < {FOREVER}
          AND (least(count, daily_limit) * points) >> shift > 0"""


# How much a tally's worth changes at each of its ages, and when its ages end.
AGES = f"""
    SELECT signal_id, from_age AS age, shift AS after,
           lag(shift) OVER (PARTITION BY signal_id ORDER BY from_age) AS before
    FROM decay
    UNION ALL
    SELECT signal_id, max(to_age), NULL, max(shift)
    FROM decay GROUP BY signal_id HAVING max(to_age) < {FOREVER}"""
GAINS = """
    SELECT contact_id, signal_id, belongs_to, cap,
           greatest(given_on + age::INTEGER, $first::DATE) AS day,
           coalesce((least(count, daily_limit) * points) >> after, 0)
               - coalesce((least(count, daily_limit) * points) >> before, 0) AS gain
    FROM given JOIN weights USING (signal_id) JOIN ages USING (signal_id)
    WHERE given_on + age::INTEGER <= $last::DATE"""
# What is added to a group: where a signal has a cap, as much in a day as fits below it.
GAINED = """
    SELECT contact_id, day, belongs_to, gain FROM gains WHERE cap IS NULL
    UNION ALL
    SELECT contact_id, day, belongs_to, least(points, cap) - least(points - gain, cap) AS gain
    FROM (
        SELECT contact_id, day, belongs_to, cap, sum(gain)::BIGINT AS gain,
               sum(sum(gain)) OVER (PARTITION BY contact_id, signal_id ORDER BY day)::BIGINT
                   AS points
        FROM gains WHERE cap IS NOT NULL GROUP BY contact_id, signal_id, day, belongs_to, cap
    )"""

# How many more or fewer high-intent signals count as given lately. One that is given again while it
# counts still counts on: only gaps end it.
TURNED_HIGH = """
    SELECT contact_id, greatest(day, $first::DATE) AS day, change
    FROM (
        SELECT contact_id, given_on AS day, 1 AS change FROM given_high
        WHERE given_before IS NULL OR given_on >= given_before + {days}::INTEGER
        UNION ALL
        SELECT contact_id, given_on + {days}::INTEGER, -1 FROM given_high
        WHERE given_next IS NULL OR given_next >= given_on + {days}::INTEGER
    ) WHERE day <= $last::DATE"""
GIVEN_HIGH = """
    SELECT contact_id, given_on, lag(given_on) OVER story AS given_before,
           lead(given_on) OVER story AS given_next
    FROM given JOIN weights USING (signal_id) WHERE is_high
    WINDOW story AS (PARTITION BY contact_id, signal_id ORDER BY given_on)"""


def signals(definition: Definition, to: Compilation) -> dict[str, str]:
    """The links up to `signals`: what each signal is worth, by contact and day."""
    return {"worths": WORTHS, "signals": SIGNALS}


def behaved(definition: Definition, to: Compilation) -> dict[str, str]:
    """The links up to `behaved`: behaviour, with its caps and floor, by contact and day."""
    return {"grouped": _grouped()} | limited(definition, to)


def gained(definition: Definition, to: Compilation) -> dict[str, str]:
    """The links up to `gained`: what is added to which group, by contact and day from $first to
    $last; several rows a day.
    """
    return {"ages": AGES, "gains": GAINS, "gained": GAINED}


def turned_high(definition: Definition, to: Compilation) -> dict[str, str]:
    """The links up to `turned_high`: the changes of how many high-intent signals were given lately,
    by contact and day from $first to $last; several rows a day.
    """
    days = to.bind(definition.high_intent_days)
    return {"given_high": GIVEN_HIGH, "turned_high": TURNED_HIGH.format(days=days)}


def limited(definition: Definition, to: Compilation) -> dict[str, str]:
    """The links from `grouped`, the points of each group, up to `behaved`."""
    return {"limited": _limited(definition, to), "behaved": _behaved()}


def lately(definition: Definition, to: Compilation) -> str:
    """How many high-intent signals were given lately, by contact and day."""
    return LATELY.format(days=to.bind(definition.high_intent_days))


def _grouped() -> str:
    sums = by_group("capped")
    return f"SELECT contact_id, day, min(turns_on) AS turns_on, {sums} FROM signals GROUP BY ALL"


def by_group(amount: str) -> str:
    """The sums of the amounts that belong to each group, as columns of its name."""
    return ", ".join(
        f"coalesce(sum({amount}) FILTER (belongs_to = '{group}'), 0)::BIGINT AS {group}"
        for group in GROUPS
    )


def _limited(definition: Definition, to: Compilation) -> str:
    caps = ", ".join(
        f"least({intent}, {to.bind(cap)}) AS capped_{intent}"
        for intent, cap in definition.caps.items()
    )
    floor = to.bind(definition.behaviour_floor)
    return f"SELECT *, {caps}, greatest(-{NEGATIVE}, {floor}) AS floored FROM grouped"


def _behaved() -> str:
    added = " + ".join(f"capped_{intent}" for intent in INTENTS)
    return f"SELECT *, greatest(0, {added} + floored)::BIGINT AS behaviour FROM limited"


def weights(definition: Definition) -> pa.Table:
    """One row a signal: signal_id, belongs_to, is_high, points (amount), daily_limit, cap."""
    rows = definition.weights
    return pa.table(
        {
            "signal_id": pa.array([one.signal.id for one in rows], pa.int64()),
            "belongs_to": pa.array(
                [NEGATIVE if one.points < 0 else one.signal.intent for one in rows], pa.string()
            ),
            "is_high": pa.array([one.signal.intent == HIGH for one in rows], pa.bool_()),
            "points": pa.array([abs(one.points) for one in rows], pa.int64()),
            "daily_limit": pa.array([one.daily_limit for one in rows], pa.int64()),
            "cap": pa.array([one.cap for one in rows], pa.int64()),
        }
    )


def decay(definition: Definition) -> pa.Table:
    """Which ages of a tally are shifted how far: signal_id, from_age, to_age, shift."""
    steps = definition.decay()
    columns = ("signal_id", "from_age", "to_age", "shift")
    return pa.table(
        {name: pa.array([getattr(step, name) for step in steps], pa.int64()) for name in columns}
    )
