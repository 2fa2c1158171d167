"""An end to guessing passwords: who fails to sign in too often in a while has to wait.

Failures are counted in the database, which all web processes share. An attempt that is refused is
neither checked nor counted, so whoever waits can sign in again.
"""

from datetime import datetime, timedelta
from ipaddress import ip_address

from django.db.models import Count, Q
from django.http import HttpRequest

from leadhub.users.models import FailedSignIn

WHILE = timedelta(minutes=15)
# Failures in a while: from one address for one account, for one account from anywhere, and from
# one address for any account. The last two are wide, so that nobody shuts out a team by guessing.
MOST_FOR_BOTH, MOST_FOR_ACCOUNT, MOST_FROM_ADDRESS = 10, 100, 100


def has_to_wait(*, account: str, address: str, at: datetime) -> bool:
    lately = FailedSignIn.objects.filter(at__gt=at - WHILE)
    failed = lately.filter(Q(account=account) | Q(address=address)).aggregate(
        both=Count("pk", filter=Q(account=account, address=address)),
        account=Count("pk", filter=Q(account=account)),
        address=Count("pk", filter=Q(address=address)),
    )
    return (
        failed["both"] >= MOST_FOR_BOTH
        or failed["account"] >= MOST_FOR_ACCOUNT
        or failed["address"] >= MOST_FROM_ADDRESS
    )


def note_failure(*, account: str, address: str, at: datetime) -> None:
    """Counts the failure, and forgets those that do not count any more."""
    FailedSignIn.objects.filter(at__lte=at - WHILE).delete()
    FailedSignIn.objects.create(account=account, address=address, at=at)


def forgive(*, account: str, address: str) -> None:
    """Forgets the slips of somebody who then knew the password."""
    FailedSignIn.objects.filter(account=account, address=address).delete()


def address_of(request: HttpRequest) -> str:
    """Where the request comes from. Behind a proxy on this machine, where the proxy says so: the
    last address in X-Forwarded-For is its own addition, those before it may be invented.
    """
    address = request.META.get("REMOTE_ADDR", "")
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return said if is_address(said) and is_address(address) and is_here(address) else address


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_here(address: str) -> bool:
    return ip_address(address).is_loopback
