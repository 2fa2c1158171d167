"""Signing in with one click, the tour, the test event, and what the demo world is."""

from django.contrib.auth import login
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from leadhub.demo import one_click, test_events, tour


class SignIn(LoginView):
    """The sign-in page; in the demo world, on the machine that it runs on, with one click."""

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "staff": one_click.staff_for(self.request)}


@require_POST
@never_cache
def sign_in_as(request: HttpRequest, role: str) -> HttpResponse:
    """Signs in as the demo's rep, marketer or manager, for a while."""
    offered = one_click.staff_for(request) if one_click.may_send(request) else []
    person = next((user for user in offered if user.role == role), None)
    if person is None:
        raise PermissionDenied
    login(request, person, backend="leadhub.demo.signed_in.Backend")
    request.session.set_expiry(timezone.now() + one_click.LASTS)
    return redirect(own_address(request, or_else="home"))


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/demo.html", tour.world_context(request))


@require_GET
@never_cache
def stop(request: HttpRequest, stop: str) -> HttpResponse:
    """Leads to the place that the stop is about, as it is now; who may not go there learns who
    may.
    """
    found = tour.STOPS.get(stop)
    if found is None:
        raise Http404
    if not (tour.is_here(request.user) and found.is_open_to(request.user)):
        return redirect("demo")
    return redirect(tour.go_to(stop, request=request, at=timezone.now()))


@require_POST
def show_tour(request: HttpRequest) -> HttpResponse:
    """Closes the person's tour, or opens it again."""
    shown = request.POST.get("shown") == "yes"
    tour.show(user=request.user, shown=shown, at=timezone.now())
    return redirect(own_address(request, or_else="demo"))


@require_GET
@never_cache
def test_event(request: HttpRequest) -> HttpResponse:
    """What has become of the test event of the person that the address names: a part of a page
    that asks again by itself until there is a lead.
    """
    arrival = test_events.arrival(
        user=request.user, person=request.GET.get("person", ""), asked=request.GET.get("asked", "0")
    )
    part = render(request, "demo/_arrival.html", {"arrival": arrival})
    return trigger_client_event(part, "lead-arrived") if arrival.lead else part


def own_address(request: HttpRequest, *, or_else: str) -> str:
    """The page that a form asks to go on to; never one of somebody else's site. It is an address,
    which begins so, and no route's name: that might need an id.
    """
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if wanted.startswith("/") and is_ours else or_else
