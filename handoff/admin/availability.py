"""Calendars, terms, absences and service levels in the admin."""

from django import forms
from django.contrib import admin, messages

from handoff.models import Absence, Calendar, RepTerms, ServiceLevel, TeamTerms, WorkingHours
from handoff.sla.business_time import WORKING_DAYS
from leadhub.users.models import Role, User


class NamedCells(forms.BaseInlineFormSet):
    """Each field bears the name that its column's head shows."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs["aria-label"] = form[name].label


class Shifts(admin.TabularInline):
    model = WorkingHours
    formset = NamedCells
    extra = 1
    fields = ("weekday", "starts", "ends")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Plain inputs for times: the browser has a picker of its own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in ("starts", "ends"):
            field.widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        return field


@admin.register(Calendar)
class CalendarAdmin(admin.ModelAdmin):
    list_display = ("name", "time_zone", "country", "subdivision", "is_organisations")
    search_fields = ("name",)
    inlines = (Shifts,)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        calendar = form.instance
        if not change and not calendar.hours.exists():
            calendar.hours.bulk_create(
                WorkingHours(calendar=calendar, weekday=day, starts="09:00", ends="17:00")
                for day in WORKING_DAYS
            )
            self.message_user(
                request, "Works Monday to Friday from nine to five: change it here.", messages.INFO
            )


class OfTerms(admin.ModelAdmin):
    """Who has terms keeps them: what else would be theirs follows from empty fields."""

    list_select_related = True

    def get_readonly_fields(self, request, obj=None):
        return (self.whose,) if obj else ()


@admin.register(TeamTerms)
class TeamTermsAdmin(OfTerms):
    whose = "team"
    list_display = ("team", "handing", "calendar", "new_leads_a_day", "unjudged_leads")


@admin.register(RepTerms)
class RepTermsAdmin(OfTerms):
    whose = "user"
    list_display = ("user", "calendar", "new_leads_a_day", "unjudged_leads")
    search_fields = ("user__name", "user__email")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return people_only(db_field, super().formfield_for_foreignkey(db_field, request, **kwargs))


@admin.register(Absence)
class AbsenceAdmin(admin.ModelAdmin):
    list_display = ("user", "first_day", "last_day", "note")
    list_filter = ("user__team",)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email", "note")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return people_only(db_field, super().formfield_for_foreignkey(db_field, request, **kwargs))


def people_only(db_field, field):
    """Those who work leads."""
    if db_field.name == "user" and field is not None:
        working = User.objects.filter(is_active=True).exclude(role=Role.MARKETER)
        field.queryset = working.order_by("name", "email")
    return field


@admin.register(ServiceLevel)
class ServiceLevelAdmin(admin.ModelAdmin):
    list_display = (
        "name",
        "position",
        "raised",
        "grades",
        "source",
        "response_minutes",
        "verdict_minutes",
        "reassign_after_minutes",
    )
    list_editable = ("position",)
    fieldsets = (
        (None, {"fields": ("name", "position")}),
        ("For which leads", {"fields": ("raised", "grades", "source")}),
        (
            "What is promised, in business minutes (480 are a day of eight hours)",
            {"fields": ("response_minutes", "verdict_minutes", "due_soon_minutes")},
        ),
        ("When it is overdue", {"fields": ("escalates", "reassign_after_minutes")}),
    )
