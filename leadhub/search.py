"""Searching lists by words."""

from django import forms
from django.db.models import Q, QuerySet

WORDS = 6


def search_box(placeholder: str) -> forms.TextInput:
    return forms.TextInput(attrs={"type": "search", "placeholder": placeholder})


def with_every_word(rows: QuerySet, text: str, fields: tuple[str, ...]) -> QuerySet:
    """Rows in which each word stands in one of the fields; words beyond the sixth are ignored."""
    for word in text.split()[:WORDS]:
        wanted = Q()
        for field in fields:
            wanted |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(wanted)
    return rows
