"""What a list says of its leads, and of which it says nothing."""

from handoff.leads.listed import Watched, described, watched_of
from handoff.models import Lead
from tests.handoff.builders import a_company, a_contact, a_lead, an_accepted_lead


def all_watched() -> list[Watched]:
    return [Watched(*row) for row in watched_of(Lead.objects.order_by("pk"))]


def test_a_lead_that_went_to_another_team_meanwhile_is_not_described(rep, team, other_team):
    kept, gone = a_lead(team=team), a_lead(team=team)
    watched = all_watched()
    assert [lead.pk for lead in described(rep, watched)] == [kept.pk, gone.pk]
    Lead.objects.filter(pk=gone.pk).update(team=other_team)
    assert [lead.pk for lead in described(rep, watched)] == [kept.pk]
    assert described(rep, watched[1:]) == []


def test_of_a_merged_contact_the_survivor_is_shown(rep):
    survivor = a_contact(
        first_name="Grace", last_name="Hopper", job_title="Admiral",
        company=a_company(name="Navy", domain="navy.example.com"),
    )  # fmt: skip
    merged = a_contact(
        first_name="G.", last_name="H.", job_title="Clerk", root=survivor,
        company=a_company(name="Yard", domain="yard.example.com"),
    )  # fmt: skip
    a_lead(merged)
    a_lead(a_contact(first_name="Ada", company=None, job_title="Countess"))
    of_merged, of_other = (lead.person for lead in described(rep, all_watched()))
    assert of_merged == (
        survivor.pk, "Grace", "Hopper", survivor.email, "Admiral",
        survivor.company_id, "Navy", "navy.example.com",
    )  # fmt: skip
    assert (str(of_merged), of_merged.company) == ("Grace Hopper", "Navy")
    assert (str(of_other), of_other.job_title, of_other.company) == ("Ada", "Countess", "")


def test_whose_a_lead_is_is_said_as_everywhere(rep):
    an_accepted_lead(by=rep)
    a_lead()
    owned, free = described(rep, all_watched())
    assert (owned.owner, free.owner) == (str(rep), "")
    rep.name = ""
    rep.save()
    assert described(rep, all_watched())[0].owner == str(rep) == rep.email
