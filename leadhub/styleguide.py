"""The page that shows every component, with invented rows: what is built from them looks alike."""

from dataclasses import dataclass, field
from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from leadhub.charts import Chart, Series
from leadhub.pagination import Page
from leadhub.records.models import Company

STAGES = [
    ("queued", "MQL"), ("accepted", "Accepted"), ("sql", "SQL"), ("won", "Won"), ("lost", "Lost"),
    ("recycled", "Recycled"), ("disqualified", "Disqualified"), ("waiting", "Waiting for data"),
]  # fmt: skip
PEOPLE = [
    ("Ada Quist", "VP Operations", "Northwind Freight", "A", 1, 96, "Newsletter"),
    ("Maximiliane von Hohenfels-Schönwald", "Head of Procurement and Supplier Relations",
     "Überlandwerke Groß-Gerau Beteiligungsgesellschaft", "B", 2, 63, "Webinar"),
    ("Li Wei", "Student", "", "D", 4, 12, ""),
]  # fmt: skip

NO_EVENT = {"event": None, "is_bot": False}


@dataclass(frozen=True)
class SampleReceipt:
    """Shaped like `scoring.receipt.Receipt`."""

    total: int = 60
    behaviour: int = 45
    fit: int = 15
    lines: list = field(default_factory=list)
    gates: list = field(default_factory=list)
    unknown: list = field(default_factory=list)
    falls: list = field(default_factory=list)


class SampleForm(forms.Form):
    reason = forms.ChoiceField(choices=[("", "Choose a reason"), ("icp", "Not our ICP")])
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), help_text="What the next person should know."
    )
    group = forms.BooleanField(label="For everyone at this company", required=False)


def receipt() -> SampleReceipt:
    return SampleReceipt(
        lines=[
            {"kind": "behaviour", "label": "Webinar booked", "points": 20, "detail": "3 days ago"},
            {"kind": "behaviour", "label": "Whitepaper downloaded 2×", "points": 20, "detail": ""},
            {"kind": "behaviour", "label": "E-mail link clicked 14×", "points": 14, "detail": ""},
            {"kind": "cap", "label": "Cap on shallow intent", "points": -4, "detail": "at most 10"},
            {"kind": "behaviour", "label": "Careers page visited", "points": -5, "detail": ""},
            {"kind": "fit", "label": "Role: vice president", "points": 15, "detail": ""},
        ],
        gates=[
            {"name": "Total", "has": 60, "needed": 60, "holds": True},
            {"name": "Fit", "has": 15, "needed": 20, "holds": False},
        ],
        unknown=["Company size", "Industry"],
        falls=[{"date": "2026-12-12", "points": -10}],
    )


def figures() -> list[Chart]:
    months = ["Jul", "Aug", "Sep", "Oct", "Nov"]
    return [
        Chart(
            title="Leads by month", kind="bar", labels=months, stacked=True, label_title="Month",
            series=[
                Series("Accepted", [41, 38, 52, 47, 30], "blue"),
                Series("Rejected", [12, 19, 16, 28, 9], "grey"),
            ],
        ),
        Chart(
            title="Accepted share", kind="line", labels=months, unit="%", label_title="Month",
            series=[Series("Accepted", [77, 67, 76, 63, 77], "accent")],
        ),
        Chart(
            title="From known to won", kind="funnel", label_title="Stage",
            labels=["Known", "MQL", "Accepted", "SQL", "Won"],
            series=[Series("Contacts", [12040, 1208, 714, 352, 78], "accent")],
        ),
        Chart(
            title="Rejections by reason", kind="bar", sideways=True, label_title="Reason",
            labels=["Not our ICP", "Bad timing", "No response"],
            series=[Series("Leads", [38, 21, 14], "red")], links=["?", "?", "?"],
        ),
    ]  # fmt: skip


def styleguide(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = SampleForm({"reason": "", "note": ""}) if request.GET.get("errors") else SampleForm()
    return render(request, "styleguide.html", {
        "stages": STAGES, "people": PEOPLE,
        "companies": [Company(status=status) for status in Company.Status],
        "receipt": receipt(), "figures": figures(),
        "form": form, "threshold": 60, "page": Page(rows=PEOPLE, number=2, has_more=True),
        "tabs": [
            {"label": "Queue", "href": "?tab=queue", "is_current": True, "count": 1284},
            {"label": "Mine", "href": "?tab=mine", "is_current": False, "count": 7},
            {"label": "Closed", "href": "?tab=closed", "is_current": False, "count": None},
        ],
        "entries": [
            {"icon": "handshake", "tone": "lead", "title": "Handed over to sales",
             "text": "Webinar booked +20 · Whitepaper 2× +20 = 60", "at": now, **NO_EVENT},
            {"icon": "trending-up", "tone": "score", "title": "Score 40 → 60",
             "text": "New facts", "at": now - timedelta(minutes=4), **NO_EVENT},
            {"icon": "mouse-pointer-click", "tone": "", "title": "Webinar Booked",
             "text": "webinar: Planning without spreadsheets", "at": now - timedelta(days=3),
             **NO_EVENT},
        ],
        "more": "?more",
        "moments": [now, now - timedelta(minutes=7), now - timedelta(hours=5),
                    now - timedelta(days=400), now + timedelta(days=2)],
    })  # fmt: skip
