"""New leads and what is logged of them are the rows that were meant, on either database."""

import pytest

from handoff.leads.lifecycle import write_new
from handoff.models import Assignment, Lead, Stage, Transition
from leadhub.adding import MANY, add_rows_with_ids
from tests.handoff.builders import NOW, a_contact, a_lead, a_team, a_user, the_definition

pytestmark = pytest.mark.django_db
HOSTILE = "a\tb\\N\n\"'{},\\ ü 😀"


class Frozen:
    """What says itself what it is as JSON."""

    def as_json(self) -> dict:
        return {"lines": [HOSTILE, None, 1.5], "at": {}}


@pytest.mark.parametrize("number", [1, MANY + 1])
def test_leads_read_back_as_they_were_meant(number):
    owner, definition = a_user(team=a_team()), the_definition()
    before = a_lead()
    by_score = {
        "stage": Stage.QUEUED, "origin": Lead.Origin.SCORE, "owner_id": owner.pk,
        "team_id": owner.team_id, "definition_id": definition.pk, "handed_over_at": NOW,
        "stage_since": NOW, "total": 63, "why": HOSTILE,
    }  # fmt: skip
    raised = {
        "stage": Stage.QUEUED, "origin": Lead.Origin.HAND_RAISE, "handed_over_at": NOW,
        "stage_since": NOW, "hand_raised_at": NOW, "hand_raise": "Demo requested",
    }  # fmt: skip
    leads = [by_score | {"contact_id": a_contact().pk} for _ in range(number)]
    leads.append(raised | {"contact_id": a_contact().pk})
    written = write_new([leads[-1], *(lead | {"receipt": Frozen()} for lead in leads[:-1])])
    meant = [Lead(pk=written[0], **leads[-1])]
    meant += [
        Lead(pk=pk, receipt=Frozen().as_json(), **lead)
        for pk, lead in zip(written[1:], leads[:-1], strict=True)
    ]
    new = Lead.objects.exclude(pk=before.pk).order_by("pk")
    assert list(map(columns_of, new)) == list(map(columns_of, meant))
    opening = Transition.objects.exclude(lead=before).order_by("pk")
    assert list(opening.values_list("lead", "version", "to_stage", "at")) == [
        (pk, 1, Stage.QUEUED, NOW) for pk in written
    ]
    assert a_lead().pk > max(written)


def columns_of(lead: Lead) -> list:
    return [getattr(lead, field.attname) for field in Lead._meta.local_concrete_fields]


@pytest.mark.parametrize("number", [1, MANY])
def test_what_is_empty_stays_empty(number):
    lead = a_lead()
    rows = [(lead.pk, NOW, Assignment.Reason.QUEUE)] * number
    ids = add_rows_with_ids(Assignment, ("lead_id", "at", "reason"), rows)
    empty = Assignment.objects.filter(roster__isnull=True, to=None, why="")
    assert sorted(empty.values_list("pk", flat=True)) == ids
    assert write_new([]) == []
    assert Transition.objects.count() == 1
