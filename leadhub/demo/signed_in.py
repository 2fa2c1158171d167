"""Who is signed in, read together with what every page says of the demo world: that costs no query
of its own, and is true in every process as soon as the database says so.
"""

from django.db.models import Exists, OuterRef, QuerySet

from leadhub.demo.models import ClosedTour, DemoWorld
from leadhub.users.access import RoleBackend
from leadhub.users.models import User


class Backend(RoleBackend):
    """Gives the person `is_in_demo` (LeadHub holds demo data) and `has_closed_tour`."""

    def people(self) -> QuerySet[User]:
        closed = ClosedTour.objects.filter(user=OuterRef("pk"))
        return (
            super()
            .people()
            .annotate(is_in_demo=Exists(DemoWorld.objects.all()), has_closed_tour=Exists(closed))
        )
