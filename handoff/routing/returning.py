"""To whom a contact that returns should go, and to whom it should not."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from handoff.models import OPEN_STAGES, Assignment, Lead, PoolMember, RejectionReason, Transition
from leadhub.records.family import family_of
from leadhub.records.models import Contact
from leadhub.users.models import User

PASSED_ON = Q(reason__kind=RejectionReason.Kind.REQUEUE) | Q(reason__to_another_rep=True)


def barred(leads: Iterable[int]) -> dict[int, set[int]]:
    """Lead → the users who must not get it: they passed it on, or the contact's lead before it,
    for a reason that asks for another rep.
    """
    leads = list(leads)
    found = defaultdict(set)
    own = passed_on().filter(lead__in=leads).values_list("lead", "by")
    before = passed_on().filter(lead__next__in=leads).values_list("lead__next", "by")
    for lead, user in (*own, *before):
        found[lead].add(user)
    return dict(found)


def passed_on() -> QuerySet[Transition]:
    standing = Transition.objects.filter(by__isnull=False, undone_at=None, undoes=None)
    return standing.filter(PASSED_ON).order_by()


def may_go_to(users: Collection[int]) -> Exists:
    """Of leads that wait for a pool: whether one of the users is of it who is not barred, and did
    not have the lead last.
    """
    lead, previous = OuterRef(OuterRef("pk")), OuterRef(OuterRef("previous"))
    user = OuterRef("user")
    later = Assignment.objects.filter(
        lead=OuterRef("lead"), pk__gt=OuterRef("pk"), to__isnull=False
    )
    had_last = Assignment.objects.filter(~Exists(later), lead=lead, to=user)
    refused = passed_on().filter(Q(lead=lead) | Q(lead=previous), by=user)
    members = PoolMember.objects.filter(pool=OuterRef("pool"), user__in=users)
    return Exists(members.filter(~Exists(had_last), ~Exists(refused)))


def previous_of(person: Contact) -> Lead | None:
    """The latest lead of the person (a root), if they have had one that is over."""
    leads = Lead.objects.filter(contact__in=family_of([person.pk])).exclude(stage__in=OPEN_STAGES)
    return leads.order_by("handed_over_at", "pk").last()


def same_reps(previous: Mapping[int, Lead]) -> dict[int, User]:
    """Person → the rep who had their previous lead, where its reason lets them have the next one
    too and they still work here. `previous` is person → lead.
    """
    leads = {lead.pk: person for person, lead in previous.items()}
    verdicts = (
        Transition.objects.filter(
            lead__in=leads,
            reason__to_another_rep=False,
            by__is_active=True,
            undone_at=None,
            undoes=None,
        )
        .exclude(PASSED_ON)
        .select_related("by", "lead__owner")
        .order_by("at", "pk")
    )
    reps = {}
    for verdict in verdicts:
        owner = verdict.lead.owner
        rep = owner if owner is not None and owner.is_active else verdict.by
        if rep.team_id is not None:
            reps[leads[verdict.lead_id]] = rep
    return reps
