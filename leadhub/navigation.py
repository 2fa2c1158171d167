"""Which pages the person who is signed in can go to."""

from typing import NamedTuple

from leadhub.users.access import Permission, may


class Page(NamedTuple):
    title: str
    route: str
    permission: Permission
    icon: str = "circle"  # one of static/vendor/lucide/icons.svg
    group: str = ""  # what stands above it and its neighbours


PAGES = (
    Page("Inbox", "inbox", Permission.WORK_LEADS, "inbox"),
    Page("Customers", "alerts", Permission.WORK_LEADS, "handshake"),
    Page("Notices", "notices", Permission.SIGNED_IN, "bell"),
    Page("Marketing", "marketing", Permission.SEE_MARKETING, "target", "Results"),
    Page("Sales", "sales", Permission.WORK_LEADS, "gauge", "Results"),
    Page("Funnel", "funnel", Permission.SEE_FUNNEL, "funnel", "Results"),
    Page("Leads", "leads", Permission.SEE_CONTACTS, "list", "Results"),
    Page("Contacts", "contacts", Permission.SEE_CONTACTS, "users", "People"),
    Page("Companies", "companies", Permission.SEE_CONTACTS, "building-2", "People"),
    Page("Lists", "worklists", Permission.SEE_MARKETING, "layers", "People"),
    Page("Set up", "admin:index", Permission.OPEN_ADMIN, "settings", "Organisation"),
)


def context(request) -> dict:
    """Template context: `pages`, the entries of the navigation."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"pages": []}
    return {"pages": [page for page in PAGES if may(user, page.permission)]}
