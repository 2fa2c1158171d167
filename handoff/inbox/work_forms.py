"""The forms of what is done about a lead between its verdicts, and all forms by their names."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone

from handoff.inbox.forms import (
    AcceptForm,
    Button,
    LoseForm,
    PromoteForm,
    RejectForm,
    Verdict,
    WinForm,
)
from handoff.leads import turns, verdicts, work_log
from handoff.leads.ways import TRANSITIONS
from handoff.models import Action, Attempt, Lead, Stage, Transition
from leadhub.users.models import Role, User

MORNING = time(9)
WORKING_LEADS = (Role.REP, Role.MANAGER, Role.ADMINISTRATOR)


def morning_in(days: int, at: datetime) -> datetime:
    day = timezone.localdate(at) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, MORNING))


def until_monday(at: datetime) -> int:
    return 7 - timezone.localdate(at).weekday()


PRESETS = {
    "hours": ("In three hours", lambda at: at + timedelta(hours=3)),
    "tomorrow": ("Tomorrow, 9:00", lambda at: morning_in(1, at)),
    "monday": ("Next Monday, 9:00", lambda at: morning_in(until_monday(at), at)),
    "fortnight": ("In two weeks", lambda at: morning_in(14, at)),
    "month": ("In a month", lambda at: morning_in(30, at)),
}


class SnoozeForm(Verdict):
    action = Action.SNOOZE
    done = "Snoozed: {person}, until {until}."
    button = Button("Snooze", "clock", "H")
    body_template = "handoff/verdicts/_snooze.html"
    preset = forms.ChoiceField(
        choices=[(name, label) for name, (label, _) in PRESETS.items()],
        required=False,
        widget=forms.RadioSelect,
        label="Until",
    )
    until = forms.DateTimeField(
        required=False,
        label="Or until",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def clean(self):
        given, now = super().clean(), timezone.now()
        until, preset = given.get("until"), given.get("preset")
        if until is None and preset:
            until = PRESETS[preset][1](now)
        if "until" in given and until is None:
            self.add_error("until", "Say until when.")
        elif until and not now < until <= now + work_log.LONGEST_SNOOZE:
            self.add_error("until", "Choose a time in the future, within a year.")
        given["until"] = until
        return given

    def decide(self, *, by, at: datetime) -> Transition:
        seen, until = self.cleaned_data["seen"], self.cleaned_data["until"]
        return work_log.snooze(lead=self.lead, seen=seen, by=by, at=at, until=until)

    def words(self) -> dict[str, str]:
        until = timezone.localtime(self.cleaned_data["until"])
        return {"until": f"{until:%A, %-d %B, %H:%M}"}


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, user: User) -> str:
        return f"{user} · {user.team}" if user.team else str(user)


class ReassignForm(Verdict):
    action = Action.REASSIGN
    verdict = staticmethod(verdicts.reassign)
    done = "Reassigned: {person}, to {to}."
    button = Button("Reassign", "user", "A")
    body_template = "handoff/verdicts/_reassign.html"
    is_drawn_when_opened = True
    to = PersonField(
        User.objects.filter(is_active=True, role__in=WORKING_LEADS)
        .select_related("team")
        .order_by("name", "email"),
        label="To",
        empty_label="Choose a person",
    )
    note = forms.CharField(required=False, max_length=400, label="Why")

    def clean_to(self) -> User:
        to = self.cleaned_data["to"]
        if to.pk == self.lead.owner_id:
            raise forms.ValidationError(f"It is {to}'s already.")
        return to

    def words(self) -> dict[str, str]:
        return {"to": str(self.cleaned_data["to"])}


class NoteForm(Verdict):
    action = "note"
    keeps_open = True
    done = "Noted on {person}."
    button = Button("Note", "pencil", "N")
    body_template = "handoff/verdicts/_note.html"
    text = forms.CharField(
        max_length=4000, label="What others should know", widget=forms.Textarea(attrs={"rows": 3})
    )

    def decide(self, *, by, at: datetime):
        return work_log.add_note(lead=self.lead, by=by, at=at, text=self.cleaned_data["text"])


class AttemptForm(Verdict):
    action = "attempt"
    keeps_open = True
    done = "Logged: {kind}, {person}."
    button = Button("Log", "phone", "L")
    body_template = "handoff/verdicts/_attempt.html"
    kind = forms.ChoiceField(
        choices=Attempt.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how."},
    )
    note = forms.CharField(required=False, max_length=1000, label="What came of it")

    def decide(self, *, by, at: datetime):
        kind, note = self.cleaned_data["kind"], self.cleaned_data["note"]
        return work_log.log_attempt(lead=self.lead, kind=kind, by=by, at=at, note=note)

    def words(self) -> dict[str, str]:
        return {"kind": Attempt.Kind(self.cleaned_data["kind"]).label}


class PassForm(Verdict):
    action = "pass"
    done = "Passed: {person}. The next one is offered."
    button = Button("Pass", "chevron-right", "4")
    body_template = "handoff/verdicts/_pass.html"
    why = forms.CharField(max_length=400, label="Why not")

    def decide(self, *, by, at: datetime):
        return turns.pass_on(lead=self.lead, by=by, at=at, why=self.cleaned_data["why"])


# In the order in which they are offered.
FORMS: dict[str, type[Verdict]] = {
    str(form.action): form
    for form in (
        AcceptForm,
        WinForm,
        PromoteForm,
        RejectForm,
        LoseForm,
        PassForm,
        SnoozeForm,
        AttemptForm,
        NoteForm,
        ReassignForm,
    )
}


def possible_for(lead: Lead, viewer, *, takes_turns: bool) -> list[type[Verdict]]:
    """The forms of what is possible now."""
    possible = {name for name in FORMS if name in TRANSITIONS[Stage(lead.stage)]}
    if lead.is_open:
        possible |= {"attempt", "note"}
    if lead.stage == Stage.QUEUED and lead.owner_id != viewer.pk and takes_turns:
        possible.add("pass")
    return [form for name, form in FORMS.items() if name in possible]
