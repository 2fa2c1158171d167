"""What is photographed: every page that people see, as the role whose page it is.

Pages without arguments are found by themselves, and most of the admin; what stands here is what
has arguments, or is worth a look in several states.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import admin
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

import leadhub.urls  # noqa: F401 (with the routes come the admin's pages)
from handoff.models import NoticeKind
from handoff.notices.unsubscribing import unsubscribe_path
from handoff.worklists.lists import WORKLISTS
from leadhub.users.access import ROLES, Permission, permission_of
from leadhub.users.models import Role, User
from screenshots import subjects
from screenshots.steps import Step, click, filled, opened, pressed
from tests.clients import signed_in
from tests.routes.every_route import every_route

ERRORS = ("400", "403", "403_csrf", "404", "500")


@dataclass(frozen=True)
class Shown:
    """A sight in one installation: who looks at which address, and does what there first.

    `written` is HTML that takes the page's place: an error's page.
    """

    name: str
    address: str
    user: User | None
    steps: tuple[Step, ...] = ()
    written: str = ""


@dataclass(frozen=True)
class Sight:
    """A route with its arguments, or an `address` that is asked for when it is photographed."""

    name: str
    route: str = ""
    arguments: Callable[[], tuple] = tuple
    query: str = ""
    role: Role | None = None
    steps: tuple[Step, ...] = field(default=())
    address: Callable[[], str] | None = None
    template: str = ""

    def found(self) -> Shown:
        """Raises Missing where the installation has nothing to show."""
        address = self.address() if self.address else reverse(self.route, args=self.arguments())
        return Shown(
            name=self.name,
            address=address + self.query,
            user=self.user(),
            steps=self.steps,
            written=render_to_string(self.template) if self.template else "",
        )

    def user(self) -> User | None:
        role = self.role or self.first_role()
        return User.objects.filter(role=role).order_by("pk").first() if role else None

    def first_role(self) -> Role | None:
        """Whose page it is: the role with the fewest other pages of those that may see it."""
        permission = permission_of(self.route) if self.route else Permission.ANYONE
        if permission is Permission.ANYONE:
            return None
        if permission is Permission.SIGNED_IN:
            return Role.REP
        return next(role for role, may in ROLES.items() if permission in may)


def pk(find: Callable) -> Callable[[], tuple]:
    return lambda: (find().pk,)


def unsubscribing() -> str:
    return unsubscribe_path(User.objects.filter(role=Role.REP).first(), NoticeKind.values[0])


LEAD = pk(subjects.best_lead)
INBOX = [
    Sight("inbox", "inbox"),
    Sight("inbox-as-manager", "inbox", role=Role.MANAGER),
    Sight("inbox-all", "inbox", query="?view=all"),
    Sight("inbox-mine", "inbox", query="?view=mine"),
    Sight("inbox-nothing-found", "inbox", query="?q=nobody-is-called-so"),
    Sight("inbox-filters", "inbox", steps=(click(".inbox-filters__more > summary"),)),
    Sight("inbox-palette", "inbox", steps=(pressed("Control+k"),)),
    Sight("inbox-keys", "inbox", steps=(pressed("?"),)),
    Sight("inbox-chosen", "inbox", steps=(pressed("x"), pressed("j"), pressed("x"))),
    Sight("lead", "lead", LEAD),
    Sight("lead-hand-raise", "lead", pk(subjects.hand_raise)),
    Sight("lead-returning", "lead", pk(subjects.returning_lead)),
    Sight("lead-rejecting", "lead", LEAD, steps=(opened('[data-verdict="reject"]'),)),
    Sight("lead-snoozing", "lead", LEAD, steps=(opened('[data-verdict="snooze"]'),)),
    Sight("lead-receipt-open", "lead", LEAD, steps=(opened(".receipt details"),)),
    Sight("lead-accepted", "lead", pk(subjects.accepted_lead), role=Role.MANAGER),
    Sight("lead-sql", "lead", pk(subjects.sql), role=Role.MANAGER),
    Sight("lead-people", "inbox-people", LEAD),
]
PEOPLE = [
    Sight("contacts", "contacts"),
    Sight("contacts-by-score", "contacts", query="?sort=-score"),
    Sight("contacts-nothing-found", "contacts", query="?q=nobody-is-called-so"),
    Sight("contacts-filter-error", "contacts", query="?least=many"),
    Sight("contact", "contact", pk(subjects.person)),
    Sight("contact-as-marketer", "contact", pk(subjects.person), role=Role.MARKETER),
    Sight("contact-merged", "contact", pk(subjects.merged_person)),
    Sight("contact-unscored", "contact", pk(subjects.unscored_person)),
    Sight("companies", "companies"),
    Sight("company", "company", pk(subjects.company)),
    Sight("merge", "merge", pk(subjects.person)),
    Sight("merge-preview", address=lambda: (
        reverse("merge", args=[subjects.person().pk])
        + f"?with=%23{subjects.somebody_else().pk}"), role=Role.MARKETER),
    Sight("merge-suggestions", "merge-suggestions"),
    Sight("bots", "bots"),
    Sight("bots-error", "bots", query="?kind=contact&named=%2399999999"),
]  # fmt: skip
REPORTS = [
    Sight("marketing", "marketing"),
    Sight("sales", "sales"),
    Sight("funnel", "funnel"),
    Sight("leads", "leads"),
    Sight("leads-nothing-found", "leads", query="?stage=won&source=nowhere", role=Role.MANAGER),
    Sight("report-contacts", "report-contacts"),
    *(Sight(f"list-{name}", "worklist", lambda name=name: (name,), role=Role.MARKETER)
      for name in WORKLISTS),
    Sight("list-rejected-fixing", "worklist", lambda: ("rejected",), role=Role.MARKETER,
          steps=(click(".worklist__do .button"),)),
    Sight("list-fix", "worklist-fix", pk(subjects.person)),
    Sight("list-answer", "worklist-answer", pk(subjects.rejected_lead)),
    Sight("list-nurture", "worklist-nurture", pk(subjects.rejected_lead)),
]  # fmt: skip
OTHERS = [
    Sight("start", "start"),
    Sight("start-as-administrator", "start", role=Role.ADMINISTRATOR),
    Sight("demo", "demo"),
    Sight("notices", "notices"),
    Sight("notices-as-manager", "notices", role=Role.MANAGER),
    Sight("notice-settings", "notice-settings"),
    Sight("customers", "alerts"),
    Sight("unsubscribe", "unsubscribe", address=unsubscribing),
    Sight("styleguide", "styleguide"),
    Sight("styleguide-errors", "styleguide", query="?errors=1"),
    Sight("sign-in", "sign-in"),
    Sight("sign-in-refused", "sign-in", steps=(
        filled('[name="username"]', "rep@example.com"), filled('[name="password"]', "mistaken"),
        click('[type="submit"]'))),
    Sight("menu-of-the-person", "contacts", steps=(opened(".sidebar__foot"),)),
    Sight("navigation-where-narrow", "contacts", steps=(click(".sidebar__toggle"),)),
    *(Sight(f"error-{name}", address=lambda: "/healthz", template=f"{name}.html")
      for name in ERRORS),
]  # fmt: skip
ADMIN = [
    Sight("admin", "admin:index"),
    Sight("admin-as-administrator", "admin:index", role=Role.ADMINISTRATOR),
    Sight("admin-app", "admin:app_list", lambda: ("scoring",)),
    Sight("admin-draft", "admin:scoring_definition_change", pk(subjects.draft)),
    Sight("admin-live", "admin:scoring_definition_change", pk(subjects.live)),
    Sight("admin-publish", "admin:scoring_definition_publish", pk(subjects.draft)),
    Sight("admin-history", "admin:scoring_definition_history", pk(subjects.draft)),
    Sight("admin-dry-run", "admin:handoff_routingrule_dry_run"),
    Sight("admin-password", "admin:password_change"),
    Sight("admin-delete", address=lambda: reverse(
        "admin:users_team_delete", args=[subjects.a_team().pk]), role=Role.ADMINISTRATOR),
    Sight("admin-form-refused", "admin:scoring_signal_add", steps=(click('[name="_save"]'),)),
]  # fmt: skip
SIGHTS = [*INBOX, *PEOPLE, *REPORTS, *OTHERS, *ADMIN]


def sights_of_routes() -> list[Sight]:
    """The pages without arguments that nobody listed above."""
    listed = {sight.route for sight in SIGHTS}
    sights = [
        Sight(route.name, route.name)
        for route in every_route()
        if route.has_own_name and not (route.is_admins or route.arguments or route.name in listed)
    ]
    return [sight for sight in sights if is_page(sight)]


def is_page(sight: Sight) -> bool:
    """Whether it is answered by a whole page, rather than by a part of one, by data, or by a way to
    another.
    """
    shown = sight.found()
    answer = signed_in(shown.user).get(shown.address, SERVER_NAME="localhost")
    return answer.status_code == 200 and b"<html" in answer.content[:200]


def sights_of_admin() -> list[Sight]:
    """Of every model: its list, the form for a new row where there is one, and its newest row."""
    request = RequestFactory().get("/")
    request.user = User.objects.filter(role=Role.ADMINISTRATOR).first()
    sights = []
    for model, shown in admin.site._registry.items():
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        name = "admin-" + label.replace("_", "-")
        of_model = {"role": Role.ADMINISTRATOR}
        sights.append(Sight(f"{name}-list", f"admin:{label}_changelist", **of_model))
        if shown.has_add_permission(request):
            sights.append(Sight(f"{name}-new", f"admin:{label}_add", **of_model))
        newest = pk(lambda model=model: subjects.newest(model))
        sights.append(Sight(f"{name}-form", f"admin:{label}_change", newest, **of_model))
    return sights
