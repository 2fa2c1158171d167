"""Routing in the admin: pools, rules and what is wrong with them, a dry run, and the log."""

from django import forms
from django.contrib import admin, messages
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html_join

from handoff.admin.availability import NamedCells, people_only
from handoff.models import Assignment, PassedUp, Pool, PoolMember, RoutingRule
from handoff.routing.deciding import dry_run
from handoff.routing.matching import node_of
from handoff.routing.rule_review import problems_of
from leadhub.conditions.describe import describe
from leadhub.conditions.fields import ATTRIBUTES
from leadhub.conditions.forms import ConditionsField
from leadhub.conditions.parse import ConditionError
from leadhub.ledgers import Ledger
from leadhub.records.models import Contact

CONDITIONS_HELP = (
    "About the contact or its company. Without conditions the rule holds for everyone: put it last."
)


class Members(admin.TabularInline):
    model = PoolMember
    formset = NamedCells
    extra = 1
    fields = ("user", "weight")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = people_only(db_field, super().formfield_for_foreignkey(db_field, request, **kwargs))
        if db_field.name == "user" and field is not None:
            # Read once, for all rows together.
            field.choices = list(field.choices)
        return field

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Without the buttons beside each choice: people have a page of their own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "user" and field is not None:
            field.widget = field.widget.widget
        return field


@admin.register(Pool)
class PoolAdmin(admin.ModelAdmin):
    list_display = ("name", "team", "people")
    list_select_related = ("team",)
    search_fields = ("name",)
    inlines = (Members,)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("members__user")

    @admin.display(description="members and weights")
    def people(self, pool: Pool) -> str:
        members = [f"{member.user} ×{member.weight}" for member in pool.members.all()]
        return ", ".join(members) or "nobody"


class RuleForm(forms.ModelForm):
    conditions = ConditionsField(fields=ATTRIBUTES, help_text=CONDITIONS_HELP, required=False)

    class Meta:
        model = RoutingRule
        fields = ("name", "position", "is_active", "conditions", "pool")


class DryRunForm(forms.Form):
    email = forms.EmailField(label="E-mail of a contact", max_length=254)

    def clean_email(self):
        found = Contact.objects.filter(email__iexact=self.cleaned_data["email"])
        contact = found.select_related("root__company", "company").first()
        if contact is None:
            raise forms.ValidationError("No contact has this e-mail.")
        self.contact = contact
        return self.cleaned_data["email"]


@admin.register(RoutingRule)
class RoutingRuleAdmin(admin.ModelAdmin):
    form = RuleForm
    list_display = ("name", "position", "holds_for", "pool", "is_active")
    list_editable = ("position", "is_active")
    list_select_related = ("pool",)
    change_list_template = "admin/handoff/routingrule/change_list.html"

    def get_urls(self):
        page = self.admin_site.admin_view(self.dry_run)
        return [path("dry-run/", page, name="handoff_routingrule_dry_run"), *super().get_urls()]

    def get_list_display(self, request):
        """With a column of what is wrong: found once a page, for all rules together."""
        found = problems_of(list(RoutingRule.objects.all()))

        @admin.display(description="what is wrong")
        def problems(rule: RoutingRule) -> str:
            lines = ((problem,) for problem in found.get(rule.pk, ()))
            return format_html_join("", '<p class="errornote">{}</p>', lines) or "–"

        return (*self.list_display, problems)

    @admin.display(description="holds for")
    def holds_for(self, rule: RoutingRule) -> str:
        try:
            node = node_of(rule)
        except ConditionError as error:
            return str(error)
        return describe(node) if node is not None else "everyone"

    def response_add(self, request, obj, post_url_continue=None):
        self.point_out(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        self.point_out(request, obj)
        return super().response_change(request, obj)

    def point_out(self, request, rule: RoutingRule) -> None:
        """Says what is wrong with the rule, and with those that it now hides."""
        rules = {one.pk: one for one in RoutingRule.objects.all()}
        for pk, problems in problems_of(list(rules.values())).items():
            for problem in problems:
                self.message_user(request, f"“{rules[pk]}”: {problem}", messages.WARNING)

    def dry_run(self, request):
        """Whom a contact would go to, and why."""
        form = DryRunForm(request.GET) if "email" in request.GET else DryRunForm()
        decision = None
        if form.is_bound and form.is_valid():
            decision = dry_run(form.contact, at=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": "Whom a contact would go to",
            "opts": self.opts,
            "form": form,
            "contact": getattr(form, "contact", None),
            "decision": decision,
        }
        return TemplateResponse(request, "admin/handoff/routingrule/dry_run.html", context)


@admin.register(Assignment)
class AssignmentAdmin(Ledger):
    list_display = ("lead", "to", "team", "reason", "why", "by", "at")
    list_filter = ("reason", "pool")
    list_select_related = ("lead__contact", "to", "team", "by")
    search_fields = ("to__name", "to__email", "lead__contact__email")
    date_hierarchy = "at"


@admin.register(PassedUp)
class PassedUpAdmin(Ledger):
    list_display = ("lead", "by", "at", "why")
    list_select_related = ("lead__contact", "by")
