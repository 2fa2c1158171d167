"""The admin of notices: teams' webhooks to set up; the outbox to read, and to send again from."""

from django.contrib import admin
from django.db import models
from django.utils import timezone

from handoff.models import Notice, TeamWebhook
from handoff.notices.sending import send_again
from handoff.notices.webhooks import new_secret
from leadhub.ledgers import Ledger


@admin.register(TeamWebhook)
class TeamWebhookAdmin(admin.ModelAdmin):
    list_display = ("name", "team", "form", "is_active")
    list_select_related = ("team",)
    list_filter = ("is_active", "form")
    readonly_fields = ("secret",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_delete_permission(self, request, obj=None):
        """What was sent to it stays on record: it is made inactive."""
        return False

    def save_model(self, request, obj, form, change):
        obj.secret = obj.secret or new_secret()
        super().save_model(request, obj, form, change)


@admin.register(Notice)
class NoticeAdmin(Ledger):
    """What was told to whom. Nothing that is in doubt is sent again by itself."""

    list_display = ("title", "kind", "channel", "person", "webhook", "state", "tries", "failure")
    list_filter = ("state", "kind", "channel")
    list_select_related = ("person", "webhook")
    actions = ("send_again",)

    @admin.action(description="Send again: what is in doubt, or was given up")
    def send_again(self, request, queryset):
        number = send_again(queryset, at=timezone.now())
        self.message_user(request, f"To be sent again: {number}. What was sent already stays sent.")
