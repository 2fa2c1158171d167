"""An order that an index of either database can have."""

from copy import copy

from django.db.models import Index, OrderBy


class OrderedIndex(Index):
    """An index that may have the empty ones last in a descending order. SQLite has them there by
    itself, and its indexes can't say so.
    """

    def create_sql(self, model, schema_editor, using="", **kwargs):
        told = copy(self)
        if schema_editor.connection.vendor == "sqlite":
            told.expressions = tuple(as_it_is_by_itself(order) for order in self.expressions)
        return Index.create_sql(told, model, schema_editor, using, **kwargs)


def as_it_is_by_itself(order):
    if not isinstance(order, OrderBy):
        return order
    natural = order.copy()
    natural.nulls_last = None
    return natural
