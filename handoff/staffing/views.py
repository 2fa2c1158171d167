"""The pages of absences, and of the queue that is routed anew."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handoff.staffing import absences
from handoff.staffing.forms import AbsenceForm
from handoff.staffing.queue import AT_ONCE, route_the_queue, waiting_leads
from leadhub.pagination import page_of
from leadhub.users.access import Permission, may


@require_http_methods(["GET", "HEAD", "POST"])
def absences_page(request: HttpRequest) -> HttpResponse:
    """Who is away from today on; POST adds an absence."""
    form = AbsenceForm(request.POST or None, viewer=request.user)
    if request.method == "POST" and form.is_valid() and form.add():
        messages.success(request, "Saved: routing knows of it.")
        return redirect("absences")
    found = absences.absences_of(request.user, day=timezone.localdate())
    page = page_of(found, request.GET.get("page"))
    effects = absences.effects_of({absence.user_id for absence in page})
    context = {
        "form": form,
        "page": page,
        "rows": [(absence, effects[absence.user_id]) for absence in page],
        "today": timezone.localdate(),
        "steers": may(request.user, Permission.STEER_SALES),
    }
    return render(request, "staffing/absences.html", context, status=422 if form.errors else 200)


@require_POST
def cancel_absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    day = timezone.localdate()
    mine = absences.absences_of(request.user, day=day)
    absence = get_object_or_404(mine, pk=absence_id)
    absences.cancel(absence, day=day)
    messages.success(request, f"Cancelled: {absence.user} is there from {day:%-d %B} on.")
    return redirect("absences")


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Nobody's leads, and why each waits."""
    page = page_of(waiting_leads(), request.GET.get("page"))
    return render(request, "staffing/queue.html", {"page": page, "at_once": AT_ONCE})


@require_POST
def route_queue(request: HttpRequest) -> HttpResponse:
    """Routes them by the rules as they are now; says what became of each."""
    results = route_the_queue(at=timezone.now())
    return render(request, "staffing/routed.html", {"results": results, "at_once": AT_ONCE})
