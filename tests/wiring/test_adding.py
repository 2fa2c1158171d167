"""Rows that are added in bulk are stored as the ORM would store them, few or many."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps

from leadhub.adding import MANY, add_rows
from leadhub.records.models import AttributeChange, Contact, Source

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
TOLD = ("contact_id", "field", "new", "at", "source_id")
HOSTILE = [
    "tab\tand\nline",
    r"\N",
    r"\\.",
    '"quoted", and {braced}',
    "Зоя 🦊 علي",
    "",
    0,
    -(2**53),
    1.5,
    True,
    None,
    [],
    {"a": [None, {"b": "\\t"}]},
]


@pytest.mark.parametrize("times", [1, MANY])
def test_each_value_comes_back_as_the_orm_stores_it(times):
    contact = Contact.objects.create(email="ann@example.com")
    source = Source.objects.create(name="Website")
    add_rows(
        AttributeChange,
        TOLD,
        [(contact.pk, "city", value, AT, source.pk) for value in HOSTILE * times],
    )
    added = list(AttributeChange.objects.order_by("pk").values_list("new", "at"))
    assert added == [(value, AT.astimezone(UTC)) for value in HOSTILE * times]
    every = [field.name for field in AttributeChange._meta.local_concrete_fields]
    compared = [name for name in every if name not in ("id", "recorded_at")]
    by_orm = AttributeChange.objects.create(
        contact=contact, field="city", new=HOSTILE[0], at=AT, source=source
    )
    rows = AttributeChange.objects.values_list(*compared)
    assert rows.earliest("pk") == rows.get(pk=by_orm.pk)


def test_none_at_all_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        add_rows(AttributeChange, TOLD, [])


@pytest.mark.parametrize("times", [1, MANY])
@pytest.mark.parametrize("at", [None, AT])
def test_what_the_table_forbids_is_djangos_error(times, at):
    """A moment is missing; or a change is of nobody."""
    source = Source.objects.create(name="Website")
    contact = Contact.objects.create() if at is None else Contact()
    with pytest.raises(IntegrityError), transaction.atomic():
        add_rows(AttributeChange, TOLD, [(contact.pk, "city", "Bonn", at, source.pk)] * times)
    assert not AttributeChange.objects.exists()


@pytest.mark.parametrize("times", [1, MANY])
@isolate_apps("leadhub")
def test_columns_of_other_names_and_defaults_of_the_databases_own(times):
    class Parcel(models.Model):
        order = models.TextField(db_column="to")
        pieces = models.IntegerField(db_default=7)
        weight = models.IntegerField(default=3, db_default=4)

        class Meta:
            app_label = "leadhub"
            db_table = "group"

        def __str__(self):
            return self.order

    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE TEMP TABLE "group" (id integer, "to" text,
                pieces integer DEFAULT 7, weight integer DEFAULT 4)"""
        )
        add_rows(Parcel, ("order",), [("first",)] * times)
        add_rows(Parcel, ("pieces", "order"), [(1, "second")])
        cursor.execute("""SELECT "to", pieces, weight FROM "group" ORDER BY 1""")
        assert cursor.fetchall() == [("first", 7, 3)] * times + [("second", 1, 3)]
        cursor.execute("""DROP TABLE "group" """)
