"""Every page that people see, for the tests that open each of them in a browser.

To let a page of another room join, add a `Visit` to VISITS. Who opens it follows from
`leadhub.users.access.ROUTES`; what it shows, from `World`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from leadhub.records.models import Contact
from leadhub.users.access import ROLES, Permission, permission_of
from leadhub.users.models import Role
from tests.pages import world


@dataclass(frozen=True)
class World:
    """What the pages are about: someone plain, someone whose every text is script, someone
    whose names are longer than any column.
    """

    plain: Contact
    hostile: Contact
    long: Contact


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
    Visit("companies"),
    Visit("company", lambda world: (world.plain.company_id,)),
    Visit("company", lambda world: (world.long.company_id,)),
    Visit("start"),
    Visit("marketing"),
    Visit("sales"),
    Visit("funnel"),
    Visit("leads"),
    Visit("leads", query="?stage=won&source=nowhere"),
    Visit("report-contacts"),
    Visit("report-contacts", query="?on=waiting"),
    Visit("styleguide"),
    Visit("styleguide", query="?errors=1"),
    Visit("admin:index"),
]


def build_world(at: datetime) -> World:
    return World(
        plain=world.plain(at=at),
        hostile=world.someone_hostile(at=at),
        long=world.someone_long(at=at),
    )
