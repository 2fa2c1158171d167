"""What the demo's reps do about their leads: they judge by the truth, and err one time in ten."""

import heapq
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from django.db.models import QuerySet

from handoff.leads import deals, verdicts, work_log
from handoff.models import Attempt, Lead, RejectionReason, Stage
from leadhub.demo import campaign
from leadhub.demo.hours import business_hours_after, day_of
from leadhub.demo.people import Fate, Person, Story, Truth
from leadhub.demo.staff import Staff
from leadhub.prepared import Prepared
from leadhub.records.models import UserId

ERROR = 0.10
# To so many of the people a rep writes or calls before judging.
REACHED_FOR = 0.8
# Of the accepted leads that are no opportunity, sales gives up so many by and by.
GIVEN_UP = 0.16
NOT_ICP, TIMING, NO_RESPONSE, NO_NEED = (
    "Not our ICP", "Bad timing", "No response", "No need or budget"
)  # fmt: skip
BAD_DATA, DUPLICATE, TERRITORY = "Bad data", "Duplicate", "Wrong territory"
# Reason → how often, of people of whom the company is ours to sell to, and of the others.
WHY_NOT_NOW = {
    NO_NEED: 30,
    NO_RESPONSE: 12,
    TIMING: 26,
    NOT_ICP: 22,
    DUPLICATE: 5,
    TERRITORY: 4,
    BAD_DATA: 3,
}
WHY_NOT_EVER = {NOT_ICP: 80, NO_NEED: 14, TIMING: 6}


@dataclass(order=True)
class Due:
    """That somebody will do something about a lead."""

    at: datetime
    lead: int
    deed: str = field(compare=False)


@Prepared
def as_it_stands(*, lead: int) -> QuerySet[Lead]:
    return Lead.objects.filter(pk=lead).select_related("contact__company", "owner", "opportunity")


class Sales:
    """The reps, and what each of them is about to do."""

    def __init__(self, story: Story, staff: Staff):
        self.story, self.staff = story, staff
        self.reasons = {reason.name: reason for reason in RejectionReason.objects.all()}
        self.persons: dict[int, Person] = {}
        self.agenda: list[Due] = []
        self.seen = 0

    def notice_new_leads(self) -> None:
        """Takes what was handed over since the last time onto the agenda."""
        new = list(Lead.objects.filter(pk__gt=self.seen).order_by("pk"))
        users = UserId.objects.filter(contact__in=[lead.contact_id for lead in new])
        for contact, user in users.values_list("contact", "value"):
            self.persons[contact] = self.story.people[user]
        for lead in new:
            self.seen = lead.pk
            self.plan_verdict(lead)

    def plan_verdict(self, lead: Lead) -> None:
        if self.fate_of(lead) == Fate.LEFT:
            return
        random = self.random_of(lead, "delay")
        hours = self.hours_until_verdict(lead, random)
        if lead.hand_raised_at or random.random() < REACHED_FOR:
            self.plan(lead, lead.handed_over_at, hours * random.uniform(0.1, 0.9), "reach for")
        self.plan(lead, lead.handed_over_at, hours, "judge")

    def fate_of(self, lead: Lead) -> Fate | None:
        """Who was rejected for a while is left in the queue when they come again."""
        fate = self.story.fates.get(self.persons[lead.contact_id].user)
        return Fate.LEFT if fate == Fate.LATER and lead.previous_id else fate

    def hours_until_verdict(self, lead: Lead, random: Random) -> float:
        """Those who ask come first; whom the campaign brought, reps put off."""
        if lead.hand_raised_at:
            return random.uniform(0.1, 3)
        if self.of_campaign(lead):
            return random.uniform(14, 76)
        return min(70, 0.5 + random.expovariate(1 / 11))

    def of_campaign(self, lead: Lead) -> bool:
        person = self.persons[lead.contact_id]
        return person.traits.get("campaign") == campaign.NAME

    def random_of(self, lead: Lead, purpose: str) -> Random:
        """The same whatever else happens in the world."""
        person = self.persons[lead.contact_id]
        again = "again" if lead.previous_id else "first"
        return self.story.random(f"{purpose}/{person.user}/{again}/{lead.version}")

    @transaction.atomic
    def work(self, *, until: datetime) -> None:
        """Does what is due, each at its own time."""
        while self.agenda and self.agenda[0].at <= until:
            due = heapq.heappop(self.agenda)
            (lead,) = as_it_stands(lead=due.lead)
            DEEDS[due.deed](self, lead, due.at)

    def rep_of(self, lead: Lead, random: Random):
        return lead.owner if lead.owner in self.staff.reps else random.choice(self.staff.reps)

    def reach_for(self, lead: Lead, at: datetime) -> None:
        if lead.stage == Stage.QUEUED:
            random = self.random_of(lead, "attempt")
            kind = random.choice([Attempt.Kind.EMAIL, Attempt.Kind.EMAIL, Attempt.Kind.CALL])
            work_log.log_attempt(lead=lead, kind=kind, by=self.rep_of(lead, random), at=at)

    def judge(self, lead: Lead, at: datetime) -> None:
        if lead.stage != Stage.QUEUED:
            return
        random, person = self.random_of(lead, "verdict"), self.persons[lead.contact_id]
        fate = self.fate_of(lead)
        thinks_well = (person.truth >= Truth.WORTH_A_TALK) != (random.random() < ERROR)
        rep = self.rep_of(lead, random)
        if fate == Fate.WON or (fate is None and thinks_well):
            verdicts.accept(lead=lead, seen=lead.version, by=rep, at=at)
            self.plan(lead, at, random.uniform(6, 80), "promote")
        else:
            named = {Fate.LATER: TIMING, Fate.BAD_DATA: BAD_DATA}.get(fate)
            self.reject(lead, self.reasons[named or self.why(lead, random)], rep, at, random)

    def why(self, lead: Lead, random: Random) -> str:
        why = WHY_NOT_EVER if lead.fit < 35 else WHY_NOT_NOW
        reason = random.choices(list(why), list(why.values()))[0]
        return NO_NEED if reason == NO_RESPONSE and not lead.attempts.exists() else reason

    def reject(self, lead: Lead, reason: RejectionReason, rep, at: datetime, random: Random):
        later = day_of(at) + timedelta(days=random.randint(45, 100))
        verdicts.reject(
            lead=lead,
            seen=lead.version,
            by=rep,
            at=at,
            reason=reason,
            note="The number is that of another company." if reason.note_required else "",
            returns_on=later if reason.kind == RejectionReason.Kind.TIMING else None,
        )
        if reason.kind == RejectionReason.Kind.REQUEUE:
            self.plan(lead, at, random.uniform(1, 12), "judge")

    def plan(self, lead: Lead, at: datetime, hours: float, deed: str) -> None:
        heapq.heappush(self.agenda, Due(business_hours_after(at, hours), lead.pk, deed))

    def promote(self, lead: Lead, at: datetime) -> None:
        """An accepted lead turns out to be an opportunity, or sales loses interest in it."""
        if lead.stage != Stage.ACCEPTED:
            return
        random, person = self.random_of(lead, "promotion"), self.persons[lead.contact_id]
        wrong = random.random() < ERROR
        fated = self.fate_of(lead) == Fate.WON
        if fated or (person.truth >= Truth.OPPORTUNITY) != wrong:
            amount = Decimal(round(random.lognormvariate(10.2, 0.6), -2))
            close = day_of(at) + timedelta(days=random.randint(30, 90))
            deals.promote(
                lead=lead, seen=lead.version, by=lead.owner, at=at,
                amount=amount, expected_close=close,
            )  # fmt: skip
            self.plan(lead, at, random.uniform(80, 420), "close")
        elif random.random() < GIVEN_UP:
            reason = self.reasons[random.choice([NO_NEED, NO_NEED, TIMING])]
            self.reject(lead, reason, lead.owner, at, random)

    def close(self, lead: Lead, at: datetime) -> None:
        if lead.stage != Stage.SQL:
            return
        random, person = self.random_of(lead, "close"), self.persons[lead.contact_id]
        fated = self.fate_of(lead) == Fate.WON
        if fated or person.truth == Truth.BUYER:
            deals.win(lead=lead, seen=lead.version, by=lead.owner, at=at)
        else:
            reason = self.reasons[random.choice([NO_NEED, TIMING])]
            later = day_of(at) + timedelta(days=180)
            deals.lose(
                lead=lead, seen=lead.version, by=lead.owner, at=at, reason=reason,
                returns_on=later if reason.kind == RejectionReason.Kind.TIMING else None,
            )  # fmt: skip


DEEDS = {
    "reach for": Sales.reach_for,
    "judge": Sales.judge,
    "promote": Sales.promote,
    "close": Sales.close,
}
