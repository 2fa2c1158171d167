"""The steps of a version in the admin: see what it would change, publish, cancel, go back."""

from urllib.parse import urldefrag

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from scoring import hindsight, previews, publishing, runs, trials, versions
from scoring.definition import InvalidDefinition
from scoring.models import Definition

STEPS = "admin/scoring/definition"


class PublishForm(forms.ModelForm):
    """How those come who are qualified under the version already."""

    class Meta:
        model = Definition
        fields = ["handover", "handover_a_day"]
        widgets = {"handover": forms.RadioSelect}
        labels = {"handover": "Who is qualified under it already", "handover_a_day": "Leads a day"}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("handover") != Definition.Handover.AT_ONCE:
            cleaned["handover_a_day"] = None
        return cleaned


class PublishingViews:
    """For the admin of definitions."""

    def urls_of_publishing(self) -> list:
        view = self.admin_site.admin_view
        steps = {
            "publish": self.publish,
            "effect": self.effect,
            "hindsight": self.hindsight,
            "progress": self.progress,
            "types": self.types,
            "copy": require_POST(self.copy),
            "back": require_POST(self.go_back),
            "withdraw": require_POST(self.withdraw),
        }
        return [
            path(f"<int:pk>/{step}/", view(does), name=f"scoring_definition_{step}")
            for step, does in steps.items()
        ]

    def publish(self, request, pk: int):
        version = get_object_or_404(Definition, pk=pk)
        form = PublishForm(request.POST or None, instance=version)
        if request.method != "POST" or not form.is_valid():
            return self.ask_how_to_publish(request, version, form)
        try:
            publishing.publish(
                definition=version, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except InvalidDefinition as error:
            for problem in error.problems:
                self.message_user(request, f"{problem.field}: {problem.reason}", messages.ERROR)
        except publishing.CannotPublish as error:
            self.message_user(request, str(error), messages.ERROR)
        return redirect("admin:scoring_definition_change", pk)

    def ask_how_to_publish(self, request, version: Definition, form: PublishForm):
        context = {
            **self.admin_site.each_context(request),
            "title": f"Publish version {version.version}",
            "opts": self.opts,
            "definition": version,
            "form": form,
            "live": versions.live_definition(),
            "coming": versions.coming_definition(),
        }
        return TemplateResponse(request, f"{STEPS}/publish.html", context)

    def effect(self, request, pk: int):
        """What publishing would change, as a part of a page; it takes a few seconds."""
        version = get_object_or_404(Definition, pk=pk)
        live = versions.live_definition()
        context = {"definition": version, "live": live}
        try:
            context["effect"] = trials.effect_of(
                versions.definition_of(version),
                live_id=live and live.pk,
                day=timezone.localdate(),
            )
        except InvalidDefinition as error:
            context["problems"] = error.problems
        return render(request, f"{STEPS}/_effect.html", context)

    def hindsight(self, request, pk: int):
        """Whom the version would have kept from sales, as a part of a page; it takes a second."""
        version, live = get_object_or_404(Definition, pk=pk), versions.live_definition()
        try:
            meant = versions.definition_of(version)
        except InvalidDefinition:
            return HttpResponse()
        if live is None:
            return HttpResponse()
        found = hindsight.in_hindsight(
            meant, live=versions.definition_of(live), day=timezone.localdate()
        )
        context = {"definition": version, "hindsight": found}
        return render(request, f"{STEPS}/_hindsight.html", context)

    def types(self, request, pk: int):
        """What is of another type than the version compares it with, as a part of a page."""
        version = get_object_or_404(Definition, pk=pk)
        try:
            meant = versions.definition_of(version)
        except InvalidDefinition:
            return HttpResponse()
        found = previews.mistyped_in(meant, day=timezone.localdate())
        return render(request, f"{STEPS}/_types.html", {"found": found})

    def progress(self, request, pk: int):
        """How far a coming version is, as a part of a page; which is loaded anew when it is live,
        since it still offers what can be done with a coming one.
        """
        version = get_object_or_404(Definition, pk=pk)
        context = {"definition": version, "coming": runs.coming_of(version, at=timezone.now())}
        part = render(request, f"{STEPS}/_progress.html", context)
        if not context["coming"]:
            messages.success(request, f"{version}: {version.get_status_display().lower()} now.")
            # Not a refresh: that would keep its place on the page, below what is said on top now.
            # Without the place on the page either: the browser would only go there.
            page, _ = urldefrag(request.htmx.current_url_abs_path or "")
            part["HX-Redirect"] = page or reverse("admin:scoring_definition_change", args=[pk])
        return part

    def copy(self, request, pk: int):
        original = get_object_or_404(Definition, pk=pk)
        draft = versions.copy_as_draft(original=original, by=request.user, at=timezone.now())
        self.message_user(request, f"Version {draft.version} is a draft.", messages.SUCCESS)
        return redirect("admin:scoring_definition_change", draft.pk)

    def go_back(self, request, pk: int):
        """A copy of what was live, ready to be published."""
        original = get_object_or_404(Definition, pk=pk)
        draft = versions.copy_as_draft(
            original=original,
            by=request.user,
            at=timezone.now(),
            name=f"Back to version {original.version}",
        )
        return redirect("admin:scoring_definition_publish", draft.pk)

    def withdraw(self, request, pk: int):
        version = get_object_or_404(Definition, pk=pk)
        try:
            publishing.withdraw(definition=version, at=timezone.now())
        except publishing.CannotPublish as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, f"Cancelled: version {version.version} is a draft again.")
        return redirect("admin:scoring_definition_change", pk)
