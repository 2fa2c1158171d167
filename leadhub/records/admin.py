"""The admin of records: people and companies to correct, their ledgers to read."""

import json

from django import forms
from django.contrib import admin
from django.utils import timezone

from leadhub.ledgers import Ledger, ReadOnly, UncountedPaginator
from leadhub.records import facts
from leadhub.records.models import (
    AttributeChange,
    BotVerdict,
    Company,
    Contact,
    Event,
    Merge,
    MergeSuggestion,
    Opportunity,
    Source,
    UserId,
)  # fmt: skip


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "created_at"]
    readonly_fields = ["created_at"]

    def get_readonly_fields(self, request, obj=None):
        """What a source is decides whose word counts, so it stays what it is."""
        return ["kind", "created_at"] if obj else ["created_at"]

    def has_delete_permission(self, request, obj=None):
        return False


class Described(admin.ModelAdmin):
    """Someone or something of which a person may say what is known: what is said is a fact with
    source and time, like what a server says.
    """

    paginator = UncountedPaginator
    show_full_result_count = False
    list_per_page = 50
    actions = None

    def has_delete_permission(self, request, obj=None):
        return False

    def said(self, form: forms.ModelForm) -> dict:
        """Field → value, for the fields that were changed in the form."""
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        custom, before = values.pop("attributes", None), form.initial.get("attributes") or {}
        if custom is not None:
            changed = {n for n in {*custom, *before} if custom.get(n) != before.get(n)}
            values |= {f"attributes.{name}": custom.get(name) for name in changed}
        return values


class StorableJSON(json.JSONDecoder):
    """JSON that both databases keep: numbers that are some, texts of characters, an end to it."""

    def decode(self, s, *args):
        try:
            found = super().decode(s, *args)
            kept = json.dumps(found, allow_nan=False, ensure_ascii=False)
            if b"\\u0000" in kept.encode():
                raise ValueError("A text with a NUL.")
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError(str(error), s, 0) from error
        return found


class AttributesField(forms.JSONField):
    def __init__(self, **options):
        super().__init__(decoder=StorableJSON, initial=dict, **options)

    def clean(self, value):
        cleaned = super().clean(value) or {}
        if not isinstance(cleaned, dict) or any(len(name) > 180 for name in cleaned):
            raise forms.ValidationError('Write an object such as {"plan": "pro"}.')
        return cleaned


class ContactForm(forms.ModelForm):
    attributes = AttributesField(required=False, help_text="Custom attributes.")


class UserIdsOfContact(ReadOnly, admin.TabularInline):
    model = UserId
    extra = 0
    readonly_fields = ["value", "created_at"]


@admin.register(Contact)
class ContactAdmin(Described):
    form = ContactForm
    list_display = ["__str__", "email", "company", "job_title", "country", "root"]
    list_select_related = ["company", "root"]
    search_fields = ["email__istartswith", "last_name__istartswith"]
    search_help_text = "The beginning of an e-mail or of a last name."
    raw_id_fields = ["company"]
    readonly_fields = [
        "email", "root", "consented_at", "consent_source", "opted_out_at", "opt_out_source",
        "created_at",
    ]  # fmt: skip
    inlines = [UserIdsOfContact]

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        values = self.said(form)
        if "company" in values:
            values["company"] = values["company"] and values["company"].pk
        facts.describe_contact(
            contact=obj, values=values, source=facts.people_here(), at=timezone.now()
        )


class CompanyForm(forms.ModelForm):
    attributes = AttributesField(required=False, help_text="Custom attributes.")


@admin.register(Company)
class CompanyAdmin(Described):
    form = CompanyForm
    list_display = ["__str__", "domain", "industry", "employees", "country", "status", "owner"]
    list_select_related = ["owner"]
    list_filter = ["status"]
    search_fields = ["domain__istartswith", "name__istartswith"]
    search_help_text = "The beginning of a domain or of a name."

    def get_readonly_fields(self, request, obj=None):
        """How facts find a company stays as it is."""
        return ["domain", "external_id", "created_at"] if obj else ["created_at"]

    def save_model(self, request, obj, form, change):
        values = self.said(form)
        own = {
            name: values.pop(name) for name in ("domain", "external_id", "owner") if name in values
        }
        if not change:
            obj.save()
        elif "owner" in own:
            obj.save(update_fields=["owner"])
        facts.describe_company(
            company=obj, values=values, source=facts.people_here(), at=timezone.now()
        )


@admin.register(BotVerdict)
class BotVerdictAdmin(Ledger):
    """What people said of bots; they say it under Lists."""

    list_display = ["__str__", "is_bot", "events", "contacts", "why", "by", "at"]
    list_select_related = ["event", "contact", "by"]
    list_filter = ["is_bot"]


@admin.register(Event)
class EventAdmin(Ledger):
    list_display = ["id", "kind", "name", "contact", "source", "occurred_at", "is_bot"]
    list_select_related = ["contact", "source"]
    raw_id_fields = ["contact"]
    search_fields = ["=contact__email", "=message_id"]
    search_help_text = "A whole e-mail or message id."


@admin.register(AttributeChange)
class AttributeChangeAdmin(Ledger):
    list_display = ["id", "contact", "company", "field", "old", "new", "at", "source"]
    list_select_related = ["contact", "company", "source"]
    search_fields = ["=contact__email", "=company__domain"]
    search_help_text = "A contact's whole e-mail, or a company's whole domain."


@admin.register(Opportunity)
class OpportunityAdmin(Ledger):
    list_display = ["name", "company", "amount", "stage", "owner", "opened_at", "closed_at"]
    list_select_related = ["company", "owner"]
    list_filter = ["stage"]


@admin.register(MergeSuggestion)
class MergeSuggestionAdmin(Ledger):
    """Two contacts that may be one person; they are answered under Review."""

    list_display = [
        "contact", "email", "other", "other_email", "why", "created_at", "dismissed_at",
        "dismissed_by",
    ]  # fmt: skip
    list_select_related = ["contact__root", "other__root", "dismissed_by"]
    list_filter = [("dismissed_at", admin.EmptyFieldListFilter)]

    @admin.display(description="e-mail")
    def email(self, suggestion: MergeSuggestion) -> str:
        return suggestion.contact.email or ""

    @admin.display(description="e-mail")
    def other_email(self, suggestion: MergeSuggestion) -> str:
        return suggestion.other.email or ""


@admin.register(Merge)
class MergeAdmin(Ledger):
    """Who was found to be one person, by whom, and what was undone."""

    list_display = ["loser", "survivor", "cause", "why", "by", "at", "undone_by", "undone_at"]
    list_select_related = ["loser", "survivor", "by", "undone_by"]
    list_filter = ["cause"]
