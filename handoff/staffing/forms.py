"""What is entered of an absence."""

from django import forms
from django.utils import timezone

from handoff.staffing import absences


def day_field(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class AbsenceForm(forms.Form):
    """`user` is asked for where the person may enter it for others too."""

    user = forms.ModelChoiceField(None, label="Who", empty_label="Choose a person")
    first_day = day_field("First day")
    last_day = day_field("Last day")
    note = forms.CharField(required=False, max_length=200, label="Note")

    def __init__(self, data=None, *, viewer):
        super().__init__(data)
        self.viewer = viewer
        people = absences.people_of(viewer)
        self.fields["user"].queryset = people
        if not people.exclude(pk=viewer.pk).exists():
            del self.fields["user"]

    def add(self) -> bool:
        """Whether it was possible; else the form says beside the field why not."""
        given = {"user": self.viewer} | self.cleaned_data
        try:
            absences.add(**given, day=timezone.localdate())
        except absences.WrongDays as wrong:
            for field, error in wrong.errors.items():
                self.add_error(field, error)
            return False
        return True
