"""The forms of the verdicts. Each names the version of the lead that the person saw, and `decide`
calls the verdict: once it is valid, nothing is left for the view to know.
"""

from datetime import datetime

from django import forms
from django.utils import timezone

from handoff import verdicts
from handoff.lifecycle import TRANSITIONS, Action
from handoff.models import Lead, RejectionReason, Stage, Transition


class Verdict(forms.Form):
    """A verdict that needs nothing but the lead as it was seen."""

    action: Action
    done: str
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, lead: Lead):
        super().__init__(
            data,
            initial={"seen": lead.version},
            auto_id=f"{self.action}_%s",
        )
        self.lead = lead

    def decide(self, *, by, at: datetime) -> Transition:
        decide = getattr(verdicts, self.action)
        return decide(lead=self.lead, by=by, at=at, **self.cleaned_data)

    def said(self) -> str:
        """What the person reads when it is done."""
        person = self.lead.person
        return self.done.format(
            person=person,
            company=person.company or person,
            reason=self.cleaned_data.get("reason", ""),
        )


class AcceptForm(Verdict):
    action = Action.ACCEPT
    done = "Accepted: {person} is yours now."


class WinForm(Verdict):
    action = Action.WIN
    done = "Won: {company} is a customer."


class ReasonField(forms.ModelChoiceField):
    def label_from_instance(self, reason: RejectionReason) -> str:
        return reason.name


class RejectForm(Verdict):
    action = Action.REJECT
    done = "Rejected: {person}, {reason}."
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

    def clean(self):
        given = super().clean()
        if "reason" in given and "returns_on" in given and "note" in given:
            errors = verdicts.missing(
                reason=given["reason"],
                note=given["note"],
                returns_on=given["returns_on"],
                day=timezone.localdate(),
                lead=self.lead,
            )
            for field, error in errors.items():
                self.add_error(field, error)
        return given


class LoseForm(RejectForm):
    action = Action.LOSE
    done = "Lost: {person}, {reason}."
    reason = ReasonField(
        RejectionReason.objects.filter(is_active=True, kind__in=verdicts.KINDS_OF_LOSS),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose a reason."},
    )


class PromoteForm(Verdict):
    action = Action.PROMOTE
    done = "Promoted: {person} is an SQL."
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

    def __init__(self, data=None, *, lead: Lead):
        super().__init__(data, lead=lead)
        self.fields["joining"].queryset = verdicts.opportunities_to_join(lead)


FORMS = {form.action: form for form in (AcceptForm, RejectForm, PromoteForm, WinForm, LoseForm)}


def forms_for(lead: Lead) -> dict[str, Verdict]:
    """A form for each verdict that is possible now, by the name of the action."""
    return {
        action.value: form(lead=lead)
        for action, form in FORMS.items()
        if action in TRANSITIONS[Stage(lead.stage)]
    }
