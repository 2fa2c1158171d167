"""What a marketer says of bots: of an event, of a device, or of a contact's events in a time."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from leadhub.contacts.merge_preview import found_by
from leadhub.ids import id_in
from leadhub.records import bots
from leadhub.records.models import BotVerdict, Event

EVENT, DEVICE, CONTACT = "event", "device", "contact"
KINDS = [
    (EVENT, "One event, by its number"),
    (DEVICE, "A device, by its anonymousId"),
    (CONTACT, "A contact's events in a time, by e-mail, user id or # and number"),
]
# Days whose moments exist in every time zone, and none of which lacks events for that.
SAYABLE = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


def a_week_ago() -> date:
    return timezone.localdate() - timedelta(days=7)


class BotForm(forms.Form):
    kind = forms.ChoiceField(label="What", choices=KINDS)
    named = forms.CharField(label="Which", max_length=254)
    since = forms.DateField(
        label="From", required=False, validators=SAYABLE, initial=a_week_ago,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Of a contact's events only.",
    )  # fmt: skip
    until = forms.DateField(
        label="To", required=False, validators=SAYABLE, initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="This day included.",
    )  # fmt: skip
    why = forms.CharField(label="Why", required=False, max_length=200)

    def clean(self) -> dict:
        said = super().clean()
        kind, named = said.get("kind"), said.get("named", "").strip()
        if kind == EVENT:
            said["event"] = Event.objects.filter(pk=id_in(named)).first()
            if named and said["event"] is None:
                self.add_error("named", "No event has this number.")
        if kind == DEVICE and len(named) > 200:
            self.add_error("named", "No anonymousId is so long.")
        if kind == CONTACT:
            self.clean_contact(said, named)
        return said

    def clean_contact(self, said: dict, named: str) -> None:
        said["contact"] = found_by(named)
        if named and said["contact"] is None:
            self.add_error("named", "Nobody is known so.")
        for name in ("since", "until"):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, "Say from which day to which.")
        if said.get("since") and said.get("until") and said["since"] > said["until"]:
            self.add_error("until", "Ends before it begins.")

    def judge(self, *, is_bot: bool, by, at: datetime) -> BotVerdict:
        said = self.cleaned_data
        verdict = {"is_bot": is_bot, "by": by, "at": at, "why": said["why"]}
        if said["kind"] == EVENT:
            return bots.judge_event(event=said["event"], **verdict)
        if said["kind"] == DEVICE:
            return bots.judge_device(anonymous_id=said["named"].strip(), **verdict)
        zone = settings.ORGANISATION_ZONE
        return bots.judge_contact(
            contact=said["contact"],
            since=datetime.combine(said["since"], time.min, zone),
            until=datetime.combine(said["until"], time.max, zone),
            **verdict,
        )
