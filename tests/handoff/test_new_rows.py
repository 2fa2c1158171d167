"""Many rows written at once are the rows that were meant, on either database."""

import pytest

from handoff.leads import new_rows
from handoff.models import Assignment, Lead, Stage, Transition
from tests.handoff.builders import NOW, a_contact, a_lead, a_team, a_user, the_definition

pytestmark = pytest.mark.django_db
HOSTILE = "a\tb\\N\n\"'{},\\ ü 😀"


def test_many_leads_read_back_as_they_were_meant():
    owner, definition = a_user(team=a_team()), the_definition()
    leads = [
        Lead(
            contact=a_contact(), stage=Stage.QUEUED, origin=Lead.Origin.SCORE, owner=owner,
            team=owner.team, definition=definition, handed_over_at=NOW, stage_since=NOW,
            total=63, why=HOSTILE, receipt={"lines": [HOSTILE, None, 1.5], "at": {}},
        )
        for _ in range(new_rows.MANY + 1)
    ]  # fmt: skip
    new_rows.insert(leads)
    columns = [field.attname for field in Lead._meta.local_concrete_fields]
    meant = {lead.pk: [getattr(lead, name) for name in columns] for lead in leads}
    stored = {
        lead.pk: [getattr(lead, name) for name in columns]
        for lead in Lead.objects.in_bulk().values()
    }
    assert stored == meant
    leads[0].why = "changed"
    leads[0].save()
    assert Lead.objects.count() == new_rows.MANY + 1


def test_what_is_empty_stays_empty():
    lead = a_lead()
    rows = [(lead.pk, NOW, Assignment.Reason.QUEUE)] * new_rows.MANY
    ids = new_rows.insert_values(Assignment, ("lead_id", "at", "reason"), rows)
    empty = Assignment.objects.filter(roster__isnull=True, to=None, why="")
    assert sorted(empty.values_list("pk", flat=True)) == ids
    new_rows.insert([])
    assert Transition.objects.count() == 1
