"""The admin of handoff: reasons to edit; leads, their transitions and who is held to read.

Marketing releases and requeues from here.
"""

from django.contrib import admin, messages
from django.utils import timezone

from handoff.leads import verdicts
from handoff.leads.lifecycle import NotPossible, StaleDecision
from handoff.models import Held, Lead, RejectionReason, Stage, Transition
from leadhub.ledgers import Ledger, ReadOnly


@admin.register(RejectionReason)
class RejectionReasonAdmin(admin.ModelAdmin):
    """A reason is retired, not deleted: old leads go on showing it."""

    list_display = (
        "name",
        "kind",
        "cool_down_days",
        "note_required",
        "attempts_required",
        "to_another_rep",
        "counts_against_marketing",
        "position",
        "is_active",
    )
    list_editable = ("position", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name",)
    actions = ("retire",)

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description="Retire the reasons: offered no more, still shown on old leads")
    def retire(self, request, queryset):
        self.message_user(request, f"Retired: {queryset.update(is_active=False)}.")


class StageBefore:
    """For the admin of transitions: the stage before as people call it."""

    @admin.display(description="From stage", ordering="from_stage")
    def stage_before(self, transition: Transition) -> str:
        return Stage(transition.from_stage).label if transition.from_stage else "Handoff"


class TransitionsOfLead(StageBefore, ReadOnly, admin.TabularInline):
    model = Transition
    extra = 0
    readonly_fields = ("stage_before",)
    fields = ("version", "stage_before", "to_stage", "by", "at", "reason", "note")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by", "reason")


@admin.register(Lead)
class LeadAdmin(Ledger):
    list_display = ("contact", "stage", "origin", "total", "grade", "owner", "handed_over_at")
    list_filter = ("stage", "origin", "grade", "reason")
    list_select_related = ("contact", "owner")
    search_fields = ("contact__email", "contact__last_name")
    inlines = (TransitionsOfLead,)
    actions = ("release", "correct")

    @admin.action(description="Release: may come again, on the next medium or high signal")
    def release(self, request, queryset):
        self._decide_each(request, queryset, verdicts.release)

    @admin.action(description="The data is corrected: back to the queue")
    def correct(self, request, queryset):
        self._decide_each(request, queryset, verdicts.correct)

    def _decide_each(self, request, queryset, decide):
        """Each lead has its own result: one that can't be does not undo the rest."""
        for lead in queryset.select_related("contact"):
            try:
                decide(lead=lead, seen=lead.version, by=request.user, at=timezone.now())
                self.message_user(request, f"{lead.contact}: done.", messages.SUCCESS)
            except (NotPossible, StaleDecision) as refusal:
                self.message_user(request, f"{lead.contact}: {refusal}", messages.ERROR)


@admin.register(Transition)
class TransitionAdmin(StageBefore, Ledger):
    list_display = ("lead", "stage_before", "to_stage", "by", "at", "reason")
    list_filter = ("to_stage", "reason")
    list_select_related = ("lead__contact", "by", "reason")
    date_hierarchy = "at"


@admin.register(Held)
class HeldAdmin(Ledger):
    list_display = ("contact", "since", "definition")
    ordering = ("-since",)
    list_select_related = ("contact", "definition")
