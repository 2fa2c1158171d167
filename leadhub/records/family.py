"""A person: a contact, and those that were merged into it."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from leadhub.among import Among
from leadhub.records.models import Contact


def family_of(roots: Iterable[int]) -> QuerySet[Contact]:
    """The contacts with those merged into them: whose facts are theirs."""
    roots = list(roots)
    return Contact.objects.filter(Q(Among("pk", roots)) | Q(Among("root", roots)))
