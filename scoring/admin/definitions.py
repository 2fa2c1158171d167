"""Versions of the definition in the admin: drafts to edit and publish, the others to read."""

from django import forms
from django.contrib import admin
from django.http import HttpResponse
from django.urls import path

from scoring import versions
from scoring.admin import contradictions
from scoring.admin.parts import (
    CriterionInline,
    DisqualifierInline,
    GroupInline,
    WeightInline,
    fading_as_typed,
    is_draft,
)
from scoring.admin.publishing import PublishingViews
from scoring.models import Definition

GRADES = ("grade_a", "grade_b", "grade_c")
BANDS = ("band_1", "band_2", "band_3")


class DraftForm(forms.ModelForm):
    class Meta:
        model = Definition
        fields = ["name", *versions.BOUNDS]
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


@admin.register(Definition)
class DefinitionAdmin(PublishingViews, admin.ModelAdmin):
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
        (None, {"fields": ["name"], "classes": ["tight"]}),
        (
            "Who is qualified",
            {
                "fields": [
                    ("threshold", "minimum_behaviour", "minimum_fit"),
                    ("high_intent_signals", "high_intent_days"),
                ],
                "description": "Everything here must hold on the day. All bounds are inclusive.",
                "classes": ["tight", "half"],
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
                "classes": ["tight", "half"],
            },
        ),
        (
            "Grades and bands",
            {"fields": [GRADES, BANDS], "classes": ["tight"]},
        ),
        (
            "How it came about",
            {
                "fields": [
                    ("version", "status", "created_by"),
                    ("published_by", "published_at", "live_from"),
                ],
                "classes": ["collapse", "tight"],
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
        fading = self.admin_site.admin_view(self.fading)
        own = [path("fading/", fading, name="scoring_definition_fading")]
        return own + self.urls_of_publishing() + super().get_urls()

    def changelist_view(self, request, extra_context=None):
        extra = {"live": versions.live_definition(), "coming": versions.coming_definition()}
        return super().changelist_view(request, extra | (extra_context or {}))

    def fading(self, request):
        """What one event is worth as it ages, for the row of a weight that is being edited."""
        typed = {key.rpartition("-")[2]: value for key, value in request.GET.items()}
        return HttpResponse(fading_as_typed(typed))
