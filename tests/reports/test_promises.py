"""How sales keeps its promises, as the dashboard shows it."""

from datetime import timedelta

import pytest

from handoff.leads.shown import leads_visible_to
from handoff.models import Attempt
from handoff.reports.periods import Period
from handoff.reports.promises import Kept, promises, share
from leadhub.users.models import Role
from tests.handoff.builders import DAY, NOW, a_lead, a_team, a_user

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_who_is_late_who_soon_will_be_and_how_fast_they_answer(client_of):
    ada, bo = a_user("Ada", team=a_team()), a_user("Bo", team=a_team())
    late = a_lead(owner=ada, hand_raised_at=NOW)
    a_lead(owner=bo)
    for minutes in (10, 20, 40):
        answered = a_lead(owner=ada)
        Attempt.objects.create(lead=answered, kind="call", by=ada, at=NOW + minutes * MINUTE)
    a_lead(at=NOW + 59 * MINUTE, hand_raised_at=NOW + 59 * MINUTE)
    manager = a_user("Mia", role=Role.MANAGER)
    period = Period(NOW.date() - DAY, NOW.date())
    found = promises(leads_visible_to(manager), period=period, at=NOW + 70 * MINUTE)
    nothing = {"overdue": 0, "answered": 0, "half": None, "nine_of_ten": None}
    assert found.reps == (
        Kept("Ada", overdue=1, due_soon=0, answered=3, half=20, nine_of_ten=40, who=str(ada.pk)),
        Kept("Bo", **nothing | {"due_soon": 0, "who": str(bo.pk)}),
        Kept("The queue", **nothing | {"due_soon": 1, "who": "nobody"}),
    )
    assert [one.lead for one in found.late] == [late]
    assert not found.is_cut
    assert client_of(manager).get("/sales").status_code == 200


def test_the_counts_lead_to_the_leads_that_are_overdue(client_of, rep_client, rep):
    ada = a_user("Ada", team=a_team())
    late = [a_lead(owner=ada, team=ada.team), a_lead(owner=rep, team=rep.team), a_lead()]
    boss = client_of(a_user("Mia", role=Role.MANAGER))
    assert f'href="/sales/overdue?who={ada.pk}"' in boss.get("/sales").content.decode()
    for query, found in {
        "": late, f"?who={ada.pk}": late[:1], "?who=nobody": late[2:], "?who=none": [],
    }.items():  # fmt: skip
        listed = boss.get(f"/sales/overdue{query}").context["page"]
        assert {one.lead for one in listed} == set(found)
    mine = rep_client.get("/sales/overdue").context["page"]
    assert {one.lead for one in mine} == set(late[1:]), "not those of other teams"


@pytest.mark.parametrize(
    ("times", "percent", "within"),
    [([], 50, None), ([7], 90, 7), ([1, 2], 50, 1), ([1, 2, 3], 50, 2), (list(range(10)), 90, 8)],
)
def test_so_many_of_a_hundred_stay_within(times, percent, within):
    assert share(times, percent) == within
