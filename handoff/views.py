"""The inbox, and the verdicts that are sent from it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import push_url

from handoff.filters import FILTERS
from handoff.forms import FORMS, Verdict, forms_for
from handoff.inbox import VIEWS, Story, find_lead, leads_in_view, numbers_of_leads
from handoff.lifecycle import Action, NotPossible, StaleDecision
from handoff.models import Lead, Stage
from handoff.verdicts import add_lead
from leadhub.pagination import page_of
from leadhub.records.models import Contact


def inbox(request: HttpRequest) -> HttpResponse:
    """The list, and beside it its best lead."""
    return show(request)


def lead(request: HttpRequest, lead_id: int) -> HttpResponse:
    """The list, and beside it the lead that the address names."""
    return show(request, find_lead(request.user, lead_id))


@require_POST
def verdict(request: HttpRequest, lead_id: int, action: Action) -> HttpResponse:
    """Decides; shows what is missing, or who was first, with what was typed still there."""
    seen_lead = find_lead(request.user, lead_id)
    form = FORMS[action](request.POST, lead=seen_lead)
    if not form.is_valid():
        return show(request, seen_lead, form=form, status=422)
    try:
        form.decide(by=request.user, at=timezone.now())
    except StaleDecision as stale:
        now = find_lead(request.user, lead_id)
        return show(request, now, form=form, changes=stale.changes, status=409)
    except NotPossible as impossible:
        return show(request, seen_lead, form=form, changes=[str(impossible)], status=409)
    messages.success(request, form.said())
    stays = seen_lead.owner == request.user or seen_lead.stage == Stage.QUEUED
    return redirect(address(request, seen_lead if stays and seen_lead.is_open else None))


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
    opened: Lead | None = None,
    *,
    form: Verdict | None = None,
    changes: list[str] = (),
    status: int = 200,
) -> HttpResponse:
    """The whole page; `form` is one that was refused, `changes` why a decision came too late."""
    view = request.GET.get("view", "queue")
    view = view if view in VIEWS else "queue"
    filtered = FILTERS[view](request.GET, leads_in_view(request.user, view))
    page = page_of(filtered.qs, request.GET.get("page"))
    is_named = opened is not None
    opened = opened or next(iter(page), None)
    possible = forms_for(opened) if opened else {}
    if form is not None and form.action in possible:
        possible[form.action] = form
    context = {
        "view": view,
        "tabs": tabs(request, view),
        "filter": filtered,
        "page": page,
        "lead": opened,
        "is_named": is_named,
        "story": Story(opened, viewer=request.user, at=timezone.now()) if opened else None,
        "forms": possible,
        "refused": form,
        "changes": changes,
        "query": request.GET.urlencode(),
    }
    response = render(
        request, "handoff/inbox.html", context, status=200 if request.htmx else status
    )
    return push_url(response, address(request, opened)) if form is not None else response


def tabs(request: HttpRequest, view: str) -> list[dict]:
    numbers = numbers_of_leads(request.user)
    return [
        {
            "label": label,
            "href": f"{reverse('inbox')}?view={name}",
            "is_current": name == view,
            "count": numbers.get(name),
        }
        for name, label in VIEWS.items()
    ]


def address(request: HttpRequest, opened: Lead | None) -> str:
    """The inbox as it is filtered now, with the lead open beside it."""
    path = reverse("lead", args=[opened.pk]) if opened else reverse("inbox")
    return f"{path}?{request.GET.urlencode()}" if request.GET else path
