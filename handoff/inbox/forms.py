"""The forms of the verdicts. Each names the version of the lead that the person saw, and `decide`
calls the verdict: once it is valid, nothing is left for the view to know.

What is done about a lead between its verdicts has its forms in `work_forms.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import forms
from django.utils import timezone

from handoff.entry.candidates import SOLD_TO
from handoff.leads import deals, verdicts
from handoff.models import Action, Lead, RejectionReason, Transition
from leadhub.ids import id_in
from leadhub.quick_to_draw import QuickToDraw

YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Button(QuickToDraw):
    """What a verdict's button says, and the key that is named on it."""

    label: str
    icon: str
    key: str
    is_primary: bool = False


class Verdict(forms.Form):
    """A verdict that needs nothing but the lead as it was seen. Without a lead it is a form that
    nobody has filled in, as it is drawn for each.
    """

    action: Action
    verdict: Callable[..., Transition]
    done: str
    button: Button
    # What it asks for besides `seen`; nothing where a click is enough.
    body_template = ""
    # Whether it is fetched only then, since it names everybody.
    is_drawn_when_opened = False
    # Whether the lead stays open after it; else the next best takes its place.
    keeps_open = False
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, lead: Lead | None):
        super().__init__(
            data,
            initial={"seen": lead.version} if lead else {},
            auto_id=f"{self.action}_%s",
        )
        self.lead = lead

    @classmethod
    def is_same_for(cls, lead: Lead) -> bool:
        """Whether it asks of this lead what it asks of others."""
        return True

    def decide(self, *, by, at: datetime) -> Transition:
        return self.verdict(lead=self.lead, by=by, at=at, **self.cleaned_data)

    def said(self) -> str:
        """What the person reads when it is done."""
        person = self.lead.person
        words = {"person": person, "company": person.company or person}
        return self.done.format(**words | self.words())

    def words(self) -> dict[str, str]:
        """What `done` names besides the person and the company."""
        return {"reason": str(self.cleaned_data.get("reason", ""))}


class AcceptForm(Verdict):
    action = Action.ACCEPT
    verdict = staticmethod(verdicts.accept)
    keeps_open = True
    done = "Accepted: {person} is yours now."
    button = Button("Accept", "check", "1", is_primary=True)


class WinForm(Verdict):
    action = Action.WIN
    verdict = staticmethod(deals.win)
    done = "Won: {company} is a customer."
    button = Button("Won", "trophy", "1", is_primary=True)


class ReasonField(forms.ModelChoiceField):
    def label_from_instance(self, reason: RejectionReason) -> str:
        return reason.name


class RejectForm(Verdict):
    action = Action.REJECT
    verdict = staticmethod(verdicts.reject)
    done = "Rejected: {person}, {reason}."
    button = Button("Reject", "x", "3")
    body_template = "handoff/verdicts/_with_reason.html"
    kinds_of_reason = frozenset(RejectionReason.Kind)
    reason = ReasonField(
        RejectionReason.objects.filter(is_active=True),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose a reason."},
    )
    returns_on = forms.DateField(
        label="Try again on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Needed for bad timing.",
    )
    note = forms.CharField(
        required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data=None, *, lead: Lead | None):
        super().__init__(data, lead=lead)
        reason = self.fields["reason"]
        reason.queryset = reason.queryset.filter(kind__in=self.kinds_of_reason)

    @property
    def chosen(self) -> int | None:
        """The number of the reason that was sent."""
        return id_in(str(self["reason"].value()))

    def clean(self):
        given = super().clean()
        if "reason" in given and "returns_on" in given and "note" in given:
            errors = verdicts.missing(
                lead=self.lead,
                reason=given["reason"],
                note=given["note"],
                returns_on=given["returns_on"],
                day=timezone.localdate(),
            )
            for field, error in errors.items():
                self.add_error(field, error)
        return given


class LoseForm(RejectForm):
    action = Action.LOSE
    verdict = staticmethod(deals.lose)
    done = "Lost: {person}, {reason}."
    button = Button("Lost", "x", "3")
    kinds_of_reason = deals.KINDS_OF_LOSS


class PromoteForm(Verdict):
    action = Action.PROMOTE
    verdict = staticmethod(deals.promote)
    keeps_open = True
    done = "Promoted: {person} is an SQL."
    button = Button("Promote", "arrow-up-right", "2", is_primary=True)
    body_template = "handoff/verdicts/_promote.html"
    amount = forms.DecimalField(
        required=False, min_value=0, max_digits=14, decimal_places=2, help_text="In whole units."
    )
    expected_close = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    joining = forms.ModelChoiceField(
        None,
        label="Opportunity",
        required=False,
        empty_label="A new one",
        help_text="Joining one that is open: its amount counts once.",
    )

    def __init__(self, data=None, *, lead: Lead | None):
        super().__init__(data, lead=lead)
        if lead is not None:
            self.fields["joining"].queryset = deals.opportunities_to_join(lead)

    def clean_expected_close(self) -> date | None:
        day, today = self.cleaned_data["expected_close"], timezone.localdate()
        if day is not None and not today - YEAR <= day <= today + 10 * YEAR:
            raise forms.ValidationError("Choose a day between a year ago and ten years ahead.")
        return day

    @classmethod
    def is_same_for(cls, lead: Lead) -> bool:
        """Not where the company may have an open opportunity to join."""
        company = lead.person.company
        return company is None or company.status not in SOLD_TO

    @property
    def may_join(self) -> bool:
        return self.lead is not None and not self.is_same_for(self.lead)
