"""Searching people and companies by words: one way for every list.

A word is found wherever it stands in a name, an e-mail or a domain, in small or capital letters.
PostgreSQL finds it by indexes on trigrams (`make_indexes`). SQLite reads along: of a hundred
thousand contacts that takes less than a tenth of a second, while an index of trigrams would more
than double the file and take most of the time in which a contact is written.
"""

from itertools import product

from django import forms
from django.conf import settings
from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.utils import DatabaseError

from leadhub.records.models import Company

WORDS = 6
OF_CONTACTS = ("first_name", "last_name", "email")
OF_COMPANIES = ("name", "domain")
INDEXES = {
    "contact_words": ("records_contact", OF_CONTACTS),
    "company_words": ("records_company", OF_COMPANIES),
}
# Of a word with more letters outside ASCII, not every spelling is tried.
LETTERS_SPELLED = 4


def search_box(placeholder: str) -> forms.TextInput:
    return forms.TextInput(attrs={"type": "search", "placeholder": placeholder})


def people_found(rows: QuerySet, text: str, *, contact: str = "") -> QuerySet:
    """Rows of contacts in whose name or e-mail, or in whose company's name or domain, each word
    stands; words beyond the sixth are ignored. `contact`, such as "contact__", leads to it.
    """
    for word in text.split()[:WORDS]:
        rows = rows.filter(
            stands_in(word, OF_CONTACTS, contact) | stands_in_company(word, f"{contact}company")
        )
    return rows


def companies_found(companies: QuerySet[Company], text: str) -> QuerySet[Company]:
    for word in text.split()[:WORDS]:
        companies = companies.filter(stands_in(word, OF_COMPANIES))
    return companies


def stands_in(word: str, fields: tuple[str, ...], path: str = "") -> Q:
    names = [f"{path}{field}" for field in fields]
    if not settings.ON_SQLITE:
        return Q(Stands(Joined(*map(F, names)), Value(f"%{escaped(word)}%")))
    found = Q()
    for name, spelled in product(names, spellings(word)):
        found |= Q(**{f"{name}__icontains": spelled})
    return found


def stands_in_company(word: str, company: str) -> Q:
    if settings.ON_SQLITE:
        return stands_in(word, OF_COMPANIES, f"{company}__")
    found = companies_found(Company.objects.order_by(), word).values("pk")
    return Q(OneOf(F(f"{company}_id"), found.query))


# What a joiner below opens, its template closes.
class Joined(Func):
    """The texts with spaces between, in small letters: what the indexes are of."""

    template = "LOWER(COALESCE(%(expressions)s, ''))"
    arg_joiner = ", '') || ' ' || COALESCE("
    output_field = TextField()


class Stands(Func):
    """Whether a text, in small letters, is like a pattern."""

    template = "(%(expressions)s))"
    arg_joiner = " LIKE LOWER("
    output_field = BooleanField()


class OneOf(Func):
    """Whether a value is one of those that a query finds: it is asked once, and an index finds
    the rows of them all.
    """

    template = "(%(expressions)s))"
    arg_joiner = " = ANY(ARRAY"
    output_field = BooleanField()


def escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def spellings(word: str) -> set[str]:
    """SQLite knows only of ASCII's letters that a small one and a capital are the same."""
    others = sum(not letter.isascii() for letter in word)
    if others > LETTERS_SPELLED:
        return {word, word.lower(), word.upper(), word.capitalize(), word.title()}
    forms_of = ({each} if each.isascii() else {each.lower(), each.upper()} for each in word)
    return {"".join(letters) for letters in product(*forms_of)}


def make_indexes() -> bool:
    """Makes what is missing of PostgreSQL's indexes, beside whoever writes; whether they are
    there. Without the extension pg_trgm, which this role may not make here, words are found as
    well, only slower.
    """
    if settings.ON_SQLITE:
        return True
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return False
    for name, (table, fields) in INDEXES.items():
        make_index(name, table, fields)
    return True


def make_index(name: str, table: str, fields: tuple[str, ...]) -> None:
    beside = "" if connection.in_atomic_block else "CONCURRENTLY"
    words = Joined.template % {"expressions": Joined.arg_joiner.join(fields)}
    with connection.cursor() as cursor:
        if was_interrupted(cursor, name):
            cursor.execute(f"DROP INDEX {beside} {name}")
        cursor.execute(
            f"CREATE INDEX {beside} IF NOT EXISTS {name} ON {table} "
            f"USING gin (({words}) gin_trgm_ops)"
        )


def was_interrupted(cursor, index: str) -> bool:
    """Whether the index is there, but was never finished."""
    cursor.execute(
        "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid", [index]
    )
    return cursor.fetchone() is not None
