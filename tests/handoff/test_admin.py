"""The admin of handoff: reasons are retired, ledgers are read, marketing releases and requeues."""

import pytest
from django.urls import reverse
from django.utils import timezone

from handoff.leads.verdicts import reject
from handoff.models import RejectionReason, Stage
from handoff.starter import install
from tests.handoff.builders import NOW, a_lead, a_reason, a_user

pytestmark = pytest.mark.django_db
LEADS = "admin:handoff_lead_changelist"


def test_a_reason_is_retired_and_never_deleted(administrator_client):
    install()
    reason = RejectionReason.objects.first()
    delete = reverse("admin:handoff_rejectionreason_delete", args=[reason.pk])
    assert administrator_client.post(delete, {"post": "yes"}).status_code == 403
    administrator_client.post(
        reverse("admin:handoff_rejectionreason_changelist"),
        {"action": "retire", "_selected_action": [reason.pk]},
    )
    reason.refresh_from_db()
    assert not reason.is_active


def test_a_cool_down_needs_its_days(administrator_client):
    answer = administrator_client.post(
        reverse("admin:handoff_rejectionreason_add"),
        {"name": "Later", "kind": "cool_down", "position": 1},
    )
    assert "A cool-down needs its number of days." in answer.content.decode()


def test_leads_are_read_and_not_rewritten(marketer_client):
    lead = a_lead()
    address = reverse("admin:handoff_lead_change", args=[lead.pk])
    assert marketer_client.get(address).status_code == 200
    assert marketer_client.post(address, {"stage": "won"}).status_code == 403


@pytest.mark.parametrize(
    ("kind", "action", "stage"),
    [
        (RejectionReason.Kind.DISQUALIFY, "release", Stage.DISQUALIFIED),
        (RejectionReason.Kind.BAD_DATA, "correct", Stage.QUEUED),
    ],
)
def test_marketing_releases_and_requeues_each_with_its_own_result(
    marketer_client, marketer, kind, action, stage
):
    rejected, still_open = a_lead(), a_lead()
    reject(lead=rejected, seen=1, by=a_user(), at=NOW, reason=a_reason(kind), note="Why")
    answer = marketer_client.post(
        reverse(LEADS),
        {"action": action, "_selected_action": [rejected.pk, still_open.pk]},
        follow=True,
    )
    said = answer.content.decode()
    assert f"{rejected.contact}: done." in said
    assert f"{still_open.contact}: A lead that is MQL can&#x27;t go to" in said
    rejected.refresh_from_db()
    assert (rejected.stage, rejected.version) == (stage, 3)
    assert rejected.transitions.last().by == marketer
    if action == "release":
        assert rejected.released_at <= timezone.now()
