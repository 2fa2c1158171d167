"""Every page that people see, for the tests that open each of them in a browser.

To let a page of another room join, add a `Visit` to VISITS. Who opens it follows from
`leadhub.users.access.ROUTES`; what it shows, from `World`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

import leadhub.urls  # noqa: F401 (with the routes come the admin's pages)
from handoff.models import Lead
from handoff.worklists.lists import WORKLISTS
from leadhub.records.models import Contact
from leadhub.users.access import ROLES, Permission, permission_of
from leadhub.users.models import Role, Team
from scoring.models import Definition
from tests.pages import world


@dataclass(frozen=True)
class World:
    """What the pages are about: someone plain, someone whose every text is script, someone
    whose names are longer than any column; and the plain one's lead.
    """

    plain: Contact
    hostile: Contact
    long: Contact
    lead: Lead


@dataclass(frozen=True)
class Visit:
    """A route with its arguments (from the world) and a query string."""

    route: str
    arguments: Callable[[World], tuple] | None = None
    query: str = ""

    @property
    def needs_nothing(self) -> bool:
        """Whether the page is there before there is anything."""
        return self.arguments is None

    def address(self, world: World | None) -> str:
        return (
            reverse(self.route, args=self.arguments(world) if self.arguments else ()) + self.query
        )

    def is_open_to(self, role: Role) -> bool:
        permission = permission_of(self.route)
        return permission is Permission.SIGNED_IN or permission in ROLES[role]


VISITS = [
    Visit("home"),
    Visit("contacts"),
    Visit("contacts", query="?q=nobody-is-called-so"),
    Visit("contacts", query="?least=many&sort=-score"),
    Visit("contact", lambda world: (world.plain.pk,)),
    Visit("contact", lambda world: (world.hostile.pk,)),
    Visit("contact", lambda world: (world.long.pk,)),
    Visit("merge", lambda world: (world.plain.pk,)),
    Visit("merge", lambda world: (world.plain.pk,), query="?with=hostile@hostile.example.com"),
    Visit("merge", lambda world: (world.long.pk,), query="?with=hostile@hostile.example.com"),
    Visit("merge-suggestions"),
    Visit("bots"),
    Visit("bots", query="?kind=contact&named=%231"),
    Visit("companies"),
    Visit("company", lambda world: (world.plain.company_id,)),
    Visit("company", lambda world: (world.long.company_id,)),
    Visit("start"),
    Visit("marketing"),
    Visit("sales"),
    Visit("overdue"),
    Visit("queue"),
    Visit("absences"),
    Visit("funnel"),
    Visit("leads"),
    Visit("leads", query="?stage=won&source=nowhere"),
    Visit("report-contacts"),
    *(Visit("worklist", lambda world, name=name: (name,)) for name in WORKLISTS),
    Visit("notices"),
    Visit("notice-settings"),
    Visit("alerts"),
    Visit("worklist-fix", lambda world: (world.long.pk,)),
    Visit("worklist-answer", lambda world: (world.lead.pk,)),
    Visit("worklist-nurture", lambda world: (world.lead.pk,)),
    Visit("report-contacts", query="?on=waiting"),
    Visit("styleguide"),
    Visit("styleguide", query="?errors=1"),
    Visit("inbox"),
    Visit("inbox", query="?view=all"),
    Visit("lead", lambda world: (world.lead.pk,)),
    Visit("admin:index"),
]


def build_world(at: datetime) -> World:
    plain = world.plain(at=at)
    return World(
        plain=plain,
        lead=plain.leads.get(),
        hostile=world.someone_hostile(at=at),
        long=world.someone_long(at=at),
    )


def of_admin(user) -> list[Visit]:
    """The list of every model in the admin, and the form for a new row where the user may add."""
    request = RequestFactory().get("/")
    request.user = user
    visits = []
    for model, shown in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        visits.append(Visit(f"{name}_changelist"))
        if shown.has_add_permission(request):
            visits.append(Visit(f"{name}_add"))
    return visits


def forms_of_admin() -> list[str]:
    """Addresses: the newest row of every model in the admin; what a live version and
    the questions before publishing and deleting look like.
    """
    newest = [model.objects.order_by("pk").last() for model in admin.site._registry]
    draft = Definition.objects.get(status=Definition.Status.DRAFT)
    live = Definition.objects.get(status=Definition.Status.LIVE)
    return [
        *(of_row(row, "change") for row in (live, *newest)),
        of_row(draft, "publish"),
        of_row(draft, "history"),
        of_row(Team.objects.get(), "delete"),
    ]


def of_row(row, what: str) -> str:
    """The admin's page about a row: its `change` form, its `history`, …"""
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{what}", args=[row.pk])
