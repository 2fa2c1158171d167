"""Signals in the admin: rows for their conditions; fixed once a published version uses them."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect
from django.utils import timezone

from leadhub.conditions.describe import describe
from leadhub.conditions.fields import EVENT
from leadhub.conditions.forms import ConditionsField
from leadhub.conditions.parse import ConditionError, parse
from scoring import runs
from scoring.models import Signal, SignalWeight
from scoring.signals import MEANING, PUBLISHED, HasSuccessor, edit, is_published

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
    list_display = [
        "name",
        "intent",
        "is_hand_raise",
        "counts",
        "in_use",
        "is_tallied",
        "successor",
    ]
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

    @admin.display(description="past tallied", boolean=True, ordering="tallied_at")
    def is_tallied(self, signal: Signal) -> bool:
        return signal.tallied_at is not None

    @admin.display(description="conditions")
    def reads(self, signal: Signal) -> str:
        try:
            return describe(parse(signal.conditions, EVENT))
        except ConditionError as error:
            return str(error)

    def get_fields(self, request, obj=None):
        if is_replaced(obj):
            return [*SignalForm.Meta.fields[:4], "reads", "counts", "successor", "tallied_at"]
        return SignalForm.Meta.fields

    def get_readonly_fields(self, request, obj=None):
        """What another replaces is kept for what was published."""
        if is_replaced(obj):
            return [name for name in self.get_fields(request, obj) if name != "description"]
        return []

    def get_form(self, request, obj=None, change=False, **kwargs):
        if is_replaced(obj):
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def has_delete_permission(self, request, obj=None):
        permitted = super().has_delete_permission(request, obj)
        return permitted and (obj is None or not obj.weights.exists())

    def change_view(self, request, object_id, form_url="", extra_context=None):
        signal = self.get_object(request, object_id)
        extra = {"published": signal is not None and is_published(signal)}
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def save_model(self, request, obj, form, change):
        at = timezone.now()
        if not change:
            obj.save()
            runs.begin_tallying(signal=obj, by=request.user, at=at)
            return
        if "conditions" in form.cleaned_data:
            meaning = {name: form.cleaned_data[name] for name in MEANING}
            try:
                edited = edit(signal=obj, meaning=meaning, by=request.user, at=at)
            except HasSuccessor as error:
                self.message_user(request, str(error), messages.WARNING)
                return
            request.edited = edited
            obj = edited
        obj.description = form.cleaned_data["description"]
        obj.save(update_fields=["description"])

    def response_change(self, request, obj):
        edited = getattr(request, "edited", obj)
        if edited.pk == obj.pk:
            return super().response_change(request, obj)
        self.message_user(
            request,
            f"“{edited}” has the new meaning and takes the place of the published one in the "
            "draft. Its past is being tallied.",
            messages.SUCCESS,
        )
        return redirect("admin:scoring_signal_change", edited.pk)


def is_replaced(signal: Signal | None) -> bool:
    return signal is not None and signal.successor_id is not None
