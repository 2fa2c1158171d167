"""Marketing's lists: who stands where, what each action does, who may act."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handoff.handover import hand_over
from handoff.leads.verdicts import reject
from handoff.models import Held, Lead, Note, RejectionReason, SetAside, Stage
from leadhub.records import merging
from leadhub.records.models import AttributeChange, Contact, Merge, MergeSuggestion
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_lead,
    a_new_version,
    a_qualified_contact,
    a_reason,
    a_score,
    a_tally,
    a_user,
    the_definition,
)

pytestmark = pytest.mark.django_db
Kind = RejectionReason.Kind


def a_rejected_lead(kind=Kind.COOL_DOWN, **given) -> Lead:
    lead = a_lead(a_qualified_contact(company=a_company()))
    reject(lead=lead, seen=1, by=a_user(), at=NOW + HOUR, reason=a_reason(kind), **given)
    return lead


def sent_back() -> Lead:
    return a_rejected_lead(Kind.BAD_DATA, note="The number is a fax")


def waiting() -> Contact:
    contact = a_contact(company=a_company())
    a_score(contact, behaviour=45, fit=10, fit_possible=40, qualified=False)
    return contact


def held() -> Held:
    contact = a_qualified_contact(signal_at=NOW - DAY)
    return Held.objects.create(contact=contact, since=NOW, definition=the_definition())


def set_aside() -> SetAside:
    return SetAside.objects.create(
        contact=a_qualified_contact(), definition=the_definition(), revision=1, at=NOW,
        failure="ValueError: an attribute like no other",
    )  # fmt: skip


LISTED = {
    "sent-back": sent_back,
    "waiting": waiting,
    "rejected": a_rejected_lead,
    "held": held,
    "set-aside": set_aside,
}


def people_on(client, name: str, query: str = "") -> list[Contact]:
    return [row.contact for row in client.get(f"/lists/{name}{query}").context["page"]]


@pytest.mark.parametrize("name", LISTED)
def test_each_list_costs_the_same_however_long_it_is(marketer_client, name):
    def queries(number):
        for _ in range(number):
            LISTED[name]()
        with CaptureQueriesContext(connection) as captured:
            answer = marketer_client.get(f"/lists/{name}")
        assert len(answer.context["page"]) >= number
        return len(captured)

    marketer_client.get(f"/lists/{name}")
    assert queries(2) == queries(20) <= 16


@pytest.mark.parametrize("name", LISTED)
def test_managers_see_and_marketers_act(manager_client, rep_client, name):
    LISTED[name]()
    page = manager_client.get(f"/lists/{name}")
    assert len(page.context["page"]) == 1
    assert b"What to do" not in page.content
    assert manager_client.post(f"/lists/{name}/act").status_code == 403
    assert rep_client.get(f"/lists/{name}").status_code == 403


@pytest.mark.parametrize("name", LISTED)
def test_an_empty_list_says_what_comes_next(marketer_client, name):
    assert b'class="empty' in marketer_client.get(f"/lists/{name}").content
    filtered = marketer_client.get(f"/lists/{name}?q=nobody").content
    assert b"Take a filter away" in filtered


def test_the_lists_page_by_page(marketer_client):
    for _ in range(51):
        held()
    assert len(people_on(marketer_client, "held")) == 50
    assert len(people_on(marketer_client, "held", "?page=2")) == 1


def test_lists_that_are_none(marketer_client):
    assert marketer_client.get("/lists/nonsense").status_code == 404
    assert marketer_client.post("/lists/waiting/act").status_code == 404
    assert marketer_client.get("/lists/rejected?owner=x&reason=y&page=z").status_code == 200


def test_search_and_state_narrow_the_rejected(marketer_client):
    by_itself = a_rejected_lead()
    only_if = a_rejected_lead(Kind.DISQUALIFY)
    for state, lead in (("undecided", only_if), ("by-itself", by_itself)):
        assert people_on(marketer_client, "rejected", f"?state={state}") == [lead.contact]
    assert people_on(marketer_client, "rejected", "?state=released") == []
    query = f"?q={only_if.contact.company.name.replace(' ', '+')}"
    assert people_on(marketer_client, "rejected", query) == [only_if.contact]


def test_corrected_data_brings_a_lead_back_to_the_queue(marketer_client, marketer):
    lead = sent_back()
    values = {"contact.phone": "+49301234567", "company.industry": "Paper", "back": "/lists/x"}
    answer = marketer_client.post(f"/lists/fix/{lead.contact_id}", values)
    assert answer.headers["Location"] == "/lists/x"
    lead.contact.refresh_from_db()
    lead.contact.company.refresh_from_db()
    assert (lead.contact.phone, lead.contact.company.industry) == ("+49301234567", "Paper")
    said = {(change.field, change.source.kind) for change in AttributeChange.objects.all()}
    assert {("phone", "person"), ("industry", "person")} <= said
    assert lead.contact.freshness.revision > 1, "it is scored again"
    marketer_client.post("/lists/sent-back/act", {"only": f"{lead.pk}:{lead.version}"})
    lead.refresh_from_db()
    assert (lead.stage, lead.transitions.last().by) == (Stage.QUEUED, marketer)


def corrected(client, contact, email: str, **more):
    return client.post(f"/lists/fix/{contact.pk}", {"email": email} | more)


def test_a_wrong_e_mail_is_corrected_and_the_lead_goes_back_at_once(marketer_client, marketer):
    lead = sent_back()
    wrong, seen = lead.contact, f"{lead.pk}:{lead.version}"
    page = marketer_client.get(f"/lists/fix/{wrong.pk}").content.decode()
    assert "Save, and back to the queue" in page
    more = {"seen": seen, "requeue": "yes", "contact.phone": "+49301234567"}
    assert corrected(marketer_client, wrong, "Vera@Right.example", **more).status_code == 302
    merge = Merge.objects.get()
    assert (merge.loser, merge.by) == (wrong, marketer)
    assert merge.why == f"The e-mail {wrong.email} was wrong"
    person = merge.survivor
    assert (person.email, person.company.domain) == ("vera@right.example", "right.example")
    assert (person.first_name, person.phone) == ("", "+49301234567")
    lead.refresh_from_db()
    assert (lead.stage, lead.person) == (Stage.QUEUED, person)
    assert AttributeChange.objects.get(field="email").new == "vera@right.example"
    assert person.freshness.revision > 0, "it is scored"


def test_an_e_mail_that_somebody_has_is_a_suggestion_to_merge(marketer_client):
    contact, other = a_contact(), a_contact(email="taken@example.com")
    MergeSuggestion.objects.create(contact=contact, other=other, why="", dismissed_at=NOW)
    values = {"contact.phone": "+49301234567"}
    answer = corrected(marketer_client, contact, "TAKEN@example.com", **values)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "has this address already" in page
    assert f"/contacts/{contact.pk}/merge?with=taken%40example.com" in page
    assert merging.open_suggestions().get().other == other
    contact.refresh_from_db()
    assert (contact.phone, contact.root) == ("", None)


def test_who_had_no_e_mail_gets_one(marketer_client):
    contact = a_contact(email=None)
    assert corrected(marketer_client, contact, "new@right.example").status_code == 302
    contact.refresh_from_db()
    assert (contact.email, contact.company.domain) == ("new@right.example", "right.example")
    assert not Merge.objects.exists()


def test_an_address_that_was_corrected_comes_back_by_undoing_the_merge(marketer_client):
    contact = a_contact(email="vera@right.example")
    corrected(marketer_client, contact, "vera@wrong.example")
    answer = corrected(marketer_client, Contact.objects.get(pk=contact.pk).root, contact.email)
    assert answer.status_code == 422
    assert "undo the merge" in answer.content.decode()
    assert not MergeSuggestion.objects.exists()


@pytest.mark.parametrize("email", ["", "no address", "a@b", "x" * 300 + "@example.com", "a\0@b.de"])
def test_what_is_no_e_mail_is_asked_for_again(marketer_client, email):
    contact = a_contact()
    assert corrected(marketer_client, contact, email).status_code == 422
    assert not Merge.objects.exists()


def test_what_was_not_touched_is_not_said(marketer_client):
    contact = a_contact(job_title="VP Sales")
    marketer_client.post(f"/lists/fix/{contact.pk}", {"contact.job_title": "VP Sales"})
    assert not AttributeChange.objects.exists()


def test_a_number_that_is_none_is_asked_for_again(marketer_client):
    contact = a_contact(company=a_company())
    answer = marketer_client.post(f"/lists/fix/{contact.pk}", {"company.employees": "many"})
    assert answer.status_code == 422
    assert b"Enter a whole number" in answer.content


def test_each_of_several_has_its_own_result(marketer_client):
    fine, stale = a_rejected_lead(Kind.DISQUALIFY), a_rejected_lead(Kind.DISQUALIFY)
    chosen = [f"{fine.pk}:{fine.version}", f"{stale.pk}:1", "nonsense", "9:x"]
    page = marketer_client.post("/lists/rejected/act", {"chosen": chosen}, follow=True)
    said = [str(message) for message in page.context["messages"]]
    assert len(said) == 2
    assert "may come again" in said[0]
    assert "is left as it is" in said[1]
    fine.refresh_from_db()
    stale.refresh_from_db()
    assert fine.released_at
    assert not stale.released_at


@pytest.mark.parametrize("chosen", [[], [f"{'9' * 25}:1"], [f"1:{'9' * 25}"], ["²:1"]])
def test_nobody_chosen_is_said(marketer_client, chosen):
    page = marketer_client.post("/lists/rejected/act", {"chosen": chosen}, follow=True)
    assert "Nobody was chosen" in page.content.decode()


def test_who_is_recycled_comes_again_from_the_day_on(marketer_client):
    lead = a_rejected_lead(Kind.DISQUALIFY)
    day = timezone.localdate() + 90 * DAY
    form = {"seen": lead.version, "returns_on": day}
    marketer_client.post(f"/lists/nurture/{lead.pk}", form)
    lead.refresh_from_db()
    assert lead.returns_on == day
    a_tally(lead.contact, NOW + 5 * DAY)
    now = timezone.now()
    assert hand_over(at=now) == 0
    assert hand_over(at=now + 91 * DAY) == 1


def test_a_day_in_the_past_is_refused(marketer_client):
    lead = a_rejected_lead(Kind.DISQUALIFY)
    form = {"seen": lead.version, "returns_on": "2020-01-01"}
    assert marketer_client.post(f"/lists/nurture/{lead.pk}", form).status_code == 422


def test_an_answer_stands_on_the_lead(marketer_client, marketer):
    lead = a_rejected_lead()
    marketer_client.post(f"/lists/answer/{lead.pk}", {"text": "They bought last week."})
    note = Note.objects.get()
    assert (note.lead, note.by, note.text) == (lead, marketer, "They bought last week.")


def test_who_is_held_comes_when_released(marketer_client, marketer):
    a_new_version(at=NOW - 2 * DAY)
    row = held()
    assert hand_over(at=NOW) == 0
    marketer_client.post("/lists/held/act", {"only": row.pk})
    row.refresh_from_db()
    assert row.released_by == marketer
    assert people_on(marketer_client, "held") == []
    assert hand_over(at=NOW) == 1
    assert not Held.objects.exists()


def test_who_is_set_aside_is_tried_again(marketer_client):
    row = set_aside()
    assert hand_over(at=NOW) == 0
    marketer_client.post("/lists/set-aside/act", {"only": row.pk})
    assert hand_over(at=NOW) == 1


def test_the_way_back_leads_nowhere_else(marketer_client):
    contact = a_contact()
    for elsewhere in ("https://elsewhere.example.com/", "//elsewhere.example.com", "javascript:x"):
        answer = marketer_client.post(f"/lists/fix/{contact.pk}", {"back": elsewhere})
        assert answer.headers["Location"] == "/lists/waiting"
