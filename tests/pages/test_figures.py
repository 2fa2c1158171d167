"""How numbers and times are written."""

from datetime import UTC, date, datetime, timedelta

import pytest

from leadhub.charts import Chart, Series
from leadhub.templatetags import figures

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0, "0"), (1234567, "1,234,567"), (-1200, "−1,200")],
)
def test_numbers(value, text):
    assert figures.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", "–"),
        (True, "yes"),
        (1200, "1,200"),
        (["a", 2], "a, 2"),
        ({"city": "Bonn", "since": {"year": None}}, "city: Bonn, since: year: –"),
    ],
)
def test_values_of_attributes(value, text):
    assert figures.value(value) == text


@pytest.mark.parametrize(("value", "text"), [(8, "+8"), (-10, "−10"), (0, "0"), (None, "–")])
def test_points(value, text):
    assert figures.signed(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(None, "–"), (0, "0%"), (0.043, "4.3%"), (0.614, "61%"), (1, "100%")]
)
def test_shares(share, text):
    assert figures.percent(share) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [(None, "–"), (950, "950"), (12400, "12.4k"), (3_100_000, "3.1m"), (2 * 10**9, "2.0bn")],
)
def test_sums(amount, text):
    assert figures.money(amount) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (30, "just now"),
        (7 * 60, "7 min ago"),
        (5 * 3600, "5 h ago"),
        (86400, "yesterday"),
        (12 * 86400, "12 days ago"),
        (40 * 86400, "29 Jan 2026"),
        (-90, "in 1 min"),
        (-86400, "tomorrow"),
        (-2 * 86400, "in 2 days"),
    ],
)
def test_how_long_ago(seconds, text):
    assert figures.how_long_ago(NOW - timedelta(seconds=seconds), NOW) == text


def test_a_date_is_written_out():
    assert ">1 Feb 2026<" in figures.ago(date(2026, 2, 1))


def test_a_chart_refuses_rows_that_do_not_fit_its_labels():
    with pytest.raises(ValueError, match="one value a label"):
        Chart(title="T", kind="bar", labels=["a", "b"], series=[Series("s", [1])])
