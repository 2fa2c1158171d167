"""Contacts as rows: how far they have come, and the list behind every number about them."""

from dataclasses import dataclass

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from handoff.models import OPEN_STAGES, TAKEN_ON, Held, Lead, Stage
from handoff.reports.leads import day_picker
from handoff.reports.marketing import near_threshold, waiting_for_data
from handoff.reports.measures import NO_SOURCE, REACHED_SQL
from handoff.reports.periods import end_of, start_of
from leadhub.records.models import Contact
from scoring import reports as scores
from scoring.models import ContactScore, Tally
from scoring.versions import live_definition


def theirs(rows: QuerySet) -> Q:
    """The condition, on contacts, that one of the rows is the contact's own or that of a contact
    merged into it.
    """
    own = Exists(rows.filter(contact=OuterRef("pk")))
    return Q(own) | Q(Exists(rows.filter(contact__root=OuterRef("pk"))))


def engaged() -> Q:
    """The condition, on contacts, that someone gave a signal or was handed over: as a set of keys,
    since over all contacts at once a set is far quicker than four questions a contact.
    """
    signals = Contact.objects.filter(Exists(Tally.objects.filter(contact=OuterRef("pk"))))
    persons = signals.order_by().values_list(Coalesce("root", "pk"))
    handed_over = Lead.objects.order_by().values_list(Coalesce("contact__root", "contact"))
    return Q(pk__in=persons.union(handed_over))


# The stages of a lead that has brought its contact so far.
STAGES_OF_STEPS = {
    "handed_over": tuple(Stage),
    "accepted": TAKEN_ON,
    "sql": REACHED_SQL,
    "won": (Stage.WON,),
    "open": OPEN_STAGES,
}
# How far a contact has come; each step holds for whoever reached a later one too.
STEPS: dict[str, Q] = {
    "known": Q(),
    "engaged": engaged(),
    **{
        step: theirs(Lead.objects.filter(stage__in=stages))
        for step, stages in STAGES_OF_STEPS.items()
    },
}
STEP_NAMES = {
    "known": "Known",
    "engaged": "Gave a signal",
    "handed_over": "Handed over",
    "accepted": "Accepted",
    "sql": "SQL",
    "won": "Won",
    "open": "Still open",
}
LISTS = {
    "near": "Near the threshold",
    "waiting": "Waiting for data",
    "held": "Held",
}
EXPLAINED = {
    "near": f"At most {scores.NEAR_POINTS} points short: one good signal makes them leads.",
    "waiting": "They would qualify if what is unknown turned out well: find it out.",
    "held": "Qualified already when the version went live: they come with their next medium or "
    "high signal.",
}


def known() -> QuerySet[Contact]:
    """Every contact once: the survivors of merges, and whoever was never merged."""
    return Contact.objects.filter(root=None)


def people_rows() -> QuerySet[Contact]:
    """The contacts with all that a row shows, latest first."""
    return known().select_related("company").order_by("-created_at", "-pk")


class PeopleFilter(django_filters.FilterSet):
    """The contacts that an address asks for."""

    on = django_filters.ChoiceFilter(
        label="List", empty_label="Any list", choices=list(LISTS.items()), method="on_list"
    )
    missing = django_filters.CharFilter(
        label="Missing", method="lacking", widget=forms.TextInput(attrs={"placeholder": "Missing"})
    )
    step = django_filters.ChoiceFilter(
        label="Came as far as",
        empty_label="Came any far",
        choices=list(STEP_NAMES.items()),
        method="at_step",
    )
    since = django_filters.DateFilter(
        label="Known from", method="known_since", widget=day_picker("Known from")
    )
    until = django_filters.DateFilter(
        label="Known until", method="known_until", widget=day_picker("Known until")
    )
    source = django_filters.CharFilter(
        label="Source", method="of_source", widget=forms.TextInput(attrs={"placeholder": "Source"})
    )

    @property
    def heading(self) -> str:
        return LISTS.get(self.data.get("on", ""), "Contacts in the reports")

    @property
    def explanation(self) -> str:
        return EXPLAINED.get(self.data.get("on", ""), "")

    @property
    def found(self) -> QuerySet[Contact]:
        """The rows; none where the address asks for something senseless."""
        return self.qs if self.is_valid() else self.queryset.none()

    def on_list(self, contacts, name, wanted):
        definition = live_definition()
        listed = {
            "near": near_threshold(definition),
            "waiting": waiting_for_data(definition),
            "held": Held.objects.all(),
        }[wanted]
        return contacts.filter(pk__in=listed.values("contact"))

    def lacking(self, contacts, name, attribute):
        definition = live_definition()
        if definition is None or attribute not in scores.fit_fields(definition):
            known_lack = attribute == scores.REACHABLE
            return contacts.filter(email=None, phone="") if known_lack else contacts.none()
        without = ContactScore.objects.filter(scores.unknown(attribute), definition=definition)
        return contacts.filter(pk__in=without.values("contact"))

    def at_step(self, contacts, name, step):
        return contacts.filter(STEPS[step])

    def known_since(self, contacts, name, day):
        return contacts.filter(created_at__gte=start_of(day))

    def known_until(self, contacts, name, day):
        return contacts.filter(created_at__lt=end_of(day))

    def of_source(self, contacts, name, source):
        return contacts.filter(source="" if source == NO_SOURCE else source)


@dataclass(frozen=True)
class Person:
    """A row: the contact, its live score if there is one, and what it lacks to qualify."""

    contact: Contact
    score: ContactScore | None
    gaps: tuple[str, ...]
    unknown: tuple[str, ...]


def people(contacts: list[Contact]) -> list[Person]:
    """The rows of one page, in the order given."""
    definition = live_definition()
    if definition is None:
        return [Person(contact, None, (), ()) for contact in contacts]
    found = ContactScore.objects.filter(definition=definition, contact__in=contacts)
    found = found.select_related("definition")
    by_contact = {score.contact_id: score for score in found}
    fields = [scores.REACHABLE, *scores.fit_fields(definition)]
    return [
        Person(
            contact,
            score := by_contact.get(contact.pk),
            tuple(scores.gaps(score, definition)) if score else (),
            tuple(scores.unknown_of(contact, fields)),
        )
        for contact in contacts
    ]
