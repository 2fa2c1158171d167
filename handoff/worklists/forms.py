"""What marketing types: attributes to correct, an answer, a day."""

from django import forms
from django.db.models import Model
from django.utils import timezone

from leadhub.records.models import Company, Contact
from scoring.models import Definition
from scoring.reports import fit_fields, name_of, value_of

CONTACT_FIELDS = ("phone", "job_title", "role", "seniority", "country")
COMPANY_FIELDS = ("name", "industry", "employees", "revenue", "country", "region")
LARGEST = {"employees": 2**31 - 1, "revenue": 2**63 - 1}
LONGEST_CUSTOM = 500


class FixForm(forms.Form):
    """The attributes of a contact and its company that a person may state; those that the live
    version asks for are among them, custom ones too.
    """

    def __init__(self, data=None, *, contact: Contact, definition: Definition | None):
        super().__init__(data)
        asked = fit_fields(definition) if definition else []
        for name in names_of_fields(contact, asked):
            self.fields[name] = field_for(name)
            self.initial[name] = value_of(contact, name)
        self.asked = [self[name] for name in self.fields if name in asked and self.is_empty(name)]
        self.others = [self[name] for name in self.fields if self[name] not in self.asked]

    def is_empty(self, name: str) -> bool:
        return self.initial[name] in (None, "")

    def said(self) -> dict[str, object]:
        """Field → value, for those that were changed; None: not known after all."""
        return {
            name: None if self.cleaned_data[name] in (None, "") else self.cleaned_data[name]
            for name in self.changed_data
        }


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
        return day
