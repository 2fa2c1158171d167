"""Signing in as one of the demo's staff with one click: only on the machine that LeadHub runs on,
and only while it holds nothing but demo data. Why each condition stands here: docs/adr/0042.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest

from leadhub.demo import calls
from leadhub.demo.models import DemoWorld
from leadhub.records.models import Contact, Source
from leadhub.users import first_logins
from leadhub.users.models import Role, User

# Never an administrator.
ROLES = (Role.REP, Role.MARKETER, Role.MANAGER)
LASTS = timedelta(hours=12)
HERE = {"127.0.0.1", "::1", "localhost"}
# What proxies and tunnels add, besides all that begins with X-Forwarded.
FORWARDING = {
    "Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "X-Original-Host", "X-Original-Forwarded-For",
    "X-Cluster-Client-Ip", "X-Envoy-External-Address", "X-Proxyuser-Ip", "True-Client-Ip",
    "Fastly-Client-Ip", "Cf-Connecting-Ip", "Cf-Ray", "Cdn-Loop", "X-Azure-Clientip",
}  # fmt: skip


def staff_for(request: HttpRequest) -> list[User]:
    """Whom the visitor may become: one of each role; nobody where that is not offered."""
    world = DemoWorld.objects.exclude(ready_at=None).first() if is_from_here(request) else None
    return staff_of(world) if world and holds_nothing_else(world) else []


def may_send(request: HttpRequest) -> bool:
    """Whether a form that was sent comes from a page of this LeadHub, as opened on this machine."""
    return request.headers.get("Origin") == f"http://{request.get_host()}"


def is_from_here(request: HttpRequest) -> bool:
    """Whether the request was made on this machine, with nothing in between. Costs no query."""
    return (
        knows_no_other_address()
        and request.META.get("REMOTE_ADDR") in HERE
        and host_of(request) in HERE
        and request.META.get("SERVER_PROTOCOL") == "HTTP/1.1"
        and not any(is_forwarding(name) for name in request.headers)
    )


def host_of(request: HttpRequest) -> str | None:
    """What the request asks for by name, without the port."""
    return urlsplit(f"//{request.get_host()}").hostname


def is_forwarding(header: str) -> bool:
    return header in FORWARDING or header.startswith("X-Forwarded")


def knows_no_other_address() -> bool:
    """Whether LeadHub listens on the loopback alone, and no setting says that it is reached from
    elsewhere.
    """
    named = {host.strip("[]") for host in settings.ALLOWED_HOSTS}
    return (
        settings.LISTENS_ON in HERE
        and named <= HERE
        and urlsplit(settings.PUBLIC_URL).hostname in HERE
        and not settings.CSRF_TRUSTED_ORIGINS
        and not settings.SECURE_COOKIES
    )


def holds_nothing_else(world: DemoWorld) -> bool:
    """Whether nobody real is known here: no contact, no source and no user beyond the first."""
    invented = Q(email__endswith=".example") | Q(email__endswith=f"@{first_logins.DOMAIN}")
    own_sources = Q(name__in=calls.SOURCES) | Q(kind=Source.Kind.PERSON)
    first = Q(email__in=[first_logins.email_of(role) for role in Role])
    return not (
        User.objects.exclude(first | Q(pk__in=ids_of_staff(world))).exists()
        or Source.objects.exclude(own_sources).exists()
        or Contact.objects.exclude(invented).exists()
    )


def staff_of(world: DemoWorld) -> list[User]:
    """The first of each role; only those who have no password of their own."""
    people = User.objects.filter(pk__in=ids_of_staff(world), role__in=ROLES, is_active=True)
    first: dict[str, User] = {}
    for user in people.order_by("pk"):
        if not user.has_usable_password():
            first.setdefault(user.role, user)
    return [first[role] for role in ROLES if role in first]


def ids_of_staff(world: DemoWorld) -> list[int]:
    return world.made.get("users.User", [])
