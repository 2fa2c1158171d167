"""Versions of the definition in the admin: drafts to edit and publish, the others to read."""

from django import forms
from django.contrib import admin, messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from leadhub.conditions.describe import describe
from leadhub.conditions.fields import ATTRIBUTES
from leadhub.conditions.forms import ConditionsField
from leadhub.conditions.parse import ConditionError, parse
from scoring import publishing, versions
from scoring.admin import contradictions
from scoring.definition import InvalidDefinition
from scoring.models import Definition, Disqualifier, FitCriterion, FitGroup, Signal, SignalWeight

ATTRIBUTES_HELP = (
    "About the contact or its company. A list has commas between its values; attributes of your "
    "own are contact.attributes.NAME or company.attributes.NAME."
)

GRADES = ("grade_a", "grade_b", "grade_c")
BANDS = ("band_1", "band_2", "band_3")


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


class WithConditions(PartOfDraft):
    """Shows conditions as rows in a draft, as a sentence afterwards."""

    def get_fields(self, request, obj=None):
        return [*self.own_fields, "conditions" if is_draft(obj) else "reads"]

    def get_readonly_fields(self, request, obj=None):
        return [] if is_draft(obj) else ["reads"]

    @admin.display(description="conditions")
    def reads(self, row) -> str:
        try:
            return describe(parse(row.conditions, ATTRIBUTES))
        except ConditionError as error:
            return str(error)


class CriterionForm(forms.ModelForm):
    conditions = ConditionsField(fields=ATTRIBUTES, help_text=ATTRIBUTES_HELP)

    class Meta:
        model = FitCriterion
        fields = ["group", "name", "points", "conditions"]


class DisqualifierForm(forms.ModelForm):
    conditions = ConditionsField(fields=ATTRIBUTES, help_text=ATTRIBUTES_HELP)

    class Meta:
        model = Disqualifier
        fields = ["name", "conditions"]


class DraftForm(forms.ModelForm):
    class Meta:
        model = Definition
        fields = ["name", "handover", *versions.BOUNDS]
        labels = {
            "high_intent_signals": "High-intent signals",
            "high_intent_days": "Within days",
            "cap_high": "High intent",
            "cap_medium": "Medium intent",
            "cap_shallow": "Shallow intent",
            "grade_a": "Grade A from",
            "grade_b": "Grade B from",
            "grade_c": "Grade C from",
            "band_1": "Band 1 from",
            "band_2": "Band 2 from",
            "band_3": "Band 3 from",
        }

    def clean(self):
        """What the database refuses too, said at a field."""
        cleaned = super().clean()
        for first, *others in (GRADES, BANDS):
            bounds = [cleaned.get(bound) for bound in (first, *others)]
            if None not in bounds and sorted(set(bounds), reverse=True) != bounds:
                self.add_error(first, "The bounds must fall from the best to the least.")
        return cleaned


class WeightInline(PartOfDraft, admin.TabularInline):
    model = SignalWeight
    formset = NamedCells
    fields = ["signal", "points", "daily_limit", "half_life_days", "steps", "cap", "fading"]
    readonly_fields = ["fading"]
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

    @admin.display(description="one event is worth")
    def fading(self, row: SignalWeight) -> str:
        if row.points is None:
            return "–"
        try:
            return versions.weight_of(row).fading()
        except ConditionError as error:
            return str(error)


class GroupInline(PartOfDraft, admin.TabularInline):
    model = FitGroup
    formset = NamedCells
    fields = ["name", "cap"]
    verbose_name_plural = "Groups of fit criteria"


class CriterionInline(WithConditions, admin.StackedInline):
    model = FitCriterion
    form = CriterionForm
    own_fields = ["group", "name", "points"]
    verbose_name_plural = "Fit criteria"


class DisqualifierInline(WithConditions, admin.StackedInline):
    model = Disqualifier
    form = DisqualifierForm
    own_fields = ["name"]
    verbose_name_plural = "Who never qualifies"


@admin.register(Definition)
class DefinitionAdmin(admin.ModelAdmin):
    form = DraftForm
    inlines = [WeightInline, GroupInline, CriterionInline, DisqualifierInline]
    list_display = ["version", "name", "status", "threshold", "live_from", "published_by"]
    list_display_links = ["version", "name"]
    list_filter = ["status"]
    list_select_related = ["published_by"]
    actions = None
    change_form_template = "admin/scoring/definition/change_form.html"
    change_list_template = "admin/scoring/definition/change_list.html"
    readonly_fields = [
        "version",
        "status",
        "created_by",
        "published_by",
        "published_at",
        "live_from",
    ]
    fieldsets = [
        (None, {"fields": ["name"]}),
        (
            "Who is qualified",
            {
                "fields": [
                    ("threshold", "minimum_behaviour", "minimum_fit"),
                    ("high_intent_signals", "high_intent_days"),
                ],
                "description": "Everything here must hold on the day. All bounds are inclusive.",
            },
        ),
        (
            "Limits",
            {
                "fields": [
                    ("cap_high", "cap_medium", "cap_shallow"),
                    ("behaviour_floor", "fit_floor"),
                ],
                "description": "The most that the signals of one intent add together, and how far "
                "what counts against someone can pull down.",
            },
        ),
        (
            "Grades and bands",
            {"fields": [GRADES, BANDS]},
        ),
        (
            "How it came about",
            {
                "fields": [
                    ("version", "status", "created_by"),
                    ("published_by", "published_at", "live_from"),
                ]
            },
        ),
    ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return is_draft(obj) and super().has_delete_permission(request, obj)

    def _create_formsets(self, request, obj, change):
        formsets, inlines = super()._create_formsets(request, obj, change)
        request.draft_rows = formsets
        return formsets, inlines

    def save_form(self, request, form, change):
        """Django asks for this once the form by itself is valid, before it looks at the rows."""
        draft = super().save_form(request, form, change)
        if all(formset.is_valid() for formset in request.draft_rows):
            contradictions.refuse(form, request.draft_rows)
        return draft

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/publish/", view(self.publish), name="scoring_definition_publish"),
            path("<int:pk>/copy/", view(require_POST(self.copy)), name="scoring_definition_copy"),
            path(
                "<int:pk>/withdraw/",
                view(require_POST(self.withdraw)),
                name="scoring_definition_withdraw",
            ),
        ]
        return own + super().get_urls()

    def changelist_view(self, request, extra_context=None):
        extra = {"live": versions.live_definition(), **(extra_context or {})}
        return super().changelist_view(request, extra)

    def copy(self, request, pk: int):
        original = get_object_or_404(Definition, pk=pk)
        draft = versions.copy_as_draft(original=original, by=request.user, at=timezone.now())
        self.message_user(request, f"Version {draft.version} is a draft.", messages.SUCCESS)
        return redirect("admin:scoring_definition_change", draft.pk)

    def publish(self, request, pk: int):
        definition = get_object_or_404(Definition, pk=pk)
        if request.method != "POST":
            return self.ask_how_to_publish(request, definition)
        handover = request.POST.get("handover")
        if handover not in Definition.Handover:
            return self.ask_how_to_publish(request, definition)
        at = timezone.now()
        try:
            publishing.publish(definition=definition, by=request.user, at=at, handover=handover)
        except InvalidDefinition as error:
            for problem in error.problems:
                self.message_user(request, f"{problem.field}: {problem.reason}", messages.ERROR)
        except publishing.CannotPublish as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(
                request,
                "Everyone is getting a score under it. As soon as nobody lacks one, it goes live.",
                messages.SUCCESS,
            )
        return redirect("admin:scoring_definition_change", pk)

    def ask_how_to_publish(self, request, definition: Definition):
        context = {
            **self.admin_site.each_context(request),
            "title": f"Publish version {definition.version}",
            "opts": self.opts,
            "definition": definition,
            "live": versions.live_definition(),
            "choices": Definition.Handover.choices,
        }
        return TemplateResponse(request, "admin/scoring/definition/publish.html", context)

    def withdraw(self, request, pk: int):
        definition = get_object_or_404(Definition, pk=pk)
        try:
            publishing.withdraw(definition=definition)
        except publishing.CannotPublish as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, f"Version {definition.version} is a draft again.")
        return redirect("admin:scoring_definition_change", pk)
