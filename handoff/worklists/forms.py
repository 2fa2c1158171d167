"""What marketing types: attributes to correct, an answer, a day."""

from datetime import datetime

from django import forms
from django.db.models import Model
from django.utils import timezone

from handoff.leads.as_seen import key_of
from handoff.leads.verdicts import FARTHEST_RETURN
from handoff.models import Lead
from handoff.worklists import actions
from leadhub.records.corrections import EmailTaken, OnceTheirs
from leadhub.records.models import Company, Contact
from leadhub.records.traits import NotUnderstood, clean_email
from scoring.models import Definition
from scoring.reports import fit_fields, name_of, value_of

CONTACT_FIELDS = ("phone", "job_title", "role", "seniority", "country")
COMPANY_FIELDS = ("name", "industry", "employees", "revenue", "country", "region")
LARGEST = {"employees": 2**31 - 1, "revenue": 2**63 - 1}
LONGEST_CUSTOM = 500


class FixForm(forms.Form):
    """The e-mail, and the attributes of a contact and its company that a person may state; those
    that the live version asks for are among them, custom ones too. `lead`: the one that waits for
    better data.
    """

    email = forms.CharField(label="E-mail", required=False, max_length=254)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    other: Contact | None = None  # whose the e-mail is already

    def __init__(
        self,
        data=None,
        *,
        contact: Contact,
        definition: Definition | None,
        lead: Lead | None = None,
    ):
        super().__init__(data)
        self.lead = lead
        self.initial |= {
            "email": contact.email or "",
            "seen": key_of(lead.pk, lead.version) if lead else "",
        }
        asked = fit_fields(definition) if definition else []
        self.attributes = names_of_fields(contact, asked)
        for name in self.attributes:
            self.fields[name] = field_for(name)
            self.initial[name] = value_of(contact, name)
        self.asked = [
            self[name] for name in self.attributes if name in asked and self.is_empty(name)
        ]
        plain = [name for name in self.fields if name != "seen"]
        self.others = [self[name] for name in plain if self[name] not in self.asked]

    def is_empty(self, name: str) -> bool:
        return self.initial[name] in (None, "")

    def said(self) -> dict[str, object]:
        """Field → value, for those that were changed; None: not known after all."""
        return {
            name: None if self.cleaned_data[name] in (None, "") else self.cleaned_data[name]
            for name in self.changed_data
            if name in self.attributes
        }

    def clean_email(self) -> str:
        if "email" not in self.data:
            return self.initial["email"]
        try:
            email = clean_email(self.cleaned_data["email"])
        except NotUnderstood as error:
            raise forms.ValidationError("This is no e-mail address.") from error
        if not email and self.initial["email"]:
            raise forms.ValidationError("An address can be corrected, not taken away.")
        return email

    @property
    def right_email(self) -> str:
        """ "": it is as it was."""
        email = self.cleaned_data["email"]
        return "" if email == self.initial["email"].lower() else email

    def put_right(
        self, *, contact: Contact, requeue: bool, by, at: datetime
    ) -> list[actions.Result] | None:
        """Says what was changed; `requeue`: and the lead goes back to the queue, with its result.
        None where the e-mail is another contact's, or was the person's: the form says so.
        """
        try:
            return actions.fix(
                contact=contact,
                email=self.right_email,
                values=self.said(),
                requeue=[self.cleaned_data["seen"]] if requeue else [],
                by=by,
                at=at,
            )
        except EmailTaken as taken:
            self.other = taken.other
            self.add_error("email", f"{taken} Whoever merges people is asked if they are one.")
        except OnceTheirs as theirs:
            self.add_error("email", str(theirs))
        return None


def names_of_fields(contact: Contact, asked: list[str]) -> list[str]:
    subjects = {"contact": CONTACT_FIELDS, "company": COMPANY_FIELDS}
    if contact.company_id is None:
        del subjects["company"]
    plain = [f"{subject}.{field}" for subject, fields in subjects.items() for field in fields]
    custom = [
        name
        for name in asked
        if name.split(".")[0] in subjects and name.count(".") == 2 and ".attributes." in name
    ]
    return plain + custom


def field_for(name: str) -> forms.Field:
    subject, _, field = name.partition(".")
    label = name_of(name)
    if field in LARGEST:
        return forms.IntegerField(
            label=label, required=False, min_value=0, max_value=LARGEST[field]
        )
    model: type[Model] = Contact if subject == "contact" else Company
    longest = (
        LONGEST_CUSTOM
        if field.startswith("attributes.")
        else model._meta.get_field(field).max_length
    )
    return forms.CharField(label=label, required=False, max_length=longest)


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="Your answer",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The rep finds it on the lead, and is told.",
    )


class NurtureForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    returns_on = forms.DateField(
        label="May come again from",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="On the next medium or high signal after today.",
    )

    def clean_returns_on(self):
        day = self.cleaned_data["returns_on"]
        if day <= timezone.localdate():
            raise forms.ValidationError("This day must be in the future.")
        if day > timezone.localdate() + FARTHEST_RETURN:
            raise forms.ValidationError("This day must be within five years.")
        return day
