"""The tracking protocol over HTTP. No session, no cookie: a request is its key and its body."""

import functools
import logging

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from leadhub.intake import body, keys, reception
from leadhub.intake.body import Refusal

log = logging.getLogger(__name__)

SHORT = {
    "i": "identify", "t": "track", "p": "page", "s": "screen", "g": "group", "a": "alias",
    "b": "batch",
}  # fmt: skip
ANY_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After",
}
PREFLIGHT = {
    **ANY_ORIGIN,
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Content-Encoding, "
    "X-Retry-Count, AnonymousId, SentAt, Rsa-Version, Rsa-Source, Rsa-Session, Rsa-Request-Id",
    "Access-Control-Max-Age": "86400",
}


def endpoint(method: str):
    """A view that any page and any server may call, and that answers every fault in JSON."""

    def decorate(view):
        @csrf_exempt
        @functools.wraps(view)
        def answer(request: HttpRequest, **arguments) -> HttpResponse:
            if request.method == "OPTIONS":
                return HttpResponse(status=204, headers=PREFLIGHT)
            try:
                if request.method != method:
                    raise Refusal(405, "method_not_allowed", f"Use {method} here.")
                return JsonResponse(view(request, **arguments), headers=ANY_ORIGIN)
            except Refusal as refusal:
                return refused(refusal)
            except DatabaseError:
                log.exception("The database did not take what came in.")
                return refused(Refusal(503, "unavailable", "Not stored; send it again.", 5))

        return answer

    return decorate


def refused(refusal: Refusal) -> HttpResponse:
    headers = dict(ANY_ORIGIN)
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    if refusal.status == 405:
        headers["Allow"] = "GET, POST, OPTIONS"
    content = {"code": refusal.code, "message": refusal.message}
    return JsonResponse(content, status=refusal.status, headers=headers)


@endpoint("POST")
def receive(request, route: str):
    """Stores one call or a batch; 200 says that it is on disk."""
    text = body.text_of(request)
    said = body.json_of(text)
    kind = SHORT.get(route, route)
    if kind == "batch":
        body.check_batch(said)
    key = keys.key_in(request, said)
    return store(request, kind=kind, text=text, key=key)


@endpoint("POST")
def beacon(request):
    """RudderStack's beacon: a batch whose key is in the query, since a beacon has no headers."""
    text = body.text_of(request)
    body.check_batch(body.json_of(text))
    return store(request, kind="batch", text=text, key=request.GET.get("writeKey", ""))


def store(request: HttpRequest, *, kind: str, text: str, key: str) -> dict:
    now = timezone.now()
    reception.receive(
        at=now,
        source_id=keys.source_of(key, on=now.date()),
        kind=kind,
        text=text,
        key=key,
        headers=request.headers,
    )
    return {"success": True}


@endpoint("POST")
def metrics(request):
    """What SDKs say of themselves: not kept."""
    return {"success": True}


@endpoint("GET")
def settings_of_project(request, key: str):
    """What analytics-next asks first: where to send."""
    keys.source_of(key, on=timezone.now().date())
    integration = {
        "apiKey": key,
        "apiHost": f"{request.get_host()}/v1",
        "protocol": request.scheme,
    }
    return {"integrations": {"Segment.io": integration}, "metrics": {"sampleRate": 0}}


@endpoint("GET")
def source_config(request):
    """What RudderStack's browser SDK asks first: no destinations, nothing about itself."""
    key = keys.key_in_header(request) or request.GET.get("writeKey", "")
    source = str(keys.source_of(key, on=timezone.now().date()))
    quiet = {"errors": {"enabled": False}, "metrics": {"enabled": False}}
    return {
        "source": {
            "id": source,
            "name": "LeadHub",
            "writeKey": key,
            "workspaceId": "leadhub",
            "enabled": True,
            "config": {"statsCollection": quiet},
            "connections": [],
            "destinations": [],
            "dataplanes": {},
        }
    }
