"""The first page of each role, and the way to the first lead."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from leadhub import onboarding
from leadhub.records.models import Source
from leadhub.users.access import Permission, may
from leadhub.users.models import Role

LANDINGS = {
    Role.REP: "inbox",
    Role.MARKETER: "marketing",
    Role.MANAGER: "funnel",
    Role.ADMINISTRATOR: "funnel",
}


def home(request: HttpRequest) -> HttpResponse:
    """Everyone's own page; until there is a lead, the steps to it for whoever can take them."""
    if may(request.user, Permission.SEE_MARKETING) and not onboarding.is_started():
        return redirect("start")
    return redirect(LANDINGS[request.user.role])


@require_GET
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "start/start.html", start_context(request))


@require_GET
@never_cache
def start_progress(request: HttpRequest) -> HttpResponse:
    """What the start page asks for every two seconds."""
    context = {"progress": onboarding.progress(), "may_make_key": bool(kinds_of_key(request))}
    return render(request, "start/_progress.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def start_key(request: HttpRequest) -> HttpResponse:
    """Makes a key and shows it: a server's key is shown this once, so there is no redirect.

    So this address stays in the browser; whoever opens it again gets the page without a new key.
    """
    if request.method == "GET":
        return redirect("start")
    kind = request.POST.get("kind")
    if kind not in onboarding.NAMES:
        return HttpResponseBadRequest("A key is for a browser or for a server.")
    if kind not in kinds_of_key(request):
        raise PermissionDenied
    key = onboarding.make_key(kind=kind)
    return render(
        request, "start/start.html", {**start_context(request, made={kind: key}), "kind": kind}
    )


def kinds_of_key(request: HttpRequest) -> list[str]:
    """Of which kinds the person may make a key: what a server says counts before what others
    said, so its keys are an administrator's, here as in the admin.
    """
    kinds = {
        Source.Kind.SERVER: Permission.ADMINISTER,
        Source.Kind.BROWSER: Permission.SET_UP_INTAKE,
    }
    return [kind for kind, permission in kinds.items() if may(request.user, permission)]


def start_context(request: HttpRequest, *, made: Mapping[str, str] | None = None) -> dict:
    """`made` is the key that was just made, by its kind."""
    address = request.build_absolute_uri("/").rstrip("/")
    public = {Source.Kind.BROWSER: onboarding.browser_key()}
    return {
        "progress": onboarding.progress(),
        "snippets": onboarding.snippets(address=address, keys={**public, **(made or {})}),
        "browser_key": (made or {}).get(Source.Kind.BROWSER) or public[Source.Kind.BROWSER],
        "key": next(iter((made or public).values())),
        "may_make_key": bool(kinds_of_key(request)),
        "kinds_of_key": kinds_of_key(request),
        "landing": reverse(LANDINGS[request.user.role]),
    }
