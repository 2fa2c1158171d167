"""Who may do what: the one place that says so.

A `Permission` names something a person may do; `ROLES` gives each role its permissions; and
`ROUTES` states for every route which permission it asks for. A route that is not listed is
refused to everyone (and fails the tests), so that nothing opens by being forgotten.
Objects have a scope besides: see `visible_teams`.
"""

from enum import Enum

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse

from leadhub.prepared import Prepared
from leadhub.users.models import Role, Team, User


class Permission(Enum):
    ANYONE = "without signing in"
    SIGNED_IN = "any user"
    SEE_CONTACTS = "read contacts, companies and their scores"
    WORK_LEADS = "see the inbox and give verdicts"
    SEE_MARKETING = "read marketing's dashboard and lists"
    WORK_LISTS = "correct, answer, release and requeue what stands in marketing's lists"
    SEE_FUNNEL = "read the managers' funnel"
    STEER_SALES = "route the queue anew, and say who of sales is away"
    SET_UP_SCORING = "edit, publish and run definitions and signals"
    SET_UP_SALES = "edit rejection reasons"
    SET_UP_INTAKE = "see and correct the quarantine, merge people, say who is a bot"
    OPEN_ADMIN = "open the admin"
    ADMINISTER = "users, teams, source keys"


ANYONE, SIGNED_IN = Permission.ANYONE, Permission.SIGNED_IN

ROLES: dict[str, set[Permission]] = {
    Role.REP: {
        Permission.SEE_CONTACTS,
        Permission.WORK_LEADS,
    },
    Role.MARKETER: {
        Permission.SEE_CONTACTS,
        Permission.SEE_MARKETING,
        Permission.WORK_LISTS,
        Permission.SET_UP_SCORING,
        Permission.SET_UP_INTAKE,
        Permission.OPEN_ADMIN,
    },
    Role.MANAGER: {
        Permission.SEE_CONTACTS,
        Permission.WORK_LEADS,
        Permission.SEE_MARKETING,
        Permission.SEE_FUNNEL,
        Permission.STEER_SALES,
    },
    Role.ADMINISTRATOR: set(Permission),
}

# Route name (with its namespaces) → the permission it asks for. A trailing * stands for the rest
# of the name; the longest match counts.
ROUTES: dict[str, Permission] = {
    "healthz": ANYONE,
    "readyz": ANYONE,
    "sign-in": ANYONE,
    # On this machine, while it holds demo data only: see docs/adr/0042.
    "sign-in-as": ANYONE,
    "sign-out": SIGNED_IN,
    "home": SIGNED_IN,
    "start": Permission.SEE_MARKETING,
    "start-progress": Permission.SEE_MARKETING,
    "start-key": Permission.SET_UP_INTAKE,
    "styleguide": SIGNED_IN,
    "demo": SIGNED_IN,
    # A stop of the tour leads to pages that have permissions of their own.
    "tour": SIGNED_IN,
    "tour-show": SIGNED_IN,
    "test-event": SIGNED_IN,
    # Intake: a request is let in by its write key, not by a person's session.
    "intake-receive": ANYONE,
    "intake-metrics": ANYONE,
    "intake-project-settings": ANYONE,
    "intake-beacon": ANYONE,
    "intake-source-config": ANYONE,
    "intake-rsa-metrics": ANYONE,
    "marketing": Permission.SEE_MARKETING,
    "report-contacts": Permission.SEE_MARKETING,
    # Marketing's lists: managers read them, marketers act.
    "worklists": Permission.SEE_MARKETING,
    "worklist": Permission.SEE_MARKETING,
    "sales-room": Permission.SEE_MARKETING,
    "worklist-act": Permission.WORK_LISTS,
    "worklist-fix": Permission.WORK_LISTS,
    "worklist-answer": Permission.WORK_LISTS,
    "worklist-nurture": Permission.WORK_LISTS,
    "sales": Permission.WORK_LEADS,
    "overdue": Permission.WORK_LEADS,
    "funnel": Permission.SEE_FUNNEL,
    # A rep finds only the leads of the own team: see handoff.inbox.
    "leads": Permission.SEE_CONTACTS,
    # People and companies
    "contacts": Permission.SEE_CONTACTS,
    "contact": Permission.SEE_CONTACTS,
    "contact-receipt": Permission.SEE_CONTACTS,
    "contact-timeline": Permission.SEE_CONTACTS,
    "merge": Permission.SET_UP_INTAKE,
    "undo-merge": Permission.SET_UP_INTAKE,
    "merge-suggestions": Permission.SET_UP_INTAKE,
    "dismiss-merge": Permission.SET_UP_INTAKE,
    "bots": Permission.SET_UP_INTAKE,
    "companies": Permission.SEE_CONTACTS,
    "company": Permission.SEE_CONTACTS,
    # The inbox
    "inbox": Permission.WORK_LEADS,
    "inbox-*": Permission.WORK_LEADS,
    "lead": Permission.WORK_LEADS,
    "accept": Permission.WORK_LEADS,
    "reject": Permission.WORK_LEADS,
    "promote": Permission.WORK_LEADS,
    "win": Permission.WORK_LEADS,
    "lose": Permission.WORK_LEADS,
    "snooze": Permission.WORK_LEADS,
    "reassign": Permission.WORK_LEADS,
    "note": Permission.WORK_LEADS,
    "attempt": Permission.WORK_LEADS,
    "pass": Permission.WORK_LEADS,
    "add-lead": Permission.WORK_LEADS,
    # Each sees to the own absences; who steers sales to everybody's.
    "absences": Permission.WORK_LEADS,
    "absence-cancel": Permission.WORK_LEADS,
    "queue": Permission.STEER_SALES,
    "queue-route": Permission.STEER_SALES,
    # Forms of conditions
    "condition-fields": Permission.SET_UP_SCORING,
    "condition-values": Permission.SET_UP_SCORING,
    "condition-operators": Permission.SET_UP_SCORING,
    "condition-preview": Permission.SET_UP_SCORING,
    # What one is told, and how. Each sees the own notices only; a manager all customers' alerts.
    "notices": SIGNED_IN,
    "notices-count": SIGNED_IN,
    "notices-read": SIGNED_IN,
    "notice-open": SIGNED_IN,
    "notice-settings": SIGNED_IN,
    "unsubscribe": ANYONE,
    "alerts": Permission.WORK_LEADS,
    "alert-dismiss": Permission.WORK_LEADS,
    # The admin
    "admin:login": ANYONE,
    "admin:logout": SIGNED_IN,
    "admin:index": Permission.OPEN_ADMIN,
    "admin:app_list": Permission.OPEN_ADMIN,
    "admin:jsi18n": Permission.OPEN_ADMIN,
    "admin:autocomplete": Permission.OPEN_ADMIN,
    "admin:view_on_site": Permission.OPEN_ADMIN,
    "admin:password_change": Permission.OPEN_ADMIN,
    "admin:password_change_done": Permission.OPEN_ADMIN,
    "admin:django.contrib.admin.sites.AdminSite.catch_all_view": Permission.OPEN_ADMIN,
    "admin:users_*": Permission.ADMINISTER,
    "admin:auth_user_password_change": Permission.ADMINISTER,
    "admin:records_*": Permission.SET_UP_INTAKE,
    "admin:intake_*": Permission.SET_UP_INTAKE,
    "admin:intake_sourcekey_*": Permission.ADMINISTER,
    "admin:scoring_*": Permission.SET_UP_SCORING,
    "admin:handoff_*": Permission.SET_UP_SALES,
    "admin:handoff_lead_*": Permission.SET_UP_SCORING,
    "admin:handoff_held_*": Permission.SET_UP_SCORING,
    "admin:handoff_notice_*": Permission.ADMINISTER,
    "admin:handoff_teamwebhook_*": Permission.ADMINISTER,
}

# App label (or app label.model) → the permission that Django's admin asks for.
ADMIN_MODELS: dict[str, Permission] = {
    "users": Permission.ADMINISTER,
    "records": Permission.SET_UP_INTAKE,
    "intake": Permission.SET_UP_INTAKE,
    "intake.sourcekey": Permission.ADMINISTER,
    "scoring": Permission.SET_UP_SCORING,
    "handoff": Permission.SET_UP_SALES,
    # Marketing releases leads, and puts corrected ones back into the queue.
    "handoff.lead": Permission.SET_UP_SCORING,
    "handoff.held": Permission.SET_UP_SCORING,
    # A webhook's address is a secret.
    "handoff.notice": Permission.ADMINISTER,
    "handoff.teamwebhook": Permission.ADMINISTER,
}


def may(user, permission: Permission) -> bool:
    """Whether the person holds the permission."""
    if permission is Permission.ANYONE:
        return True
    if not (user.is_authenticated and user.is_active):
        return False
    return permission is Permission.SIGNED_IN or permission in ROLES[user.role]


def permission_of(route: str | None) -> Permission | None:
    """The permission that the route asks for; None if the route is not listed."""
    if route is None:
        return None
    if route in ROUTES:
        return ROUTES[route]
    wildcards = [
        listed
        for listed in ROUTES
        if listed.endswith("*") and route.startswith(listed.removesuffix("*"))
    ]
    return ROUTES[max(wildcards, key=len)] if wildcards else None


def middleware(get_response):
    """Holds every view to `ROUTES`: sign in first, else 403."""

    def respond(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        permission = permission_of(request.resolver_match.view_name)
        if permission is not None and may(request.user, permission):
            return None
        if permission is None or request.user.is_authenticated:
            raise PermissionDenied
        if "HX-Request" in request.headers:
            # A part of a page that stands: it stays, with what was typed, and says what happened.
            return HttpResponse(status=401)
        return redirect_to_login(request.get_full_path())

    respond.process_view = process_view
    return respond


def visible_teams(user) -> QuerySet[Team]:
    """The teams whose leads the person sees: a rep the own one; the others all of them."""
    if user.role == Role.REP:
        return Team.objects.filter(pk=user.team_id)
    return Team.objects.all()


class RoleBackend(ModelBackend):
    """Answers Django's own permission questions (the admin asks them) from the role."""

    def people(self) -> QuerySet[User]:
        """Everyone with the team, which every page names."""
        return User.objects.select_related("team")

    def get_user(self, user_id):
        found = one_person(type(self), person=user_id)
        return next(filter(self.user_can_authenticate, found), None)

    def has_perm(self, user, perm, obj=None):
        app_label, codename = perm.split(".")
        model = codename.partition("_")[2]
        asked = ADMIN_MODELS.get(f"{app_label}.{model}", ADMIN_MODELS.get(app_label))
        return asked is not None and may(user, asked)

    def has_module_perms(self, user, app_label):
        return any(
            may(user, permission)
            for name, permission in ADMIN_MODELS.items()
            if name.partition(".")[0] == app_label
        )


@Prepared
def one_person(backend: type[RoleBackend], *, person: int) -> QuerySet[User]:
    return backend().people().filter(pk=person).order_by()
