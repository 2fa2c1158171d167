"""The pages of the reports, and the lists behind their numbers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from handoff.leads.shown import leads_visible_to
from handoff.reports import figures
from handoff.reports.funnel import funnel
from handoff.reports.leads import LeadFilter, lead_rows
from handoff.reports.marketing import marketing
from handoff.reports.people import PeopleFilter, people, people_rows
from handoff.reports.periods import Period, asked_for, shortcuts
from handoff.reports.promises import overdue
from handoff.reports.sales import sales
from leadhub.pagination import page_of
from leadhub.users.access import Permission, may


def marketing_page(request: HttpRequest) -> HttpResponse:
    period = period_of(request)
    report = marketing(period)
    return page(request, "reports/marketing.html", report, figures.of_marketing(report))


def sales_page(request: HttpRequest) -> HttpResponse:
    leads = leads_visible_to(request.user)
    period = period_of(request)
    report = sales(leads=leads, me=request.user, period=period, at=timezone.now())
    return page(request, "reports/sales.html", report, figures.of_sales(report))


def overdue_page(request: HttpRequest) -> HttpResponse:
    """The leads behind the counts of what is overdue."""
    leads = leads_visible_to(request.user)
    late = overdue(leads, who=request.GET.get("who", ""), at=timezone.now())
    return render(request, "reports/overdue.html", {"page": page_of(late, request.GET.get("page"))})


def funnel_page(request: HttpRequest) -> HttpResponse:
    report = funnel(period_of(request))
    return page(request, "reports/funnel.html", report, figures.of_funnel(report))


def leads(request: HttpRequest) -> HttpResponse:
    seen = lead_rows(leads_visible_to(request.user))
    filtered = LeadFilter(request.GET, seen, at=timezone.now())
    return render(
        request,
        "reports/leads.html",
        {
            "filter": filtered,
            "count": filtered.found.count(),
            "page": page_of(filtered.found, request.GET.get("page")),
            "works_leads": may(request.user, Permission.WORK_LEADS),
        },
    )


def contacts(request: HttpRequest) -> HttpResponse:
    filtered = PeopleFilter(request.GET, people_rows())
    found = page_of(filtered.found, request.GET.get("page"))
    return render(
        request,
        "reports/contacts.html",
        {
            "filter": filtered,
            "count": filtered.found.count(),
            "page": found,
            "people": people(found.rows),
        },
    )


def period_of(request: HttpRequest) -> Period:
    return asked_for(request.GET, today=timezone.localdate())


def page(request: HttpRequest, template: str, report, charts: dict) -> HttpResponse:
    periods = [
        {"label": name, "href": f"?{period.address}", "is_current": period == report.period}
        for name, period in shortcuts(timezone.localdate()).items()
    ]
    return render(request, template, {"report": report, "charts": charts, "periods": periods})
