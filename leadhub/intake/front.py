"""Answers the tracking protocol before sessions, cookies and pages' middleware cost anything."""

from django.urls import Resolver404, resolve

ROUTES = "leadhub.intake.urls"
BEGINNINGS = ("/v1/", "/beacon/", "/sourceConfig/", "/rsaMetrics")


def middleware(get_response):
    def respond(request):
        if request.path_info.startswith(BEGINNINGS):
            try:
                match = resolve(request.path_info, ROUTES)
            except Resolver404:
                return get_response(request)
            request.resolver_match = match
            return match.func(request, *match.args, **match.kwargs)
        return get_response(request)

    return respond
