"""What is sent from the inbox: verdicts, one or many, their undoing; the person's own settings."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from handoff.inbox import desk
from handoff.inbox.bulk import DONE, IN_BULK, MOST_AT_ONCE, Result, decide_each, undo_each
from handoff.inbox.views import address, show
from handoff.inbox.work_forms import FORMS
from handoff.leads.lifecycle import NotPossible, StaleDecision
from handoff.leads.shown import find_lead, who_was_first
from handoff.leads.undo import UNDOABLE
from handoff.leads.verdicts import IncompleteVerdict
from handoff.models import Transition
from leadhub.ids import id_in, ids_in


@require_POST
def verdict(request: HttpRequest, lead_id: int, action: str) -> HttpResponse:
    """Decides; shows what is missing, or who was first, with what was typed still there."""
    try:
        lead = find_lead(request.user, lead_id)
    except Http404:
        seen = id_in(request.POST.get("seen", "")) or 0
        return gone(request, who_was_first(request.user, lead_id, seen=seen))
    form = FORMS[str(action)](request.POST, lead=lead)
    if not form.is_valid():
        return show(request, lead_id=lead_id, refused=form, status=422)
    try:
        done = form.decide(by=request.user, at=timezone.now())
    except StaleDecision as stale:
        return show(request, lead_id=lead_id, refused=form, changes=stale.changes, status=409)
    except (NotPossible, IncompleteVerdict) as refusal:
        return show(request, lead_id=lead_id, refused=form, changes=[str(refusal)], status=409)
    say(request, form.said(), [done])
    return redirect(address(request, lead if form.keeps_open else None))


def gone(request: HttpRequest, changes: list[str]) -> HttpResponse:
    """Another team has the lead that the person saw: says who was first. Else there is none."""
    if not changes:
        raise Http404
    messages.error(request, f"You came too late. {' '.join(changes)}")
    return redirect(address(request, None))


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One verdict on each chosen lead; says of each that was refused why."""
    action = request.POST.get("action", "")
    if action not in IN_BULK:
        messages.error(request, "Choose what to do with the leads.")
        return redirect(address(request, None))
    chosen = request.POST.getlist("chosen")
    if len(chosen) > MOST_AT_ONCE:
        said = f"Only {MOST_AT_ONCE} leads at a time: the others are as they were."
        messages.error(request, said)
    results = decide_each(
        chosen=chosen,
        action=action,
        data=request.POST.dict(),
        by=request.user,
        at=timezone.now(),
    )
    report(request, DONE[action], results)
    return redirect(address(request, None))


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Takes back the verdicts that the message named."""
    ids = ids_in(request.POST.get("transitions", "").split(","))
    results = undo_each(transition_ids=ids, by=request.user, at=timezone.now())
    report(request, "Undone", results)
    return redirect(address(request, results[0].lead if len(results) == 1 else None))


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    name = request.POST.get("name", "").replace("\0", "").strip()[: desk.NAME_LENGTH]
    if name:
        desk.save_view(user=request.user, name=name, query=request.GET.urlencode())
        messages.success(request, f"Saved: {name}.")
    return redirect(address(request, None))


@require_POST
def forget_view(request: HttpRequest) -> HttpResponse:
    desk.forget_view(user=request.user, name=request.POST.get("name", ""))
    return redirect("inbox")


@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Turns the single keys on or off for this person."""
    fire = request.POST.get("fire") == "yes"
    desk.let_keys_fire(user=request.user, fire=fire)
    messages.success(request, f"The keys are {'on' if fire else 'off'}.")
    return redirect(address(request, None))


def report(request: HttpRequest, deed: str, results: Sequence[Result]) -> None:
    """One message for what was done, one for each that was not."""
    done = [result for result in results if result.transition]
    if len(done) == 1:
        say(request, f"{deed}: {done[0].lead.person}.", [done[0].transition])
    elif done:
        say(request, f"{deed}: {len(done)} leads.", [result.transition for result in done])
    for result in results:
        if not result.transition:
            messages.error(request, result.sentence)
    if not results:
        messages.error(request, "There was nothing to do.")


def say(request: HttpRequest, text: str, done: Sequence[object]) -> None:
    """A message that offers to undo what can be undone: its tag names the transitions."""
    undoable = [t.pk for t in done if isinstance(t, Transition) and t.action in UNDOABLE]
    messages.success(request, text, extra_tags=",".join(map(str, undoable)))
