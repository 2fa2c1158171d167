"""One login for each role, made when nobody has one yet. No password is built in."""

import os
import secrets
from pathlib import Path

from django.db import transaction

from leadhub.users.models import Role, Team, User

# What the address book of the first start says; administrators rename them or add their own.
DOMAIN = "example.com"


@transaction.atomic
def make(*, kept_in: Path) -> list[str]:
    """Makes the logins, and keeps their passwords in a file that only its owner can read.

    Returns the lines of the file; none if there is a user already.
    """
    if User.objects.exists():
        return []
    team, _ = Team.objects.get_or_create(name="Sales")
    lines = []
    for role in Role:
        password = secrets.token_urlsafe(12)
        email = email_of(role)
        User.objects.create_user(
            email, password, role=role, name=role.label, team=team if role == Role.REP else None
        )
        lines.append(f"{role.label:<15}{email:<28}{password}")
    # Before the commit: a login whose password nobody knows would be worse than none.
    write_for_owner_only(kept_in, "\n".join(lines) + "\n")
    return lines


def email_of(role: Role) -> str:
    return f"{role.value}@{DOMAIN}"


def write_for_owner_only(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, 0o600)
        file.write(text)
