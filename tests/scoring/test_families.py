"""Merged people score as if always one, also where signals count distinct values a day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leadhub.contacts import merge_preview
from leadhub.records import bots, facts, merging
from leadhub.records.models import Contact, Event, Merge, Source
from leadhub.records.observation import Observation
from scoring import starter
from scoring.freshening import score_stale
from scoring.models import ScoreChange, Tally
from scoring.source import Range
from scoring.verifying import verify
from scoring.versions import definition_of, live_definition
from tests.scoring import stored, worlds
from tests.scoring.people import contact, did, moment
from tests.scoring.stored import noon
from tests.scoring.test_databases import scores, undone

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)
EVERYONE = Range(0, 2**40)
WHITEPAPER = "Whitepaper downloaded"

# Two who gave an e-mail, and two of whom only a user id is known until somebody says more.
EMAILS = ("ann@example.com", "bea@example.com")
USERS = ("u1", "u2")
NAMES = st.sampled_from([*EMAILS, *USERS])
GUIDES = st.sampled_from(["Straße", "STRASSE", "Benchmark", 7, 7.0, True, None])
DAYS_AGO = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("did"), NAMES, st.tuples(DAYS_AGO, GUIDES)),
        st.tuples(st.just("did"), NAMES, st.tuples(DAYS_AGO, GUIDES)),
        st.tuples(st.just("identify"), st.sampled_from(USERS), st.sampled_from(EMAILS)),
        st.tuples(st.just("merge"), NAMES, NAMES),
        st.tuples(st.just("undo"), st.none(), st.integers(0, 5)),
        st.tuples(st.just("bot"), NAMES, st.booleans()),
        st.tuples(st.just("score"), st.none(), st.none()),
    ),
    min_size=8,
    max_size=24,
)


def that_give_distinct_values(definition):
    """The version with signals that most of the events here give."""
    weights = tuple(
        replace(weight, signal=replace(
            weight.signal,
            distinct_property="" if number % 3 == 2 else "x",
            conditions=worlds.parse({"all": [{"field": "kind", "is": "track"}]}, worlds.EVENT),
        ))
        for number, weight in enumerate(definition.weights)
    )  # fmt: skip
    return replace(definition, weights=weights)


DEFINITIONS = worlds.definitions().map(that_give_distinct_values)


class Story:
    """What is said and done, step by step; `people` are the contacts by the name they go by."""

    def __init__(self, at):
        self.at, self.said = at, 0
        self.source = Source.objects.create(name="Our server", kind=Source.Kind.SERVER)
        self.people = {}
        for name in (*EMAILS, *USERS):
            self.observe("track", name, name="Seen", day=worlds.TODAY)
        for name in EMAILS:
            self.people[name] = Contact.objects.get(email=name)
        for name in USERS:
            self.people[name] = Contact.objects.get(user_ids__value=name)

    def observe(self, kind, who, *, day, email="", **values):
        self.said += 1
        is_email = "@" in who
        seen = Observation(
            self.source, kind, f"m{self.said}", noon(day), self.at,
            email=who if is_email else email, user_id="" if is_email else who, **values,
        )  # fmt: skip
        facts.record([seen], at=self.at)

    def goes_on(self, step) -> None:
        what, who, more = step
        getattr(self, what)(who, more)

    def did(self, who, more) -> None:
        ago, guide = more
        day = worlds.TODAY - timedelta(days=ago)
        self.observe("track", who, name="Downloaded", day=day, properties={"x": guide})

    def identify(self, user, email) -> None:
        self.observe("identify", user, email=email, day=worlds.TODAY)

    def merge(self, one, other) -> None:
        one, other = (Contact.objects.get(pk=self.people[who].pk) for who in (one, other))
        try:
            merging.merge(loser=one.root or one, survivor=other, by=None, at=self.at)
        except merging.AlreadyOne:
            return

    def undo(self, _, number) -> None:
        standing = list(Merge.objects.filter(undone_at=None).order_by("pk"))
        if standing:
            merging.undo(merge=standing[number % len(standing)], by=None, at=self.at)

    def bot(self, who, is_bot) -> None:
        first, last = noon(worlds.TODAY - timedelta(days=1)), noon(worlds.TODAY)
        person = Contact.objects.get(pk=self.people[who].pk)
        bots.judge_contact(
            contact=person, since=first, until=last, is_bot=is_bot, by=None, at=self.at
        )

    def score(self, *_) -> None:
        while score_stale(at=self.at):
            pass


@settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True,
    report_multiple_bugs=False, phases=[Phase.generate],
)  # fmt: skip
@given(definition=DEFINITIONS, steps=STEPS)
def test_whoever_is_merged_and_parted_scores_as_if_it_had_always_been_so(definition, steps):
    with undone():
        at = noon(worlds.TODAY)
        definition = stored.live(definition, at=at)
        story = Story(at)
        for step in steps:
            story.goes_on(step)
        story.score()
        assert scores() == stored.as_the_oracle_says(definition, worlds.TODAY)
        everyone = verify(EVERYONE, definition=definition, day=worlds.TODAY)
        assert everyone.different == ()


@pytest.fixture
def ann_and_bea():
    """Both read the guide on Monday; Bea another one, and the guide again on Tuesday."""
    starter.install(at=timezone.now())
    ann, bea = contact(), contact()
    did(ann, "Whitepaper Downloaded", MONDAY, asset="Guide")
    did(bea, "Whitepaper Downloaded", MONDAY, asset="guide")
    did(bea, "Whitepaper Downloaded", MONDAY, asset="Benchmark")
    did(bea, "Whitepaper Downloaded", TUESDAY, asset="guide")
    score_stale(at=moment(TUESDAY))
    return ann, bea


def counted(day: date) -> int:
    tallies = Tally.objects.filter(day=day, signal__name=WHITEPAPER)
    return sum(tallies.values_list("count", flat=True))


def points() -> dict[int, int]:
    return {contact: score["behaviour"] for contact, score in scores().items()}


def merged(ann, bea) -> Merge:
    merge = merging.merge(loser=bea, survivor=ann, by=None, at=moment(TUESDAY))
    score_stale(at=moment(TUESDAY))
    return merge


def test_what_both_read_on_one_day_counts_once_and_twice_again_when_they_are_parted(ann_and_bea):
    ann, bea = ann_and_bea
    assert points() == {ann.pk: 10, bea.pk: 30}
    merge = merged(ann, bea)
    assert (counted(MONDAY), counted(TUESDAY)) == (2, 1)
    change = ScoreChange.objects.filter(contact=ann).latest("id")
    assert (change.cause, change.total_from, change.total_to) == ("merged", 10, 30)
    merging.undo(merge=merge, by=None, at=moment(TUESDAY))
    score_stale(at=moment(TUESDAY))
    assert (counted(MONDAY), counted(TUESDAY)) == (3, 1)
    assert points() == {ann.pk: 10, bea.pk: 30}


def test_what_one_of_them_does_later_is_counted_beside_what_the_other_did(ann_and_bea):
    ann, bea = ann_and_bea
    merged(ann, bea)
    did(bea, "Whitepaper Downloaded", MONDAY, asset="GUIDE")
    did(ann, "Whitepaper Downloaded", TUESDAY, asset="Guide")
    score_stale(at=moment(TUESDAY))
    assert (counted(MONDAY), counted(TUESDAY)) == (2, 1)


def test_what_one_of_them_turns_out_not_to_have_read_still_counts_for_the_other(ann_and_bea):
    ann, bea = ann_and_bea
    merged(ann, bea)
    read = Event.objects.get(contact=ann)
    bots.judge_event(event=read, is_bot=True, by=None, at=moment(TUESDAY))
    score_stale(at=moment(TUESDAY))
    assert (counted(MONDAY), counted(TUESDAY)) == (2, 1)


def test_a_daily_limit_is_one_for_both():
    starter.install(at=timezone.now())
    ann, bea = contact(), contact()
    for person in (ann, ann, bea, bea):
        did(person, "", MONDAY, kind="page", path="/pricing")
    score_stale(at=moment(MONDAY))
    assert points() == {ann.pk: 16, bea.pk: 16}
    merged(ann, bea)
    assert points() == {ann.pk: 24}


def test_the_preview_of_a_merge_counts_what_both_read_once(ann_and_bea):
    ann, bea = ann_and_bea
    shown = merge_preview.preview(
        survivor=ann, loser=bea, live=live_definition(), day=TUESDAY, at=moment(TUESDAY)
    )
    foretold = shown.receipt_of_both.behaviour
    assert (counted(MONDAY), points()) == (3, {ann.pk: 10, bea.pk: 30})
    merged(ann, bea)
    assert points() == {ann.pk: foretold}
    assert verify(EVERYONE, definition=definition_of(live_definition()), day=TUESDAY).checked == 1
