"""Controls drawn without templates are drawn as Django's templates draw them."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting

from leadhub.form_rendering import FormRenderer

NASTY = "\"><script>alert('1')</script> & more"


class Everything(forms.Form):
    text = forms.CharField(initial=NASTY, widget=forms.TextInput({"placeholder": NASTY}))
    number = forms.IntegerField(min_value=1, required=False)
    search = forms.CharField(widget=forms.TextInput({"type": "search", "data-x": True, "y": False}))
    email = forms.EmailField(initial="ada@example.com", disabled=True)
    hidden = forms.CharField(widget=forms.HiddenInput, initial=0)
    day = forms.DateField(initial="2026-03-10")
    words = forms.CharField(widget=forms.Textarea({"rows": 3}), initial=f"\n{NASTY}")
    plain = forms.ChoiceField(choices=[("", "Any"), (1, NASTY), ("a", "A")], initial="a")
    grouped = forms.ChoiceField(choices=[("Group <1>", [(1, "One"), (2, "Two")]), (3, "Three")])
    many = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], initial=["a", "b"])


@pytest.mark.parametrize("given", [None, {"text": NASTY, "number": "x", "grouped": "2"}])
def test_each_control_is_as_djangos(given):
    ours, theirs = (Everything(given, renderer=kind()) for kind in (FormRenderer, TemplatesSetting))
    for drawn, wanted in zip(ours, theirs, strict=True):
        assert lines_of(drawn) == lines_of(wanted)
        assert str(drawn.errors) == str(wanted.errors)


def lines_of(drawn) -> list[str]:
    """Django's templates leave empty lines between options."""
    return [line for line in str(drawn).splitlines() if line]
