"""From the form on a website to the first response: what the rep is told on the way, and when."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from handoff.leads.verdicts import accept
from handoff.leads.work_log import log_attempt
from handoff.models import Attempt, Channel, Lead, Notice, NoticeKind, ServiceLevel
from handoff.sla.clocks import State, clocks_of
from leadhub import tasks
from leadhub.intake.models import SourceKey
from leadhub.records.models import Company, Source
from leadhub.sweep import sweep
from scoring import starter
from tests.handoff.builders import NOW
from tests.notices.conftest import by_email
from tests.running import basic

__all__ = ["by_email"]
pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock():
    """A Monday morning that goes on only by `clock.shift(…)`."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def told(kind: NoticeKind) -> list[str]:
    notices = Notice.objects.filter(kind=kind, channel=Channel.APP, state=Notice.State.SENT)
    return [notice.title for notice in notices.order_by("pk")]


def test_who_asks_for_a_demo_is_answered_in_time(clock, client, rep, by_email):
    starter.install(at=timezone.now())
    ServiceLevel.objects.all().delete()
    ServiceLevel.objects.create(
        name="Hand-raises", raised="only", response_minutes=15, due_soon_minutes=5
    )
    Company.objects.create(domain="buyer.example", name="Buyer")
    key = SourceKey.issue(Source.objects.create(name="Website", kind="server"))[1]
    who = {"type": "identify", "traits": {"email": "vera@buyer.example", "name": "Vera Quist"}}
    asks = {"type": "track", "event": "Demo Requested"}
    batch = [{"userId": "vera", "messageId": f"m{n}"} | m for n, m in enumerate((who, asks))]
    answer = client.post(
        "/v1/batch",
        json.dumps({"batch": batch}),
        content_type="application/json",
        headers=basic(f"{key}:"),
    )
    assert answer.status_code == 200

    assert sweep(at=timezone.now())
    tasks.tell_people()
    tasks.send_notices()
    lead = Lead.objects.select_related("contact__root").get()
    assert told(NoticeKind.HAND_RAISE) == ["Demo requested: Vera Quist, Buyer"]
    (mail,) = [mail for mail in by_email.messages if "Subject: Demo requested" in mail]
    assert f"To: {rep.email}" in mail
    assert f"https://leadhub.example.com/inbox/{lead.pk}" in mail

    accept(lead=lead, seen=lead.version, by=rep, at=timezone.now())
    clock.shift(11 * MINUTE)
    tasks.watch_clocks()
    assert len(told(NoticeKind.DUE_SOON)) == 1, "accepting is no answer"
    log_attempt(lead=lead, kind=Attempt.Kind.CALL, by=rep, at=timezone.now())
    clock.shift(60 * MINUTE)
    tasks.watch_clocks()
    assert told(NoticeKind.BREACH) == []
    assert clocks_of([lead], at=timezone.now())[lead.pk].response.state == State.MET


def test_who_is_not_answered_is_heard_of_by_the_manager(clock, client, rep, manager):
    from tests.handoff.builders import a_lead

    ServiceLevel.objects.all().delete()
    ServiceLevel.objects.create(
        name="Hand-raises", raised="only", response_minutes=15, due_soon_minutes=5
    )
    a_lead(owner=rep, team=rep.team, hand_raised_at=NOW, hand_raise="Demo requested")
    clock.shift(16 * MINUTE)
    tasks.watch_clocks()
    breaches = Notice.objects.filter(kind=NoticeKind.BREACH).order_by("pk")
    assert [notice.person for notice in breaches] == [rep, manager]
