"""Merging, through all rooms: the person scores as if always one, and undoing leaves no trace."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.handover import hand_over
from handoff.models import Lead, Stage
from leadhub.records import facts, merging
from leadhub.records.models import Contact, Event, Merge, UserId
from leadhub.records.observation import Observation
from scoring import starter
from scoring.freshening import score_stale
from scoring.models import ContactScore, ScoreChange
from tests.handoff.builders import HOUR, NOW, a_contact, a_lead, a_user

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANN, BEA = "ann@gmail.com", "bea@corp-two.com"
FACTS = st.lists(
    st.tuples(
        st.sampled_from([ANN, BEA]),
        st.integers(0, 60),  # days ago
        st.sampled_from(["identify", "page", "track", "group"]),
        st.sampled_from(["VP Sales", "Student", "Clerk", None]),
        st.booleans(),  # by a trusted source
    ),
    min_size=1,
    max_size=12,
)
STATED = (
    "root", "email", "first_name", "job_title", "country", "source", "company", "attributes",
    "opted_out_at",
)  # fmt: skip
SCORED = ("behaviour", "fit", "total", "grade", "band", "high_intent", "qualified", "changes_on")


def taken(world, sources, *, both_are=None) -> None:
    """The facts, of two people; or of one, where `both_are` is an e-mail."""
    for email in (ANN, BEA):
        seen = Observation(
            sources[True], "identify", f"hello {email}", AT, AT, email=both_are or email,
            user_id=f"user of {email}",
        )  # fmt: skip
        facts.record([seen], at=AT)
    for n, (email, days, kind, title, trusted) in enumerate(world):
        seen = Observation(
            sources[trusted], kind, f"m{n}", AT - timedelta(days=days, seconds=n), AT
        )
        seen.email = both_are or email
        if kind == "identify":
            seen.contact_values = {"job_title": title, "attributes.plan": email, "source": email}
        if kind == "group":
            seen.group_id, seen.company_values = "g1", {"employees": 500, "industry": "Software"}
        if kind == "page":
            seen.properties = {"path": "/pricing"}
        if kind == "track":
            seen.name, seen.properties = "Whitepaper Downloaded", {"asset": f"{n}"}
        facts.record([seen], at=AT)


def scored() -> dict:
    while score_stale(at=AT):
        pass
    rows = ContactScore.objects.filter(contact__root=None)
    return {row.pop("contact__email"): row for row in rows.values("contact__email", *SCORED)}


def known() -> dict:
    return {
        "contacts": list(Contact.objects.order_by("email").values(*STATED)),
        "events": list(Event.objects.order_by("pk").values_list("pk", "contact__email")),
        "user ids": list(UserId.objects.order_by("pk").values_list("value", "contact__email")),
    }


def two_people() -> tuple[Contact, Contact]:
    return Contact.objects.get(email=BEA), Contact.objects.get(email=ANN)


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=FACTS)
def test_merged_they_score_as_if_always_one_and_undone_as_before(server, site, world):
    starter.install(at=AT - timedelta(days=400))
    sources = {True: server, False: site}
    with transaction.atomic():
        taken(world, sources, both_are=BEA)
        as_one = scored()[BEA]
        transaction.set_rollback(True)
    with transaction.atomic():
        taken(world, sources)
        before, scores = known(), scored()
        survivor, loser = two_people()
        merging.merge(loser=loser, survivor=survivor, by=None, at=AT)
        assert scored() == {BEA: as_one}
        changes = ScoreChange.objects.exclude(behaviour_from=None)
        assert set(changes.values_list("cause", flat=True)) <= {"merged"}
        merging.undo(merge=Merge.objects.get(), by=None, at=AT)
        assert (known(), scored()) == (before, scores)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_undoing_one_of_a_chain_leaves_the_other(server):
    emails = ("ann@example.com", "bea@example.com", "cleo@example.com")
    ann, bea, cleo = (Contact.objects.create(email=email) for email in emails)
    lower = merging.merge(loser=cleo, survivor=bea, by=None, at=AT)
    upper = merging.merge(loser=bea, survivor=ann, by=None, at=AT)
    merging.undo(merge=upper, by=None, at=AT)
    assert dict(Contact.objects.values_list("email", "root__email")) == {
        ann.email: None, bea.email: None, cleo.email: bea.email,
    }  # fmt: skip
    with pytest.raises(merging.NotMerged):
        merging.undo(merge=upper, by=None, at=AT)
    merging.merge(loser=bea, survivor=ann, by=None, at=AT)
    merging.undo(merge=lower, by=None, at=AT)
    assert set(Contact.objects.filter(root=ann)) == {bea}


@pytest.mark.django_db
def test_no_message_makes_one_again_whom_a_person_has_parted(server, marketer):
    def say(message, kind="identify", **said):
        facts.record([Observation(server, kind, message, AT, AT, **said)], at=AT)

    say("1", "track", user_id="42", name="Seen")
    say("2", email=BEA)
    say("3", user_id="42", email=BEA)
    merge = Merge.objects.get()
    assert (merge.cause, merge.by, merge.survivor.email) == ("identify", None, BEA)
    merging.undo(merge=merge, by=marketer, at=AT)
    say("4", user_id="42", email=BEA)
    assert Contact.objects.filter(root=None).count() == 2
    merge.refresh_from_db()
    assert (merge.undone_by, merge.undone_at) == (marketer, AT)


@pytest.mark.django_db
def test_the_furthest_lead_stays_and_what_closed_opens_again_when_undone():
    rep = a_user()
    ann, bea = a_contact(), a_contact()
    queued = a_lead(ann)
    worked = a_lead(bea, stage="accepted", owner=rep)
    merging.merge(loser=bea, survivor=ann, by=None, at=NOW + HOUR)
    hand_over(at=NOW + HOUR)
    assert stages() == {queued.pk: Stage.MERGED, worked.pk: Stage.ACCEPTED}
    hand_over(at=NOW + 2 * HOUR)
    merging.undo(merge=Merge.objects.get(), by=None, at=NOW + 3 * HOUR)
    hand_over(at=NOW + 3 * HOUR)
    assert stages() == {queued.pk: Stage.QUEUED, worked.pk: Stage.ACCEPTED}
    merging.merge(loser=bea, survivor=ann, by=None, at=NOW + 4 * HOUR)
    hand_over(at=NOW + 4 * HOUR)
    hand_over(at=NOW + 5 * HOUR)
    assert stages() == {queued.pk: Stage.MERGED, worked.pk: Stage.ACCEPTED}


def stages() -> dict:
    return dict(Lead.objects.values_list("pk", "stage"))


@pytest.mark.django_db
def test_a_preview_leaves_nothing_behind(server):
    taken([(ANN, 1, "identify", "VP Sales", True)], {True: server})
    survivor, loser = two_people()
    before = known()
    with merging.preview(loser=loser, survivor=survivor, at=AT) as merged:
        assert merged.job_title == "VP Sales"
    assert known() == before
    assert not Merge.objects.exists()
