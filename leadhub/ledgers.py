"""How the admin shows a ledger: to be read, never written, without counting millions of rows."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST_COUNTED = 10_000


class UncountedPaginator(Paginator):
    """Counts at most so many rows: a filter reaches the rest sooner than paging does."""

    @cached_property
    def count(self) -> int:
        return self.object_list[:MOST_COUNTED].count()


class ReadOnly:
    """Rows that are written by LeadHub's own work, and never by hand."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class Ledger(ReadOnly, admin.ModelAdmin):
    """Read-only, newest first."""

    paginator = UncountedPaginator
    show_full_result_count = False
    list_per_page = 50
    ordering = ["-id"]
    actions = None
