"""The pages on people and companies."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from handoff.leads.timeline import Part, Place, part_of
from leadhub.contacts import lists, receipts
from leadhub.contacts.person import company_attributes, opportunities_of, person
from leadhub.records.models import Company, Contact
from leadhub.users.access import Permission, may
from scoring.versions import live_definition


def contacts(request: HttpRequest) -> HttpResponse:
    live = live_definition()
    chosen, page = lists.contacts_page(request.GET, live)
    return render(request, "contacts/contacts.html", {"filter": chosen, "page": page, "live": live})


def contact(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Contact.objects.select_related("company__owner"), pk=pk)
    if found.root_id:
        return redirect("contact", pk=found.root_id)
    live = live_definition()
    known = person(found, viewer=request.user, live=live)
    after = Place.read(request.GET.get("after", ""))
    is_merged = len(known.family) > 1
    part = part_of(found.pk, is_merged=is_merged, viewer=request.user, after=after)
    return render(
        request,
        "contacts/contact.html",
        {
            "contact": found,
            "known": known,
            "live": live,
            "shown": receipts.shown(found.pk, asked_of(request)),
            "works_leads": may(request.user, Permission.WORK_LEADS),
            "sets_up_intake": may(request.user, Permission.SET_UP_INTAKE),
            **timeline_context(request, found, part),
        },
    )


def contact_receipt(request: HttpRequest, pk: int) -> JsonResponse:
    """The receipt that the contact's page shows for the same query, as JSON."""
    found = get_object_or_404(Contact, pk=pk)
    shown = receipts.shown(found.root_id or found.pk, asked_of(request))
    return JsonResponse({"contact": found.pk, **shown.as_json()})


def asked_of(request: HttpRequest) -> receipts.Asked:
    return receipts.asked(request.GET, today=timezone.localdate())


def contact_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """A part of the timeline, to be put into a page: the first one as a list, others as rows."""
    found = get_object_or_404(Contact, pk=pk)
    after = Place.read(request.GET.get("after", ""))
    part = part_of(found.pk, viewer=request.user, after=after)
    name = "_timeline_entries" if after else "_timeline"
    return render(request, f"components/{name}.html", timeline_context(request, found, part))


def timeline_context(request: HttpRequest, found: Contact, part: Part) -> dict:
    judges = may(request.user, Permission.SET_UP_INTAKE)
    return {"entries": part.entries, "more": part.more_of(found), "judges_bots": judges}


def companies(request: HttpRequest) -> HttpResponse:
    chosen, page = lists.companies_page(request.GET, live_definition())
    return render(request, "contacts/companies.html", {"filter": chosen, "page": page})


def company(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Company.objects.select_related("owner"), pk=pk)
    live = live_definition()
    context = {
        "company": found,
        "live": live,
        "page": lists.contacts_of_company(found, request.GET.get("page"), live),
        "attributes": company_attributes(found),
        "opportunities": opportunities_of(found),
    }
    return render(request, "contacts/company.html", context)
