"""What the demo world is, and how to be rid of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from leadhub.demo.models import DemoWorld


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/demo.html", {"world": DemoWorld.objects.first()})
