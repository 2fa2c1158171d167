"""What the inbox draws once: it says the same of everybody, and nothing that is somebody's own."""

import re
from dataclasses import dataclass

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.utils import timezone

from handoff.inbox.filters import (
    AnyStageFilter,
    InboxFilter,
    RefusedFilter,
    empty_fields,
    fields_of,
)
from handoff.inbox.page import Desktop
from handoff.models import Lead
from leadhub.quick_to_draw import QuickToDraw
from leadhub.records.models import Company
from leadhub.users.models import Role
from tests.handoff.builders import (
    a_company,
    a_contact,
    a_lead,
    a_reason,
    an_accepted_lead,
    an_sql,
)

FORM = re.compile(
    r'<form class="form" method="post" action="(?P<address>/inbox/\d+/(?P<name>\w+))"[^>]*>'
    r'<input type="hidden" name="csrfmiddlewaretoken" value="(?P<token>\w+)">'
    r'<input type="hidden" name="seen" value="(?P<seen>\d+)">(?P<body>.*?)</form>',
    re.DOTALL,
)
REASONS_TO_FILTER_BY = re.compile(r'<select name="reason".*?</select>', re.DOTALL)


def form_on(client, lead, name: str) -> dict[str, str]:
    """The verdict's form as the lead's page draws it."""
    page = client.get(f"/inbox/{lead.pk}").content.decode()
    return next(found.groupdict() for found in FORM.finditer(page) if found["name"] == name)


def test_a_body_is_the_same_for_all_and_what_is_ones_own_is_not(user_of, client_of):
    reason, one, other = a_reason(), a_lead(), a_lead()
    Lead.objects.filter(pk=other.pk).update(version=5)
    clients = [client_of(user_of(Role.REP)) for _ in range(2)]
    first, second = (
        form_on(client, lead, "reject") for client, lead in zip(clients, (one, other), strict=True)
    )
    assert first["body"] == second["body"]
    assert [form["address"] for form in (first, second)] == [
        f"/inbox/{lead.pk}/reject" for lead in (one, other)
    ]
    assert (first["seen"], second["seen"]) == ("1", "5")

    def status_with(token: str) -> int:
        clients[1].handler.enforce_csrf_checks = True
        sent = {"csrfmiddlewaretoken": token, "seen": second["seen"], "reason": reason.pk}
        return clients[1].post(second["address"], sent).status_code

    assert [status_with(form["token"]) for form in (first, second)] == [403, 302]


def test_what_a_company_has_open_is_offered_after_the_empty_form_was_kept(rep, rep_client):
    plain = an_accepted_lead(by=rep)
    kept = form_on(rep_client, plain, "promote")["body"]
    company = a_company()
    joined = an_sql(a_contact(company=company), by=rep).opportunity
    Company.objects.filter(pk=company.pk).update(status=Company.Status.CUSTOMER)
    lead = an_accepted_lead(a_contact(company=company), by=rep)
    offering = form_on(rep_client, lead, "promote")["body"]
    assert f'<option value="{joined.pk}">' in offering
    assert 'name="joining"' not in kept
    assert form_on(rep_client, plain, "promote")["body"] == kept


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("", InboxFilter),
        ("view=mine", InboxFilter),
        ("view=queue&known=1", InboxFilter),
        ("view=snoozed&q=", InboxFilter),
        ("view=returning", RefusedFilter),
        ("view=all&reason=", AnyStageFilter),
    ],
)
def test_kept_fields_are_those_of_a_usual_list(rep, address, kind):
    reason = a_reason(name="Old words")
    offered = () if kind is InboxFilter else ((reason.pk, "Old words"),)
    desktop = Desktop(rep, QueryDict(address), timezone.now())
    assert desktop.is_usual
    assert empty_fields(kind, offered) == fields_of(desktop.filter) == desktop.filter_fields
    assert ("Old words" in desktop.filter_fields) == bool(offered)


@pytest.mark.parametrize("view", ["all", "returning"])
def test_a_new_reason_can_be_filtered_by_at_once(rep_client, view):
    def offered() -> str:
        page = rep_client.get(f"/inbox?view={view}").content.decode()
        return REASONS_TO_FILTER_BY.search(page)[0]

    a_reason(name="Old words")
    assert "Old words" in offered()
    assert "New words" not in offered()
    a_reason(name="New words")
    assert "New words" in offered()


@dataclass(frozen=True, slots=True)
class Quick(QuickToDraw):
    error: type[Exception]

    @property
    def broken(self) -> str:
        raise self.error("Nothing hides this.")


@pytest.mark.parametrize(
    "error", [AttributeError, KeyError, IndexError, TypeError, ValueError, RuntimeError]
)
def test_an_error_of_what_is_read_as_an_item_is_not_hidden(error):
    quick = Context({"quick": Quick(error)})
    with pytest.raises(error, match="Nothing hides this"):
        Template("{{ quick.broken }}").render(quick)
    assert Template("{{ quick.missing }}{% if quick.missing %}no{% endif %}").render(quick) == ""
