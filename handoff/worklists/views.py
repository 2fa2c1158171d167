"""The pages of marketing's lists."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from handoff.entry import doubt
from handoff.leads.lifecycle import NotPossible, StaleDecision
from handoff.models import Lead
from handoff.routing.capacity import room_now
from handoff.worklists import actions
from handoff.worklists.forms import AnswerForm, FixForm, NurtureForm
from handoff.worklists.lists import WORKLISTS, page_of_list
from leadhub.records.models import Contact
from leadhub.users.access import Permission, may
from scoring.versions import live_definition

RESULTS_SHOWN = 5
PAGES_BESIDE = {"merge-suggestions": "Merge suggestions", "bots": "Bots"}


def first(request: HttpRequest) -> HttpResponse:
    return redirect("worklist", next(iter(WORKLISTS)))


def sales_room(request: HttpRequest) -> HttpResponse:
    """For how many more leads sales has room, as a part of the page on which one publishes."""
    return render(request, "worklists/_sales_room.html", {"room": room_now(at=timezone.now())})


def worklist(request: HttpRequest, name: str) -> HttpResponse:
    shown = WORKLISTS.get(name)
    if shown is None:
        raise Http404
    filtered, page = page_of_list(shown, request.GET, at=timezone.now())
    context = {
        "list": shown,
        "tabs": tabs(name, request.user),
        "filter": filtered,
        "page": page,
        "works": may(request.user, Permission.WORK_LISTS),
        "works_leads": may(request.user, Permission.WORK_LEADS),
        "back": request.get_full_path(),
    }
    return render(request, "worklists/list.html", context)


def tabs(current: str, user) -> list[dict]:
    """The lists, and the pages beside them for whoever sets up intake."""
    lists = [
        (listed.name, listed.title, reverse("worklist", args=[listed.name]))
        for listed in WORKLISTS.values()
    ]
    if may(user, Permission.SET_UP_INTAKE):
        lists += [(route, title, reverse(route)) for route, title in PAGES_BESIDE.items()]
    waiting = {"hand-raises": doubt.waiting().count()}
    return [
        {
            "label": title,
            "href": href,
            "is_current": name == current,
            "count": waiting.get(name) or None,
        }
        for name, title, href in lists
    ]


@require_POST
def act(request: HttpRequest, name: str) -> HttpResponse:
    """Does the list's action to those chosen, or to the one whose own button was pressed."""
    if name not in actions.ACTIONS:
        raise Http404
    only = request.POST.get("only")
    chosen = [only] if only else request.POST.getlist("chosen")
    results = actions.ACTIONS[name](chosen, by=request.user, at=timezone.now())
    if not results:
        messages.warning(request, "Nobody was chosen, or somebody else was faster.")
    tell_of(request, results[:RESULTS_SHOWN])
    if len(results) > RESULTS_SHOWN:
        done = sum(result.done for result in results)
        messages.info(request, f"In all: {done} done, {len(results) - done} left as they are.")
    return redirect(back_of(request, name))


def tell_of(request: HttpRequest, results: list[actions.Result]) -> None:
    for result in results:
        say = messages.success if result.done else messages.error
        say(request, f"{result.who} {result.says}")


def fix(request: HttpRequest, contact_id: int) -> HttpResponse:
    contacts = Contact.objects.select_related("company", "root__company")
    contact = get_object_or_404(contacts, pk=contact_id)
    person = contact.root or contact
    lead = actions.waits_for_data(person)
    form = FixForm(request.POST or None, contact=person, definition=live_definition(), lead=lead)
    if request.method == "POST" and form.is_valid():
        requeue, at = "requeue" in request.POST, timezone.now()
        results = form.put_right(contact=person, requeue=requeue, by=request.user, at=at)
        if results is not None:
            messages.success(request, f"Saved: {person}. The score follows within seconds.")
            tell_of(request, results)
            return redirect(back_of(request, "waiting"))
    return shown_form(request, "fix", person, form)


def answer(request: HttpRequest, lead_id: int) -> HttpResponse:
    lead = get_object_or_404(Lead.objects.select_related("contact__root"), pk=lead_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.answer(lead=lead, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, f"Answered: it stands on the lead of {lead.person}.")
        return redirect(back_of(request, "rejected"))
    return shown_form(request, "answer", lead.person, form)


def nurture(request: HttpRequest, lead_id: int) -> HttpResponse:
    lead = get_object_or_404(Lead.objects.select_related("contact__root"), pk=lead_id)
    form = NurtureForm(request.POST or None, initial={"seen": lead.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.nurture(lead=lead, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{lead.person} is back in nurture.")
        except (NotPossible, StaleDecision) as refusal:
            messages.error(request, f"{lead.person} is left as it is. {refusal}")
        return redirect(back_of(request, "rejected"))
    return shown_form(request, "nurture", lead.person, form)


def shown_form(request: HttpRequest, what: str, person: Contact, form) -> HttpResponse:
    """The form in the list's row where htmx asks for it, else on a page of its own."""
    context = {"what": what, "person": person, "form": form, "back": back_of(request, "sent-back")}
    template = "_form" if request.htmx else "form"
    status = 422 if form.is_bound else 200
    return render(request, f"worklists/{template}.html", context, status=status)


def back_of(request: HttpRequest, name: str) -> str:
    """The list from which the person came, as it was filtered; else the one named."""
    back = request.POST.get("back") or request.GET.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return reverse("worklist", args=[name])
