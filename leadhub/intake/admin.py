"""The admin of intake: write keys, the quarantine, and what was received."""

from django import forms
from django.contrib import admin, messages
from django.utils import timezone

from leadhub.intake import quarantine
from leadhub.intake.models import QuarantinedMessage, ReceivedBatch, SourceKey
from leadhub.ledgers import Ledger, UncountedPaginator
from leadhub.records.models import Source


@admin.register(SourceKey)
class SourceKeyAdmin(admin.ModelAdmin):
    """A key is issued and revoked; nothing else about it can change."""

    list_display = ["source", "hint", "created_at", "last_used_on", "revoked_at"]
    list_select_related = ["source"]
    list_filter = ["source"]
    actions = ["revoke"]

    def get_fields(self, request, obj=None):
        return ["source", *self.list_display[1:]] if obj else ["source"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "source":
            sends = [Source.Kind.BROWSER, Source.Kind.SERVER]
            kwargs["queryset"] = Source.objects.filter(kind__in=sends)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        issued, key = SourceKey.issue(obj.source)
        obj.pk, obj.digest, obj.hint = issued.pk, issued.digest, issued.hint
        self.message_user(
            request,
            f"The write key of {obj.source} is {key} — note it now: a server's key is not shown "
            "again.",
            messages.WARNING,
        )

    @admin.action(description="Revoke the keys: refused within seconds, for good")
    def revoke(self, request, queryset):
        revoked = queryset.filter(revoked_at=None).update(revoked_at=timezone.now())
        self.message_user(request, f"Revoked: {revoked}.")


class CorrectionForm(forms.ModelForm):
    """The message's text, to correct, and whether to take it in again at once."""

    replay = forms.BooleanField(
        required=False, initial=True, label="Replay", help_text="Take it in again when saved."
    )

    class Meta:
        model = QuarantinedMessage
        fields = ["body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 24, "cols": 100, "spellcheck": "false"})}

    def clean_body(self):
        text = self.cleaned_data["body"]
        try:
            quarantine.checked(text)
        except quarantine.NotReplayable as error:
            raise forms.ValidationError(str(error)) from None
        return text


class StillWaiting(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("waiting", "Waiting"), ("replayed", "Replayed")]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(replayed_at__isnull=self.value() == "waiting")


@admin.register(QuarantinedMessage)
class QuarantinedMessageAdmin(admin.ModelAdmin):
    """What could not be understood: why, its text to correct, and the way back in."""

    form = CorrectionForm
    paginator = UncountedPaginator
    show_full_result_count = False
    list_display = ["received_at", "source", "field", "reason", "replayed_at"]
    list_display_links = ["received_at", "reason"]
    list_select_related = ["source"]
    list_filter = [StillWaiting, "source"]
    search_fields = ["field", "reason"]
    actions = ["replay"]
    readonly_fields = [
        "source", "batch", "position", "field", "reason", "received_at", "replayed_at",
        "replayed_by",
    ]  # fmt: skip
    fields = ["field", "reason", "body", "replay", "source", "received_at", "batch", "position"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        if obj and obj.replayed_at:
            return [*self.readonly_fields, "body"]
        return self.fields

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, *(["body"] if obj and obj.replayed_at else [])]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("replay"):
            self.take_in_again(request, [obj.pk])

    @admin.action(description="Replay: take the messages in again, as corrected")
    def replay(self, request, queryset):
        self.take_in_again(request, list(queryset.values_list("pk", flat=True)))

    def take_in_again(self, request, wanted: list[int]) -> None:
        try:
            done = quarantine.replay(messages=wanted, by=request.user, at=timezone.now())
        except quarantine.NotReplayable as error:
            self.message_user(request, f"Nothing was replayed. {error}", messages.ERROR)
        else:
            self.message_user(request, f"Taken in again: {done}.")


@admin.register(ReceivedBatch)
class ReceivedBatchAdmin(Ledger):
    """The bodies of requests, as they came."""

    list_display = ["id", "kind", "source", "received_at", "digested_at"]
    list_select_related = ["source"]
    list_filter = ["source"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("body")
