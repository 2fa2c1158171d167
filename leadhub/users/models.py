"""Who works here: users, their teams and their roles. What a role may do is in `access.py`."""

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class Role(models.TextChoices):
    REP = "rep", "Sales rep"
    MARKETER = "marketer", "Marketer"
    MANAGER = "manager", "Manager"
    ADMINISTRATOR = "administrator", "Administrator"


class Team(models.Model):
    """A group of reps who share a queue. A rep sees the leads of the own team only."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email, password=None, *, role=Role.REP, **fields):
        user = self.model(email=self.normalize_email(email).lower(), role=role, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, role=Role.ADMINISTRATOR, **fields)


class User(AbstractBaseUser):
    """A person who signs in by e-mail. The role alone decides what the person may do."""

    email = models.EmailField("e-mail", max_length=254)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=16, choices=Role, default=Role.REP)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    is_active = models.BooleanField(
        default=True,
        help_text="Someone who has left keeps their history and can no longer sign in.",
    )
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="Someone with this e-mail already has an account.",
            ),
            models.CheckConstraint(
                name="user_role_known", condition=models.Q(role__in=Role.values)
            ),
        ]

    def __str__(self):
        return self.get_full_name()

    def get_full_name(self):
        return user_called(self.name, self.email)

    def get_short_name(self):
        return self.name.split(" ")[0] if self.name else self.email

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin opens for this person."""
        return self.role in {Role.MARKETER, Role.ADMINISTRATOR}

    def has_perm(self, perm: str, obj=None) -> bool:
        """Django's question, such as "scoring.change_signal"; `access.RoleBackend` answers."""
        return self.is_active and any(b.has_perm(self, perm, obj) for b in get_backends())

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and any(b.has_module_perms(self, app_label) for b in get_backends())


def user_called(name: str, email: str) -> str:
    return name or email


class FailedSignIn(models.Model):
    """That somebody tried to sign in with a wrong e-mail or password: see `sign_in.py`."""

    account = models.CharField(max_length=254, help_text="The e-mail as typed, in capitals.")
    address = models.CharField(max_length=64, help_text="The IP address that it came from.")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "failed sign-in"
        indexes = [
            models.Index(fields=["account", "at"], name="failed_sign_in_of_account"),
            models.Index(fields=["address", "at"], name="failed_sign_in_from_address"),
        ]

    def __str__(self):
        return f"{self.account} from {self.address}"
