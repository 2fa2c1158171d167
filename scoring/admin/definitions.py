"""Versions of the definition in the admin: drafts to edit and publish, the others to read."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from scoring import publishing, versions
from scoring.admin import contradictions
from scoring.admin.parts import (
    CriterionInline,
    DisqualifierInline,
    GroupInline,
    WeightInline,
    fading_as_typed,
    is_draft,
)
from scoring.definition import InvalidDefinition
from scoring.models import Definition

GRADES = ("grade_a", "grade_b", "grade_c")
BANDS = ("band_1", "band_2", "band_3")


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
        view = self.admin_site.admin_view
        own = [
            path("fading/", view(self.fading), name="scoring_definition_fading"),
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

    def fading(self, request):
        """What one event is worth as it ages, for the row of a weight that is being edited."""
        typed = {key.rpartition("-")[2]: value for key, value in request.GET.items()}
        return HttpResponse(fading_as_typed(typed))

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
