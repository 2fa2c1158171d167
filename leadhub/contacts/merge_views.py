"""Merging people: suggestions, what a merge would do, doing it, and undoing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from handoff.worklists.views import tabs
from leadhub.contacts.merge_preview import better_survivor, found_by, preview
from leadhub.pagination import page_of
from leadhub.records import merging
from leadhub.records.models import Contact, Merge, MergeSuggestion
from scoring.versions import live_definition


def suggestions(request: HttpRequest) -> HttpResponse:
    page = page_of(merging.open_suggestions(), request.GET.get("page"))
    context = {"page": page, "tabs": tabs("merge-suggestions", request.user)}
    return render(request, "contacts/merge_suggestions.html", context)


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    suggestion = get_object_or_404(MergeSuggestion, pk=pk)
    if merging.dismiss(suggestion=suggestion, by=request.user, at=timezone.now()):
        messages.success(request, "Dismissed: they are two people.")
    else:
        messages.info(request, "Somebody has answered this already.")
    return redirect("merge-suggestions")


def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """What merging the contact with another one does; and, sent by POST, the merge. `with` names
    the other by e-mail, user id or number; `keep` is the number of whom to keep.
    """
    contact = get_object_or_404(Contact.objects.select_related("root"), pk=pk)
    contact = contact.root or contact
    asked = (request.POST or request.GET).get("with", "")
    other = found_by(asked)
    if other is None or other == contact:
        why = "" if not asked else "Nobody is known so." if other is None else "That is they."
        return render(
            request, "contacts/merge.html", {"contact": contact, "asked": asked, "why": why}
        )
    survivor, loser = better_survivor(contact, other)
    if (request.POST or request.GET).get("keep") == str(loser.pk):
        survivor, loser = loser, survivor
    if request.method == "POST":
        return merged(request, survivor, loser)
    shown = preview(
        survivor=survivor,
        loser=loser,
        live=live_definition(),
        day=timezone.localdate(),
        at=timezone.now(),
    )
    return render(
        request, "contacts/merge.html", {"contact": contact, "other": other, "preview": shown}
    )


def merged(request: HttpRequest, survivor: Contact, loser: Contact) -> HttpResponse:
    try:
        merging.merge(
            loser=loser,
            survivor=survivor,
            by=request.user,
            at=timezone.now(),
            why=request.POST.get("why", "").replace("\0", ""),
        )
    except merging.AlreadyOne as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{loser} and {survivor} are one person now.")
    return redirect("contact", survivor.pk)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Merge, pk=pk)
    try:
        merging.undo(merge=found, by=request.user, at=timezone.now())
    except merging.NotMerged as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Undone: they are two people again. Scores follow in seconds.")
    return redirect("contact", found.survivor_id)
