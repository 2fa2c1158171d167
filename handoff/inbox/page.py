"""What the inbox's page shows for an address: its list, its open lead, its views."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import parse_qs, urlencode

from django.http import QueryDict
from django.urls import reverse

from handoff.inbox.desk import State, fingerprint, state_of
from handoff.inbox.filters import InboxFilter, empty_fields, fields_of, filter_of
from handoff.inbox.forms import RejectForm, Verdict
from handoff.inbox.offers import Offer, Reasons, offer_of, options, reasons_by_form
from handoff.inbox.rows import Row, rows_of
from handoff.inbox.story import Story
from handoff.inbox.work_forms import possible_for
from handoff.leads.shown import VIEWS, find_lead, first_in_view, leads_in_view
from handoff.models import Lead
from leadhub.pagination import Page, page_of
from leadhub.quick_to_draw import QuickToDraw

# A rep reads the next ones, not the whole queue; and each row costs a fifth of a millisecond.
ROWS = 30
# What of an address says which leads the list shows; the rest says how it came about.
NOT_OF_THE_LIST = {"known", "nothing", "page"}


@dataclass(frozen=True)
class Desktop(QuickToDraw):
    """The list of an address. Each part is one query, when it is first read."""

    user: object
    query: QueryDict
    at: datetime

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
        return filter_of(self.view)(self.query, leads, at=self.at)

    @cached_property
    def page(self) -> Page:
        if self.is_usual:
            rows = first_in_view(self.user, self.view, at=self.at, number=ROWS + 1)
        else:
            rows = self.filter.qs
        found = page_of(rows, self.query.get("page"), size=ROWS)
        return replace(found, rows=grouped(found.rows))

    @cached_property
    def is_usual(self) -> bool:
        """Whether the list is the beginning of the view, as most ask for it."""
        return not any(
            self.query.get(name) for name in ("page", *filter_of(self.view).base_filters)
        )

    def rows(self, opened: Lead | None) -> list[Row]:
        return rows_of(self.page, opened=opened, asked=self.asked)

    @property
    def named(self) -> str:
        """The leads of the list, as an address names them."""
        return urlencode([("lead", lead.pk) for lead in self.page])

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.page.rows, self.state.numbers)

    def find(self, lead_id: int) -> Lead:
        """The lead, from the list where it is in it; 404 where the person may not see it."""
        listed = (lead for lead in self.page if lead.pk == lead_id)
        return next(listed, None) or find_lead(self.user, lead_id)

    @cached_property
    def filter_fields(self) -> str:
        """The fields of the filters, drawn. Those of a list that nobody narrowed are the same for
        everybody, unless they offer what people have set up, such as reasons.
        """
        kind = filter_of(self.view)
        is_kept = self.is_usual and kind is InboxFilter
        return empty_fields(kind) if is_kept else fields_of(self.filter)

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

    @cached_property
    def story(self) -> Story:
        return Story(self.lead, viewer=self.user, at=self.at)

    @cached_property
    def possible(self) -> list[type[Verdict]]:
        return possible_for(self.lead, self.user, takes_turns=self.takes_turns)

    @cached_property
    def reasons_of(self) -> dict[type[Verdict], Reasons]:
        return reasons_by_form(self.possible)

    @property
    def may_reject(self) -> bool:
        return RejectForm in self.possible

    @property
    def reason_options(self) -> str:
        """For which reasons it can be rejected, as options of a select."""
        return options(self.reasons_of.get(RejectForm, ()))

    @cached_property
    def offers(self) -> list[Offer]:
        """The verdicts that are possible now."""
        return [
            offer_of(kind, self.lead, self.reasons_of.get(kind, ()), self.refused)
            for kind in self.possible
        ]

    @property
    def is_refused_for_good(self) -> bool:
        """Whether what was refused is not possible any more: then no form has what was typed."""
        return self.refused is not None and type(self.refused) not in self.possible


def grouped(leads: list[Lead]) -> list[Lead]:
    """The same leads, those of one company below the first of them; each with `follows`, whether
    it stands below a colleague.
    """
    first: dict[object, int] = {}
    for place, lead in enumerate(leads):
        first.setdefault(company_or_self(lead), place)
    ordered = sorted(enumerate(leads), key=lambda pair: (first[company_or_self(pair[1])], pair[0]))
    for place, lead in ordered:
        lead.follows = first[company_or_self(lead)] != place
    return [lead for _, lead in ordered]


def company_or_self(lead: Lead):
    return lead.person.company_id or ("lead", lead.pk)


def said(bound) -> str:
    """A filter's value as its form shows it."""
    choices = dict(getattr(bound.field, "choices", ()) or ())
    value = bound.value()
    named = {str(key): label for key, label in choices.items()}
    return str(named.get(str(value), value))


def comparable(query: str) -> dict[str, list[str]]:
    return parse_qs(query)
