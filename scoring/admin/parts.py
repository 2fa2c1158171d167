"""The parts of a version in the admin: rows that can be edited while it is a draft."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from leadhub.conditions.fields import ATTRIBUTES
from leadhub.conditions.forms import ConditionsField
from scoring.definition import fading
from scoring.models import Definition, Disqualifier, FitCriterion, FitGroup, Signal, SignalWeight

ATTRIBUTES_HELP = (
    "About the contact or its company. A list has commas between its values; attributes of your "
    "own are contact.attributes.NAME or company.attributes.NAME."
)
FADING = (
    '<span class="fading" aria-live="polite" hx-get="{}" hx-trigger="input from:closest tr'
    ' delay:200ms" hx-include="closest tr" hx-sync="this:replace">{}</span>'
)
HAND_RAISE = '{}, <span class="whole-word">hand-raise</span>'
NEVER_FADES = '<span class="fading__warning">{}</span>'


def is_draft(obj: Definition | None) -> bool:
    return obj is None or obj.status == Definition.Status.DRAFT


class PartOfDraft:
    """Rows that can be edited while their version is a draft."""

    extra = 0
    show_change_link = False

    def has_add_permission(self, request, obj=None):
        return is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return is_draft(obj) and super().has_delete_permission(request, obj)


class NamedCells(forms.BaseInlineFormSet):
    """Rows of a table, each field of which bears the name that its column's head shows."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs["aria-label"] = form[name].label


class CriterionForm(forms.ModelForm):
    conditions = ConditionsField(fields=ATTRIBUTES, help_text=ATTRIBUTES_HELP)

    class Meta:
        model = FitCriterion
        fields = ["name", "points", "group", "conditions"]
        widgets = {"group": forms.TextInput(attrs={"list": "fit-groups", "autocomplete": "off"})}
        help_texts = {"group": "One of the groups above; empty where points are negative."}


class DisqualifierForm(forms.ModelForm):
    conditions = ConditionsField(fields=ATTRIBUTES, help_text=ATTRIBUTES_HELP)

    class Meta:
        model = Disqualifier
        fields = ["name", "stops_hand_raises", "conditions"]


class FadingForm(forms.ModelForm):
    """What of a weight decides how it fades."""

    class Meta:
        model = SignalWeight
        fields = ["points", "half_life_days", "steps"]


def fading_as_typed(typed: dict[str, str]) -> str:
    """As `fading_of`, for a row as it stands in the form; empty while it can't be meant."""
    form = FadingForm(typed)
    return fading_of(form.instance) if form.is_valid() else "–"


def fading_of(row: SignalWeight) -> str:
    """The row "8, 4, 2, 1, gone after 56 days"; what never fades stands out."""
    if row.points is None:
        return "–"
    words = fading(row.points, row.half_life_days, row.steps)
    if row.points and row.half_life_days is None:
        return format_html(NEVER_FADES, words)
    return words


class WeightInline(PartOfDraft, admin.TabularInline):
    model = SignalWeight
    formset = NamedCells
    fields = [
        "signal",
        "intent",
        "points",
        "daily_limit",
        "half_life_days",
        "steps",
        "cap",
        "fading",
    ]
    readonly_fields = ["intent", "fading"]
    verbose_name = "signal"
    verbose_name_plural = "What signals are worth"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("signal")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "signal" and field is not None:
            field.queryset = Signal.objects.filter(successor=None)
            # Read once, for all rows together.
            field.choices = list(field.choices)
        return field

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Without the buttons beside each choice: signals have a page of their own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "signal" and field is not None:
            field.widget = field.widget.widget
        return field

    @admin.display(description="intent")
    def intent(self, row: SignalWeight) -> str:
        if row.signal_id is None:
            return "–"
        words = row.signal.get_intent_display()
        return format_html(HAND_RAISE, words) if row.signal.is_hand_raise else words

    @admin.display(description="one event is worth")
    def fading(self, row: SignalWeight) -> str:
        return format_html(FADING, reverse("admin:scoring_definition_fading"), fading_of(row))


class GroupInline(PartOfDraft, admin.TabularInline):
    model = FitGroup
    formset = NamedCells
    fields = ["name", "cap"]
    verbose_name_plural = "Groups of fit criteria"


class WithConditions(PartOfDraft, admin.StackedInline):
    template = "admin/scoring/definition/conditions_inline.html"


class CriterionInline(WithConditions):
    model = FitCriterion
    form = CriterionForm
    verbose_name_plural = "Fit criteria"


class DisqualifierInline(WithConditions):
    model = Disqualifier
    form = DisqualifierForm
    verbose_name_plural = "Who never qualifies"
