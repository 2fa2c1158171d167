"""Contacts that can't be scored, in the admin: why, and a way to try again."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html

from leadhub.ledgers import Ledger
from leadhub.records.freshness import touch
from scoring.freshening import aside_of
from scoring.models import ContactSetAside


@admin.register(ContactSetAside)
class ContactSetAsideAdmin(Ledger):
    """They are left out of every run and sweep until their facts change."""

    list_display = ["person", "reason"]
    list_display_links = None
    list_select_related = ["contact"]
    ordering = ["contact_id"]
    actions = ["try_again"]

    def get_queryset(self, request):
        return aside_of(super().get_queryset(request))

    @admin.display(description="contact")
    def person(self, aside: ContactSetAside) -> str:
        url = reverse("contact", args=[aside.contact_id])
        return format_html('<a href="{}">{}</a>', url, aside.contact)

    @admin.display(description="why it can't be scored")
    def reason(self, aside: ContactSetAside) -> str:
        return aside.failure

    @admin.action(description="Try again", permissions=["view"])
    def try_again(self, request, queryset):
        tried = touch(queryset.values_list("contact_id", flat=True))
        self.message_user(request, f"Scored again shortly: {len(tried)}.", messages.SUCCESS)
