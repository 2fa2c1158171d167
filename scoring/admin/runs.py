"""Runs in the admin: how far they are, and buttons to ask for one."""

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from leadhub.ledgers import Ledger
from leadhub.templatetags.figures import in_words
from scoring import runs
from scoring.models import Run


@admin.register(Run)
class RunAdmin(Ledger):
    list_display = ["what", "day", "progress", "pace", "changed", "found", "failure", "asked_by"]
    list_select_related = ["asked_by", "definition", "signal"]
    list_filter = ["kind"]
    fields = [
        "kind",
        "definition",
        "day",
        "asked_by",
        "created_at",
        "started_at",
        "finished_at",
        "progress",
        "pace",
        "changed",
        "found",
        "failure",
    ]
    readonly_fields = fields
    change_list_template = "admin/scoring/run/change_list.html"

    @admin.display(description="run", ordering="kind")
    def what(self, run: Run) -> str:
        if run.signal:
            return f"{run.get_kind_display()}: {run.signal}"
        if run.definition:
            return f"{run.get_kind_display()}: {run.definition.version}"
        return run.get_kind_display()

    @admin.display(description="progress")
    def progress(self, run: Run) -> str:
        if run.finished_at:
            return f"done: {run.contacts:,}"
        return format_html(
            '<progress max="{}" value="{}" aria-label="Progress"></progress> {} of {}',
            max(run.contacts, 1),
            run.done,
            f"{run.done:,}",
            f"{run.contacts:,}",
        )

    @admin.display(description="pace")
    def pace(self, run: Run) -> str:
        pace = runs.pace_of(run, at=timezone.now())
        if pace.a_second is None:
            return "waiting for a worker" if not run.started_at else "–"
        left = "" if pace.left is None else f", {in_words(pace.left)} left"
        return f"{pace.a_second:,.0f} a second{left}"

    def changelist_view(self, request, extra_context=None):
        extra = {"under_way": runs.under_way().exists()} | (extra_context or {})
        return super().changelist_view(request, extra)

    @admin.display(description="differences found")
    def found(self, run: Run) -> str:
        return f"{run.differences:,} of {run.checked:,}" if run.checked else "–"

    def get_urls(self):
        ask = self.admin_site.admin_view(require_POST(self.ask))
        own = [path("ask/<slug:kind>/", ask, name="scoring_run_ask")]
        return own + super().get_urls()

    def ask(self, request, kind: str):
        try:
            run = runs.ask_for(kind=kind, by=request.user, at=timezone.now())
        except runs.CannotRun as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            self.message_user(request, f"{run} is under way.", messages.SUCCESS)
        return redirect("admin:scoring_run_changelist")
