"""New leads and what is logged of them are the rows that were meant, on either database."""

import pytest

from handoff.models import Assignment, Lead, Stage, Transition
from leadhub.adding import MANY, add_objects, add_rows_with_ids
from tests.handoff.builders import NOW, a_contact, a_lead, a_team, a_user, the_definition

pytestmark = pytest.mark.django_db
HOSTILE = "a\tb\\N\n\"'{},\\ ü 😀"


@pytest.mark.parametrize("number", [1, MANY + 1])
def test_leads_read_back_as_they_were_meant(number):
    owner, definition = a_user(team=a_team()), the_definition()
    before = a_lead()
    leads = [
        Lead(
            contact=a_contact(), stage=Stage.QUEUED, origin=Lead.Origin.SCORE, owner=owner,
            team=owner.team, definition=definition, handed_over_at=NOW, stage_since=NOW,
            total=63, why=HOSTILE, receipt={"lines": [HOSTILE, None, 1.5], "at": {}},
        )
        for _ in range(number)
    ]  # fmt: skip
    add_objects(Lead, leads)
    columns = [field.attname for field in Lead._meta.local_concrete_fields]
    meant = {lead.pk: [getattr(lead, name) for name in columns] for lead in leads}
    stored = {
        lead.pk: [getattr(lead, name) for name in columns]
        for lead in Lead.objects.exclude(pk=before.pk)
    }
    assert stored == meant
    leads[0].why = "changed"
    leads[0].save()
    assert Lead.objects.count() == number + 1
    assert a_lead().pk > max(meant)


@pytest.mark.parametrize("number", [1, MANY])
def test_what_is_empty_stays_empty(number):
    lead = a_lead()
    rows = [(lead.pk, NOW, Assignment.Reason.QUEUE)] * number
    ids = add_rows_with_ids(Assignment, ("lead_id", "at", "reason"), rows)
    empty = Assignment.objects.filter(roster__isnull=True, to=None, why="")
    assert sorted(empty.values_list("pk", flat=True)) == ids
    add_objects(Lead, [])
    assert Transition.objects.count() == 1
