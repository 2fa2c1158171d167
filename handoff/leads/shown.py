"""Which leads stand in a person's inbox, in which view, and in which order."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from handoff.leads.visibility import viewer, visible_to, whose
from handoff.models import OPEN_STAGES, Lead, PassedUp, Stage, Transition
from leadhub.ids import ids_in, is_id
from leadhub.prepared import Prepared
from leadhub.records.models import Contact
from leadhub.users.models import Team
from scoring.models import ContactScore, Definition

VIEWS = {
    "next": "Next best",
    "mine": "Mine",
    "queue": "Team",
    "snoozed": "Snoozed",
    "returning": "Returning",
    "all": "All",
}
# Of the first four, the custom attributes are read where somebody asks for them.
JOINED = (
    "contact", "contact__company", "contact__root", "contact__root__company", "owner", "team",
    "reason", "definition",
)  # fmt: skip
# What is shown of people. Of a lead it is everything.
OF_PEOPLE = (
    "email", "first_name", "last_name", "job_title", "phone", "country", "source", "root",
    "company", *(f"company__{of}" for of in ("domain", "name", "industry", "employees", "status")),
)  # fmt: skip
SHOWN = (
    *(field.name for field in Lead._meta.concrete_fields),
    *(f"{contact}__{of}" for contact in ("contact", "contact__root") for of in OF_PEOPLE),
    "owner__name", "owner__email", "reason__name",
)  # fmt: skip
# Whom a lead is about, in a query of its own for each: the survivor, where its contact was merged.
PERSON = Coalesce(OuterRef("contact__root_id"), OuterRef("contact_id"))
BEST_FIRST = (F("hand_raised_at").desc(nulls_last=True), "-total", "pk")
NEWEST_FIRST = ("-handed_over_at", "-pk")
ORDERS = {
    "best": BEST_FIRST,
    "newest": NEWEST_FIRST,
    "oldest": ("handed_over_at", "pk"),
    "score": ("-total", "pk"),
}
# A view of everything is read by an index; the others are short.
ORDER_OF_VIEW = {"all": "newest", "returning": "newest"}


def leads_visible_to(user) -> QuerySet[Lead]:
    """The leads of the person's teams and of the common queue; for a manager those of all."""
    return (
        Lead.objects.filter(visible_to(user))
        .select_related(*JOINED)
        .defer(*(f"{people}__attributes" for people in JOINED[:4]))
    )


def total_now() -> Subquery:
    """Of a lead the person's current total under the live version."""
    live = ContactScore.objects.filter(definition__status=Definition.Status.LIVE, contact=PERSON)
    return Subquery(live.values("total")[:1])


def find_lead(user, lead_id: int) -> Lead:
    """The lead, as `seen_lead` gives it; 404 where the person may not see it."""
    found = seen_lead(user, lead_id)
    if found is None:
        raise Http404("There is no such lead, or it is another team's.")
    return found


def seen_lead(user, lead_id: int) -> Lead | None:
    """The lead, where the person may see it. With `total_now`; `is_merged`, whether other contacts
    were merged into the person; `team_name`; and of the version that handed it over its number and
    `threshold`.
    """
    found = one_lead(user.role, **whose(user), lead=lead_id) if is_id(lead_id) else []
    return next(iter(found), None)


@Prepared
def one_lead(role: str, *, me: int, my_team: int | None, lead: int) -> QuerySet[Lead]:
    scored_by = Definition.objects.filter(pk=OuterRef("definition_id"))
    team = Team.objects.filter(pk=OuterRef("team_id"))
    return (
        Lead.objects.filter(visible_to(viewer(role, me=me, my_team=my_team)), pk=lead)
        .select_related("contact__company", "contact__root__company", "owner", "reason")
        .only(*SHOWN)
        .annotate(
            total_now=total_now(),
            is_merged=Exists(Contact.objects.filter(root=PERSON)),
            team_name=Subquery(team.order_by().values("name")[:1]),
            version_number=Subquery(scored_by.order_by().values("version")[:1]),
            threshold=Subquery(scored_by.order_by().values("threshold")[:1]),
        )
        .order_by()
    )


def who_was_first(user, lead_id: int, *, seen: int) -> list[str]:
    """What took a lead out of the person's sight after they saw its version `seen`, in a sentence;
    nothing where they could not have seen it. What was said of it then, and what became of it
    since, is no longer theirs to know.
    """
    since = Transition.objects.filter(lead__pk=lead_id, version__gt=seen).order_by("version")
    first = since.select_related("by").first()
    if first is None or first.before is None:
        return []
    teams = {None, user.team_id}
    was_seen = first.before["team_id"] in teams or first.before["owner_id"] == user.pk
    return [f"{first.deed}."] if was_seen else []


def visible_leads(user, lead_ids: Iterable[str]) -> list[Lead]:
    """Those of the leads that the person may see; what is no number is left out."""
    return list(leads_visible_to(user).filter(pk__in=ids_in(lead_ids)))


def in_view(user, view: str, *, at: datetime) -> Q:
    """The condition on leads of one of `VIEWS`."""
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=at)
    queued = Q(stage=Stage.QUEUED)
    match view:
        case "next":
            return queued & awake & (Q(owner=None) | Q(owner=user)) & ~passed_by(user)
        case "mine":
            return Q(owner=user, stage__in=OPEN_STAGES) & awake
        case "queue":
            return queued & awake
        case "snoozed":
            # Said so that PostgreSQL, which plans it for any moment, expects no more leads than
            # have been snoozed; of "later than" alone it expects a third of all.
            return Q(snoozed_until__isnull=False) & ~awake & Q(stage__in=OPEN_STAGES)
        case "returning":
            return Q(previous__isnull=False, stage__in=OPEN_STAGES)
    return Q()


def passed_by(user) -> Q:
    """Whether the person has said why not."""
    return Q(Exists(PassedUp.objects.filter(lead=OuterRef("pk"), by=user)))


def leads_in_view(user, view: str, *, at: datetime) -> QuerySet[Lead]:
    """The leads of one of `VIEWS` that the person may see, in the view's own order."""
    order = ORDERS[ORDER_OF_VIEW.get(view, "best")]
    return Lead.objects.filter(visible_to(user), in_view(user, view, at=at)).order_by(*order)


def next_best(user, *, at: datetime) -> QuerySet[Lead]:
    """What the person should judge next, the best first."""
    return leads_in_view(user, "next", at=at).select_related("contact__root")
