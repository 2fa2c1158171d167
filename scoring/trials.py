"""A draft tried out on people as they are: whether it can be evaluated, and what publishing it
would change. Writes nothing.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from leadhub.records.models import Contact
from scoring import source, tallies
from scoring.definition import Definition
from scoring.evaluate import asked_of_scores, evaluate
from scoring.models import SignalWeight
from scoring.previews import turns
from scoring.source import Range

SECONDS = 4.0
SOME = 200
EXAMPLES = 5

COMPARED = f"""
    SELECT count(*) AS everyone,
           count(*) FILTER (now_qualified) AS before, count(*) FILTER (qualified) AS after,
           count(*) FILTER (qualified AND NOT now_qualified) AS newly,
           count(*) FILTER (now_qualified AND NOT qualified) AS no_longer,
           max(contact_id, {EXAMPLES}) FILTER (qualified AND NOT now_qualified) AS newly_ids,
           max(contact_id, {EXAMPLES}) FILTER (now_qualified AND NOT qualified) AS no_longer_ids
    FROM (SELECT contact_id, scores.qualified, coalesce(live.qualified, false) AS now_qualified
          FROM scores LEFT JOIN live USING (contact_id))"""


@dataclass
class Effect:
    """Of the contacts looked at: how many are qualified before and after, who is newly and who no
    longer. `untallied` are the signals whose past is not counted yet, and so is missing here.
    """

    looked_at: int = 0
    before: int = 0
    after: int = 0
    newly: int = 0
    no_longer: int = 0
    is_everything: bool = True
    newly_ids: list[int] = field(default_factory=list)
    no_longer_ids: list[int] = field(default_factory=list)
    untallied: list[str] = field(default_factory=list)

    def examples(self, ids: Iterable[int]) -> list[Contact]:
        found = Contact.objects.select_related("company").in_bulk(list(ids)[:EXAMPLES])
        return sorted(found.values(), key=lambda contact: -contact.pk)

    @property
    def newly_examples(self) -> list[Contact]:
        return self.examples(self.newly_ids)

    @property
    def no_longer_examples(self) -> list[Contact]:
        return self.examples(self.no_longer_ids)


def evaluate_for_some(definition: Definition, *, day: date) -> None:
    """Evaluates all conditions and points of the version for a few; raises whatever goes wrong."""
    ids = Contact.objects.filter(root=None).order_by("-pk").values_list("pk", flat=True)
    some = source.Ids(tuple(ids[:SOME]))
    signals = [weight.signal for weight in definition.weights]
    tallies.count(signals, source.events(some), source.freshness(some))
    evaluate(definition, source.tallies(some), source.people(some, definition), day)


def effect_of(
    definition: Definition, *, live_id: int | None, day: date, seconds: float = SECONDS
) -> Effect:
    """What publishing the version would change as of the day, beside the live one's scores as
    recorded. Looks at the newest contacts first, for so many seconds.
    """
    until = time.monotonic() + seconds
    effect = Effect(untallied=untallied(definition))
    for first, last in turns(Contact):
        add(effect, compare(definition, live_id, Range(first, last), day))
        if time.monotonic() > until:
            oldest = Contact.objects.order_by("pk").values_list("pk", flat=True).first()
            effect.is_everything = first <= oldest
            break
    return effect


def compare(definition: Definition, live_id: int | None, contacts: Range, day: date) -> dict:
    people = source.people(contacts, definition)
    live = source.scores(contacts, live_id or 0)
    given = source.tallies(contacts)
    [compared] = asked_of_scores(COMPARED, definition, given, people, day, live=live).to_pylist()
    return compared


def add(effect: Effect, compared: dict) -> None:
    effect.looked_at += compared["everyone"]
    for name in ("before", "after", "newly", "no_longer"):
        setattr(effect, name, getattr(effect, name) + compared[name])
    effect.newly_ids += compared["newly_ids"] or []
    effect.no_longer_ids += compared["no_longer_ids"] or []


def untallied(definition: Definition) -> list[str]:
    weighed = SignalWeight.objects.filter(definition=definition.id, signal__tallied_at=None)
    return list(weighed.values_list("signal__name", flat=True))
