"""What the reports' charts show."""

from django.urls import reverse
from django.utils.http import urlencode

from handoff.reports.funnel import Funnel
from handoff.reports.marketing import Marketing
from handoff.reports.measures import Row
from handoff.reports.sales import Sales
from leadhub.charts import Chart, Series

# In the order in which they are stacked: what sales took first.
VERDICTS = (
    ("Accepted", "accepted", "green"),
    ("Rejected", "rejected", "red"),
    ("Uncounted", "uncounted", "blue"),
    ("Waiting", "queued", "violet"),
    ("Ended", "ended", "grey"),
)


def address_of(query: dict[str, str], route: str = "leads") -> str:
    """The list with the rows behind a number."""
    return f"{reverse(route)}?{urlencode(query)}"


def verdicts(title: str, label_title: str, rows: tuple[Row, ...], *, sideways: bool) -> Chart:
    """What sales said, stacked."""
    return Chart(
        title=title,
        kind="bar",
        labels=[row.name for row in rows],
        label_title=label_title,
        series=[
            Series(name, [getattr(row.counts, measure) for row in rows], tone)
            for name, measure, tone in VERDICTS
        ],
        links=[address_of(row.query) for row in rows],
        stacked=True,
        sideways=sideways,
    )


def accepted_shares(title: str, label_title: str, rows: tuple[Row, ...]) -> Chart:
    shares = [row.counts.accepted_share.ratio for row in rows]
    return Chart(
        title=title,
        kind="line",
        labels=[row.name for row in rows],
        label_title=label_title,
        series=[Series("Accepted", [None if s is None else round(100 * s, 1) for s in shares])],
        unit="%",
        links=[address_of({**row.query, "measure": "judged"}) for row in rows],
    )


def of_marketing(report: Marketing) -> dict[str, Chart]:
    rejections = (*report.rejections, *report.uncounted)
    return {
        "sources": verdicts("What sales said, by source", "Source", report.sources, sideways=True),
        "rejections": Chart(
            title="Leads that sales rejected",
            kind="bar",
            labels=[rejection.name for rejection in rejections],
            label_title="Reason",
            series=[
                Series("Counted", [r.leads if r.counted else 0 for r in rejections], "red"),
                Series("Uncounted", [0 if r.counted else r.leads for r in rejections], "blue"),
            ],
            links=[address_of(rejection.query) for rejection in rejections],
            stacked=True,
            sideways=True,
        ),
    }


def of_sales(report: Sales) -> dict[str, Chart]:
    return {
        "ages": Chart(
            title="The queue by age",
            kind="bar",
            labels=[age.name for age in report.ages],
            label_title="Since handoff",
            series=[Series("Leads", [age.leads for age in report.ages], "violet")],
            links=[address_of(age.query) for age in report.ages],
        )
    }


def of_funnel(report: Funnel) -> dict[str, Chart]:
    steps = report.known.steps
    return {
        "known": Chart(
            title="From known contacts to won",
            kind="funnel",
            labels=[step.name for step in steps],
            label_title="Step",
            series=[Series("Contacts", [step.contacts for step in steps])],
            links=[
                address_of({**report.known.query, "step": step.key}, "report-contacts")
                for step in steps
            ],
        ),
        "shares": accepted_shares("Accepted %, by month of handoff", "Month", report.months),
        "months": verdicts(
            "What sales said, by month of handoff", "Month", report.months, sideways=False
        ),
    }
