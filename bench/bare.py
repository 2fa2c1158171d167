"""The least that Django can do: one view, no middleware, one INSERT of the row that intake writes.

What `bench/intake.py` measures intake against.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhub.settings")

import django
from django.conf import settings

django.setup()
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = "bench.bare"

from django.core.handlers.wsgi import WSGIHandler
from django.http import JsonResponse
from django.urls import path
from django.utils import timezone

from leadhub.intake.models import ReceivedBatch


def store(request, source: int):
    ReceivedBatch.objects.create(
        source_id=source,
        kind="track",
        body=request.body.decode(),
        received_at=timezone.now(),
    )
    return JsonResponse({"success": True})


urlpatterns = [path("bare/<int:source>", store)]
application = WSGIHandler()
