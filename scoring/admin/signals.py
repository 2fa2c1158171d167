"""Signals in the admin: rows for their conditions; fixed once a published version uses them."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from leadhub.conditions.describe import describe
from leadhub.conditions.fields import EVENT
from leadhub.conditions.forms import ConditionsField
from leadhub.conditions.parse import ConditionError, parse
from scoring.models import Signal, SignalWeight
from scoring.signals import PUBLISHED, HasSuccessor, is_published, make_successor

CONDITIONS_HELP = (
    "Which events give this signal. A field is kind (track, page, screen), name, or a property "
    "such as properties.path. A list has commas between its values; a number or true that is "
    "meant as text stands in double quotes."
)


class SignalForm(forms.ModelForm):
    conditions = ConditionsField(fields=EVENT, help_text=CONDITIONS_HELP)

    class Meta:
        model = Signal
        fields = [
            "name",
            "description",
            "intent",
            "is_hand_raise",
            "conditions",
            "counting",
            "distinct_property",
        ]


@admin.register(Signal)
class SignalAdmin(admin.ModelAdmin):
    form = SignalForm
    list_display = ["name", "intent", "is_hand_raise", "counts", "in_use", "successor"]
    list_filter = ["intent", "is_hand_raise"]
    list_select_related = ["successor"]
    search_fields = ["name", "description"]
    actions = None
    change_form_template = "admin/scoring/signal/change_form.html"

    def get_queryset(self, request):
        weighed = SignalWeight.objects.filter(
            signal=OuterRef("pk"), definition__status__in=PUBLISHED
        )
        return super().get_queryset(request).annotate(is_weighed=Exists(weighed))

    @admin.display(description="counts")
    def counts(self, signal: Signal) -> str:
        if signal.counting == Signal.Counting.DISTINCT:
            return f"each {signal.distinct_property}, once a day"
        return "every event"

    @admin.display(description="published", boolean=True, ordering="is_weighed")
    def in_use(self, signal: Signal) -> bool:
        return signal.is_weighed

    @admin.display(description="conditions")
    def reads(self, signal: Signal) -> str:
        try:
            return describe(parse(signal.conditions, EVENT))
        except ConditionError as error:
            return str(error)

    def get_fields(self, request, obj=None):
        if obj is None or not is_published(obj):
            return SignalForm.Meta.fields
        return [
            "name",
            "description",
            "intent",
            "is_hand_raise",
            "reads",
            "counts",
            "successor",
            "tallied_at",
        ]

    def get_readonly_fields(self, request, obj=None):
        if obj is None or not is_published(obj):
            return []
        return [name for name in self.get_fields(request, obj) if name != "description"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None and is_published(obj):
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def has_delete_permission(self, request, obj=None):
        permitted = super().has_delete_permission(request, obj)
        return permitted and (obj is None or not obj.weights.exists())

    def change_view(self, request, object_id, form_url="", extra_context=None):
        signal = self.get_object(request, object_id)
        published = signal is not None and is_published(signal)
        extra = {"published": published, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra)

    def get_urls(self):
        succeed = self.admin_site.admin_view(require_POST(self.succeed))
        own = [path("<int:pk>/successor/", succeed, name="scoring_signal_successor")]
        return own + super().get_urls()

    def succeed(self, request, pk: int):
        signal = get_object_or_404(Signal, pk=pk)
        try:
            successor = make_successor(signal=signal, at=timezone.now())
        except HasSuccessor as error:
            self.message_user(request, str(error), messages.WARNING)
            return redirect("admin:scoring_signal_change", signal.successor_id)
        self.message_user(
            request,
            f"“{successor}” takes the place of “{signal}” in every draft. Change it here.",
            messages.SUCCESS,
        )
        return redirect("admin:scoring_signal_change", successor.pk)
