"""Users and teams. Nobody is deleted: who leaves is deactivated, and what they did keeps a name."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import Count, Q

from leadhub.users.models import Role, Team, User

ROLES_SENTENCE = (
    "A rep works the inbox of one team; a marketer sets up scoring; a manager reads the funnel "
    "and works every inbox; an administrator may do everything."
)


def others_administer(user: User) -> bool:
    """Whether somebody else can still sign in as an administrator."""
    administrators = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    return administrators.exclude(pk=user.pk).exists()


class RoleRules:
    """What a role asks for: a rep has a team, and somebody always administers."""

    def clean(self):
        cleaned = super().clean()
        role, active = cleaned.get("role"), cleaned.get("is_active", True)
        if role == Role.REP and not cleaned.get("team"):
            self.add_error("team", "A rep works for a team: choose one.")
        if self.instance.pk and (role != Role.ADMINISTRATOR or not active):
            was = User.objects.get(pk=self.instance.pk)
            if was.role == Role.ADMINISTRATOR and was.is_active and not others_administer(was):
                field = "is_active" if not active else "role"
                self.add_error(field, "Nobody else administers LeadHub: name someone first.")
        return cleaned


class NewUserForm(RoleRules, AdminUserCreationForm):
    usable_password = None

    class Meta:
        model = User
        fields = ["email", "name", "role", "team"]
        field_classes = {"email": forms.EmailField}

    def clean_email(self):
        return self.cleaned_data["email"].lower()


class ChangedUserForm(RoleRules, UserChangeForm):
    class Meta:
        model = User
        fields = ["email", "name", "role", "team", "is_active", "password"]
        field_classes = {"email": forms.EmailField}

    def clean_email(self):
        return self.cleaned_data["email"].lower()


@admin.register(User)
class UsersAdmin(UserAdmin):
    form = ChangedUserForm
    add_form = NewUserForm
    list_display = ["email", "name", "role", "team", "is_active", "last_login"]
    list_filter = ["role", "team", "is_active"]
    list_select_related = ["team"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "password", "name"]}),
        ("What they may do", {"fields": ["role", "team"], "description": ROLES_SENTENCE}),
        ("Whether they still sign in", {"fields": ["is_active", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "password1", "password2"]}),
        ("What they may do", {"fields": ["role", "team"], "description": ROLES_SENTENCE}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    actions = ["deactivate"]

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description="Deactivate: they can no longer sign in")
    def deactivate(self, request, queryset):
        leaving = queryset.exclude(pk=request.user.pk)
        count = leaving.update(is_active=False)
        self.message_user(request, f"{count} can no longer sign in.", messages.SUCCESS)


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ["name", "members_who_sign_in"]
    search_fields = ["name"]

    def get_queryset(self, request):
        active = Count("members", filter=Q(members__is_active=True))
        return super().get_queryset(request).annotate(active=active)

    @admin.display(description="members", ordering="active")
    def members_who_sign_in(self, team: Team) -> int:
        return team.active
