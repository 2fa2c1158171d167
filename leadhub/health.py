"""Is LeadHub alive, and is everything at work? For a load balancer and for whoever is on call."""

from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this process answers at all."""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"ready": True})
