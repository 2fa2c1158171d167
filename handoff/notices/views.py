"""The pages of notices: what there is to read, what one wants, and how to hear no more."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handoff.notices import alerts as customers
from handoff.notices import inbox
from handoff.notices.forms import SettingsForm
from handoff.notices.unsubscribing import TooOld, subscription_of, unsubscribe
from leadhub.pagination import page_of


def notices(request: HttpRequest) -> HttpResponse:
    page = page_of(inbox.notices_of(request.user), request.GET.get("page"))
    return render(request, "notices/notices.html", {"page": page})


@require_GET
def count(request: HttpRequest) -> HttpResponse:
    """The number beside the bell, which asks for it by itself."""
    unread = inbox.unread(request.user)
    return render(request, "notices/_count.html", {"unread": unread, "many": inbox.MANY})


@require_POST
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Marks it as read and goes where it leads."""
    notice = inbox.find_notice(request.user, notice_id)
    inbox.read(notice, at=timezone.now())
    return redirect(notice.path)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    inbox.read_all(request.user, at=timezone.now())
    return redirect("notices")


def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.choose()
        messages.success(request, "Saved: you are told just that.")
        return redirect("notice-settings")
    context = {"form": form, "channels": inbox.channels()}
    status = 422 if form.is_bound else 200
    return render(request, "notices/settings.html", context, status=status)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, since mail scanners open every link; POST does it, as mail programs send it."""
    try:
        subscription = subscription_of(token)
    except TooOld:
        return render(request, "notices/unsubscribe.html", status=410)
    if subscription is None:
        raise Http404
    done = request.method == "POST"
    if done:
        unsubscribe(subscription)
    context = {"subscription": subscription, "done": done}
    return render(request, "notices/unsubscribe.html", context)


def alerts(request: HttpRequest) -> HttpResponse:
    """What customers do, for whom they belong to."""
    found = customers.alerts_for(request.user, day=timezone.localdate())
    page = page_of(found, request.GET.get("page"))
    did = customers.signals_of(list(page))
    rows = [(alert, did.get(alert.pk, ())) for alert in page]
    return render(request, "notices/alerts.html", {"page": page, "rows": rows})


@require_POST
def dismiss_alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    mine = customers.alerts_for(request.user, day=timezone.localdate())
    alert = get_object_or_404(mine, pk=alert_id)
    customers.dismiss(alert, by=request.user, at=timezone.now())
    messages.success(request, f"Seen to: {alert.contact}.")
    return redirect("alerts")
