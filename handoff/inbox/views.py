"""The pages of the inbox. What is sent from them goes to `verdict_views.py`."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import push_url

from handoff.inbox.forms import Verdict
from handoff.inbox.offers import drawn
from handoff.inbox.page import Desktop, Opened
from handoff.inbox.work_forms import ReassignForm
from handoff.leads.lifecycle import NotPossible
from handoff.leads.listed import AT_ONCE
from handoff.leads.shown import find_lead, visible_leads
from handoff.leads.turns import takes_turns
from handoff.leads.verdicts import add_lead
from handoff.models import Lead
from handoff.sla.clocks import clocks_of
from leadhub.records.models import Contact


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The list, and beside it its best lead."""
    return show(request)


@require_safe
def lead(request: HttpRequest, lead_id: int) -> HttpResponse:
    """The list, and beside it the lead that the address names; for htmx the lead alone."""
    if request.htmx and request.htmx.target == "lead":
        found = find_lead(request.user, lead_id)
        opened = Opened(found, request.user, timezone.now(), takes_turns(request.user))
        context = {"opened": opened, "asked": asked_in(request), "is_named": True}
        return render(request, "handoff/_opened.html", context)
    return show(request, lead_id=lead_id)


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The list again, where it is no longer as the page knows it; else 204. With its best lead,
    where the page has none open.
    """
    desktop = Desktop(request.user, request.GET, timezone.now())
    if request.GET.get("known") == desktop.fingerprint:
        return HttpResponse(status=204)
    best = desktop.best() if "nothing" in request.GET else None
    context = {
        "desktop": desktop,
        "rows": desktop.rows(best),
        "asked": desktop.asked,
        "is_alone": True,
        "opened": opened_on(desktop, best),
    }
    return render(request, "handoff/_queue.html", context)


@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """The clocks of the leads that the address names, each to be put into its place."""
    at = timezone.now()
    leads = visible_leads(request.user, request.GET.getlist("lead")[:AT_ONCE])
    context = {"clocks": clocks_of(leads, at=at), "detail": "detail" in request.GET}
    return render(request, "handoff/_clocks.html", context)


@require_safe
def people(request: HttpRequest, lead_id: int) -> HttpResponse:
    """The form that passes a lead on, by itself: it names everybody."""
    found = find_lead(request.user, lead_id)
    body = drawn(ReassignForm(lead=found), ())
    context = {"body": body, "lead": found, "asked": asked_in(request)}
    return render(request, "handoff/reassign.html", context)


@require_POST
def add(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Makes the contact a lead of the person's own."""
    contact = get_object_or_404(Contact, pk=contact_id)
    try:
        added = add_lead(contact=contact, by=request.user, at=timezone.now())
    except NotPossible as impossible:
        messages.error(request, str(impossible))
        return redirect("inbox")
    messages.success(request, f"Added: {contact} is yours now.")
    return redirect("lead", added.pk)


def show(
    request: HttpRequest,
    *,
    lead_id: int | None = None,
    refused: Verdict | None = None,
    changes: list[str] = (),
    status: int = 200,
) -> HttpResponse:
    """The whole page; `refused` is a form that was not accepted, `changes` why it came too late."""
    desktop = Desktop(request.user, request.GET, timezone.now())
    is_named = lead_id is not None
    found = find_lead(request.user, lead_id) if is_named else desktop.best()
    context = {
        "desktop": desktop,
        "rows": desktop.rows(found),
        "opened": opened_on(desktop, found, refused, changes),
        "is_named": is_named,
        "asked": desktop.asked,
    }
    shown = 200 if request.htmx else status
    response = render(request, "handoff/inbox.html", context, status=shown)
    return push_url(response, address(request, found)) if refused is not None else response


def opened_on(
    desktop: Desktop, lead: Lead | None, refused: Verdict | None = None, changes: list[str] = ()
) -> Opened | None:
    """The lead beside the list; None where there is none."""
    if lead is None:
        return None
    return Opened(
        lead,
        desktop.user,
        desktop.at,
        desktop.state.takes_turns,
        refused=refused,
        changes=list(changes),
        reasons=desktop.reasons,
    )


def asked_in(request: HttpRequest) -> str:
    return Desktop(request.user, request.GET, timezone.now()).asked


def address(request: HttpRequest, opened: Lead | None) -> str:
    """The inbox as it is filtered now, with the lead open beside it."""
    path = reverse("lead", args=[opened.pk]) if opened else reverse("inbox")
    return f"{path}{asked_in(request)}"
