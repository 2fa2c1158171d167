"""What the inbox's page shows for an address: its list, its open lead, its views."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import parse_qs, urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from handoff.inbox.desk import State, fingerprint, state_of
from handoff.inbox.filters import (
    InboxFilter,
    RefusedFilter,
    empty_fields,
    fields_of,
    filter_of,
)
from handoff.inbox.forms import RejectForm, Verdict
from handoff.inbox.offers import Offer, offer_of, options
from handoff.inbox.reasons import AllReasons, Choices, Reasons
from handoff.inbox.rows import drawn_rows
from handoff.inbox.story import Story
from handoff.inbox.work_forms import possible_for
from handoff.leads.listed import (
    AT_ONCE,
    Listed,
    Watched,
    described,
    first_in_view,
    watched_of,
)
from handoff.leads.shown import VIEWS, leads_in_view, seen_lead
from handoff.models import Lead
from leadhub.pagination import Page, page_of
from leadhub.quick_to_draw import QuickToDraw

# What of an address says which leads the list shows; the rest says how it came about.
NOT_OF_THE_LIST = {"known", "nothing", "page"}


@dataclass(frozen=True)
class Desktop(QuickToDraw):
    """The list of an address. Each part is asked for when it is first read, the list in two
    queries: which leads (`watched`), and what is said of them (`page`).
    """

    user: object
    query: QueryDict
    at: datetime
    reasons: AllReasons = field(default_factory=AllReasons)

    @cached_property
    def view(self) -> str:
        view = self.query.get("view", "next")
        return view if view in VIEWS else "next"

    @cached_property
    def state(self) -> State:
        return state_of(self.user, at=self.at)

    @cached_property
    def filter(self) -> InboxFilter:
        """Where the address asks for the usual list, only its form is used."""
        leads = Lead.objects.none()
        if not self.is_usual:
            leads = leads_in_view(self.user, self.view, at=self.at)
        return filter_of(self.view)(
            self.query, leads, at=self.at, reasons=self.reasons_to_filter_by
        )

    @cached_property
    def watched(self) -> Page:
        """The leads of the list, and what may change of them while somebody looks."""
        if self.is_usual:
            rows = first_in_view(self.user, self.view, at=self.at, number=AT_ONCE + 1)
        else:
            rows = watched_of(self.filter.qs)
        found = page_of(rows, self.query.get("page"), size=AT_ONCE)
        return replace(found, rows=[Watched(*row) for row in found])

    @cached_property
    def page(self) -> Page:
        """The list, as it is shown."""
        return replace(self.watched, rows=grouped(described(self.user, self.watched)))

    @cached_property
    def is_usual(self) -> bool:
        """Whether the list is the beginning of the view, as most ask for it."""
        return not any(
            self.query.get(name) for name in ("page", *filter_of(self.view).base_filters)
        )

    def rows(self, opened: Lead | None) -> SafeString:
        """The list, drawn."""
        return drawn_rows(self.page, opened=opened and opened.pk, asked=self.asked)

    @property
    def named(self) -> str:
        """The leads of the list, as an address names them."""
        return urlencode([("lead", lead.pk) for lead in self.page])

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.watched.rows, self.state.numbers)

    def best(self) -> Lead | None:
        """The first lead of the list."""
        first = next(iter(self.page), None)
        return first and seen_lead(self.user, first.pk)

    @cached_property
    def filter_fields(self) -> str:
        """The fields of the filters, drawn."""
        if self.is_usual:
            return empty_fields(filter_of(self.view), self.reasons_to_filter_by)
        return fields_of(self.filter)

    @property
    def reasons_to_filter_by(self) -> Choices:
        return self.reasons.choices if issubclass(filter_of(self.view), RefusedFilter) else ()

    @property
    def searched(self) -> str:
        return self.query.get("q", "")

    @property
    def is_filter_refused(self) -> bool:
        return not self.is_usual and bool(self.filter.form.errors)

    @cached_property
    def narrowed(self) -> list[dict[str, str]]:
        """The filters in use besides the search, each with the address without it."""
        if self.is_usual:
            return []
        form = self.filter.form
        used = [bound for bound in form if bound.name != "q" and bound.value() not in (None, "")]
        return [
            {"label": f"{bound.label}: {said(bound)}", "href": self.without(bound.name)}
            for bound in used
        ]

    def without(self, name: str) -> str:
        query = self.query.copy()
        query.pop(name, None)
        return f"{reverse('inbox')}?{query.urlencode()}"

    @property
    def tabs(self) -> list[dict]:
        numbers = self.state.numbers
        return [
            {
                "label": label,
                "href": f"{reverse('inbox')}?view={name}",
                "is_current": name == self.view,
                "count": numbers.get(name) or None,
                "key": key,
            }
            for key, (name, label) in zip("123456", VIEWS.items(), strict=True)
        ]

    @property
    def saved(self) -> list[dict]:
        """The person's saved views, and which of them this is."""
        here = comparable(self.list_query)
        return [
            {
                "label": view["name"],
                "href": f"{reverse('inbox')}?{view['query']}",
                "is_current": comparable(view["query"]) == here,
            }
            for view in self.state.saved
        ]

    @property
    def list_query(self) -> str:
        """What of the address says which leads the list shows."""
        kept = [(k, v) for k, v in self.query.items() if v and k not in NOT_OF_THE_LIST]
        return urlencode(kept)

    @property
    def asked(self) -> str:
        """The same as the end of an address."""
        return f"?{self.list_query}" if self.list_query else ""


@dataclass(frozen=True)
class Opened(QuickToDraw):
    """The lead that is open beside the list, and what can be done with it. `refused` is a form
    that was refused, `changes` why a decision came too late; `takes_turns` as the desk's state has
    it.
    """

    lead: Lead
    user: object
    at: datetime
    takes_turns: bool
    refused: Verdict | None = None
    changes: list[str] = field(default_factory=list)
    reasons: AllReasons = field(default_factory=AllReasons)

    @cached_property
    def story(self) -> Story:
        return Story(self.lead, viewer=self.user, at=self.at)

    @cached_property
    def possible(self) -> list[type[Verdict]]:
        return possible_for(self.lead, self.user, takes_turns=self.takes_turns)

    def reasons_of(self, kind: type[Verdict]) -> Reasons:
        return self.reasons.offered_by(kind) if issubclass(kind, RejectForm) else ()

    @property
    def may_reject(self) -> bool:
        return RejectForm in self.possible

    @property
    def reason_options(self) -> str:
        """For which reasons it can be rejected, as options of a select."""
        return options(self.reasons_of(RejectForm))

    @cached_property
    def offers(self) -> list[Offer]:
        """The verdicts that are possible now."""
        return [
            offer_of(kind, self.lead, self.reasons_of(kind), self.refused) for kind in self.possible
        ]

    @property
    def is_refused_for_good(self) -> bool:
        """Whether what was refused is not possible any more: then no form has what was typed."""
        return self.refused is not None and type(self.refused) not in self.possible


def grouped(leads: list[Listed]) -> list[Listed]:
    """The same leads, those of one company below the first of them, which they follow."""
    colleagues: dict[object, list[Listed]] = {}
    for lead in leads:
        of_one = colleagues.setdefault(lead.person.company_id or ("lead", lead.pk), [])
        of_one.append(lead._replace(follows=True) if of_one else lead)
    return [lead for of_one in colleagues.values() for lead in of_one]


def said(bound) -> str:
    """A filter's value as its form shows it."""
    choices = dict(getattr(bound.field, "choices", ()) or ())
    value = bound.value()
    named = {str(key): label for key, label in choices.items()}
    return str(named.get(str(value), value))


def comparable(query: str) -> dict[str, list[str]]:
    return parse_qs(query)
