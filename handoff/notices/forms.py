"""What a person wants to be told, and by which way."""

from django import forms

from handoff.models import NoticeKind
from handoff.notices import inbox

ABOUT = {
    NoticeKind.HAND_RAISE: "At once: answer these first.",
    NoticeKind.NEW_LEAD: "When a lead is yours. Many at once are one e-mail.",
    NoticeKind.DUE_SOON: "While there is still time to answer or to judge.",
    NoticeKind.BREACH: "Of your leads; managers hear of those that are escalated.",
    NoticeKind.ALERT: "What people do at companies that you own.",
    NoticeKind.ANSWER: "To a lead that you rejected.",
    NoticeKind.DIGEST: "What waits for you, on your working days.",
}


class SettingsForm(forms.Form):
    """A box for each kind and channel, named such as "new_lead-email"; and the digest's hour."""

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.user = user
        self.kinds = inbox.kinds_for(user)
        wanted = inbox.wanted(user)
        for kind in self.kinds:
            for channel in inbox.channels():
                self.fields[f"{kind}-{channel}"] = forms.BooleanField(
                    label=f"{kind.label}: {channel.label}",
                    required=False,
                    initial=(kind.value, channel.value) in wanted,
                )
        if NoticeKind.DIGEST in self.kinds:
            self.fields["hour"] = forms.TimeField(
                label="The digest comes at",
                initial=f"{inbox.digest_hour(user):%H:%M}",
                widget=forms.TimeInput(attrs={"type": "time"}),
                help_text="In the zone of your calendar.",
            )

    @property
    def rows(self) -> list[dict]:
        return [
            {
                "kind": kind,
                "about": ABOUT[kind],
                "boxes": [self[f"{kind}-{channel}"] for channel in inbox.channels()],
            }
            for kind in self.kinds
        ]

    def choose(self) -> None:
        kept = [
            tuple(name.split("-"))
            for name, value in self.cleaned_data.items()
            if value and name != "hour"
        ]
        inbox.choose(user=self.user, kept=kept, hour=self.cleaned_data.get("hour"))
