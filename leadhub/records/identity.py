"""Who is who: which contact a user id or an e-mail is, and when two are one person.

An e-mail has exactly one contact, for good. A user id belongs to the contact of the e-mail that it
was given with; until then it has a contact of its own. Two contacts with different e-mails are one
only when a person says so.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models.functions import Lower

from leadhub.records import companies, merging
from leadhub.records.merging import Join
from leadhub.records.models import Contact, MergeSuggestion, UserId
from leadhub.records.observation import Observation


class People:
    """The contacts that a set of observations is about; makes those that are new."""

    def __init__(self, observations: Iterable[Observation], *, at: datetime):
        self.observations = list(observations)
        self.at = at
        self.by_user: dict[str, Contact] = {}
        self.by_email: dict[str, Contact] = {}
        self.above: dict[int, Contact] = {}  # by id(), since new contacts have no key yet
        self.new: list[Contact] = []
        self.new_users: list[str] = []
        self.user_rows: dict[str, UserId] = {}
        self.settled: set[str] = set()  # user ids of which a trusted source said whose they are
        self.newly_settled: set[str] = set()
        self.given_email: list[Contact] = []
        self.joined: list[Join] = []
        self.suggested: dict[tuple[int, int], tuple[Contact, Contact, str]] = {}
        self.load()
        for observation in sorted(self.observations, key=order):
            self.learn(observation)
        self.save()

    def load(self) -> None:
        users = {o.user_id for o in self.observations} | {o.previous_id for o in self.observations}
        emails = {o.email for o in self.observations} | {o.other_email for o in self.observations}
        same: dict[int, Contact] = {}  # one object a contact, since learning changes them
        for row in UserId.objects.filter(value__in=users - {""}).select_related("contact__root"):
            self.by_user[row.value] = same.setdefault(row.contact_id, row.contact)
            self.user_rows[row.value] = row
            if row.is_settled:
                self.settled.add(row.value)
        found = Contact.objects.annotate(address=Lower("email")).filter(address__in=emails - {""})
        for contact in found.select_related("root"):
            self.by_email[contact.address] = same.setdefault(contact.pk, contact)
        for contact in list(same.values()):
            if contact.root_id:
                self.above[id(contact)] = same.setdefault(contact.root_id, contact.root)
        self.apart = merging.undone_between(same)

    def of(self, observation: Observation) -> Contact | None:
        """Whose the observation is by its user id or e-mail; None where only a device says."""
        if observation.user_id:
            return self.by_user[observation.user_id]
        return self.by_email[observation.email] if observation.email else None

    def learn(self, observation: Observation) -> None:
        user, email = observation.user_id, observation.email
        if email and email not in self.by_email:
            self.name(self.nameless(user) or self.make(), email)
        if user and user not in self.by_user:
            self.remember_user(user, self.by_email[email] if email else self.make())
        if user and email and observation.source.is_trusted:
            self.settle_user(user, self.by_email[email])
        if user and email:
            self.one_person(observation, self.by_user[user], self.by_email[email])
        if observation.other_email:
            other = observation.other_email
            if other not in self.by_email:
                self.name(self.make(), other)
            self.one_person(observation, self.by_email[email], self.by_email[other])
        if observation.kind == "alias" and observation.source.is_trusted:
            self.learn_alias(observation)

    def settle_user(self, user: str, contact: Contact) -> None:
        """A trusted source says whose the user id is: that outweighs what a public key said, so
        that nobody takes over a user by naming the id first.
        """
        if user in self.settled:
            return
        self.settled.add(user)
        self.newly_settled.add(user)
        known = self.root(self.by_user[user])
        if known.email and known is not self.root(contact):
            self.suggest(known, contact, "A public key gave the user id another e-mail.")
            self.by_user[user] = contact

    def learn_alias(self, observation: Observation) -> None:
        previous, contact = observation.previous_id, self.of(observation)
        if contact is None:
            return
        if previous not in self.by_user:
            self.remember_user(previous, contact)
        else:
            self.one_person(observation, self.by_user[previous], contact)

    def one_person(self, observation: Observation, contact: Contact, other: Contact) -> None:
        """The observation says that both are one person: so be it, unless both have an e-mail, or
        a person has undone just that.

        Whose word it is does not matter here: if it did, it would matter also whether a trusted
        source spoke of them before or after, and the order of arrival must change nothing.
        """
        survivor, loser = self.root(other), self.root(contact)
        if survivor is loser:
            return
        if loser.email and not survivor.email:
            survivor, loser = loser, survivor
        if loser.email or frozenset((loser.pk, survivor.pk)) in self.apart:
            self.suggest(loser, survivor, f"One {observation.kind} call named both.")
        else:
            self.above[id(loser)] = survivor
            cause = "alias" if observation.kind == "alias" else "identify"
            self.joined.append(Join(loser, survivor, cause, observation.received_at))

    def suggest(self, contact: Contact, other: Contact, why: str) -> None:
        self.suggested.setdefault((id(contact), id(other)), (contact, other, why))

    def nameless(self, user: str) -> Contact | None:
        """The user id's contact, where nobody knows an e-mail of that person yet."""
        contact = self.by_user.get(user)
        top = self.root(contact) if contact else None
        return top if top and not top.email else None

    def root(self, contact: Contact) -> Contact:
        while id(contact) in self.above:
            contact = self.above[id(contact)]
        return contact

    def name(self, contact: Contact, email: str) -> None:
        contact.email = email
        self.by_email[email] = contact
        self.given_email.append(contact)

    def make(self) -> Contact:
        contact = Contact(created_at=self.at)
        self.new.append(contact)
        return contact

    def remember_user(self, user: str, contact: Contact) -> None:
        self.by_user[user] = contact
        self.new_users.append(user)

    def save(self) -> None:
        named = [contact for contact in self.given_email if contact.pk]
        companies.assign(self.given_email, at=self.at)
        Contact.objects.bulk_create(self.new, batch_size=2000)
        Contact.objects.bulk_update(named, ["email", "company"], batch_size=200)
        self.save_users()
        merging.join(self.joined)
        self.save_suggestions()

    def save_users(self) -> None:
        new = [
            UserId(value=user, contact=self.by_user[user], is_settled=user in self.settled)
            for user in sorted(self.new_users)
        ]
        UserId.objects.bulk_create(new, batch_size=2000)
        settled = [
            self.user_rows[user] for user in sorted(self.newly_settled & set(self.user_rows))
        ]
        for row in settled:
            row.contact, row.is_settled = self.by_user[row.value], True
        UserId.objects.bulk_update(settled, ["contact", "is_settled"], batch_size=200)

    def save_suggestions(self) -> None:
        pairs = {}
        for contact, other, why in self.suggested.values():
            if self.root(contact) is not self.root(other):
                pairs[tuple(sorted((contact.pk, other.pk)))] = why
        MergeSuggestion.objects.bulk_create(
            [
                MergeSuggestion(contact_id=first, other_id=second, why=why)
                for (first, second), why in sorted(pairs.items())
            ],
            ignore_conflicts=True,
        )


def order(observation: Observation) -> tuple:
    """Those that join a user id with an e-mail come first, trusted ones before public keys."""
    return (
        not (observation.user_id and observation.email),
        not observation.source.is_trusted,
        observation.occurred_at,
        observation.message_id,
    )
