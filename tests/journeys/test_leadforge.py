"""A generated world, sent by Segment's unmodified SDK to a running LeadHub: every event is stored
once, the right people qualify by the oracle's reckoning, and their leads stand in the inbox.
"""

import json
import random

import pytest
from django.utils import timezone
from segment.analytics.client import Client

from leadhub.records.facts import day_of
from scoring import starter
from scoring.versions import definition_of
from tests.journeys.leadforge_world import World, world
from tests.running import Running, wait_until
from tests.scoring import oracle

pytestmark = pytest.mark.servers

LEFT_TO_DO = """
from django.db.models import F
from leadhub.intake.models import ReceivedBatch
from leadhub.records.models import Freshness
print(ReceivedBatch.objects.filter(digested_at=None).count()
      + Freshness.objects.exclude(revision=F("scored_revision")).count())
"""
STATE = """
import json
from handoff.models import Lead
from leadhub.intake.models import QuarantinedMessage
from leadhub.records.models import AttributeChange, Contact, Event, UserId
from scoring.models import ContactScore, ScoreChange, Tally
named = dict(UserId.objects.values_list("contact_id", "value"))
qualified = ContactScore.objects.filter(definition__status="live", qualified=True)
totals = ContactScore.objects.filter(definition__status="live")
print(json.dumps({
    "quarantined": QuarantinedMessage.objects.count(),
    "messages": sorted(Event.objects.values_list("message_id", flat=True)),
    "strangers": Event.objects.filter(contact=None).count(),
    "totals": {named[pk]: total for pk, total in totals.values_list("contact_id", "total")},
    "qualified": sorted(named[pk] for pk in qualified.values_list("contact_id", flat=True)),
    "leads": sorted(named[pk] for pk in Lead.objects.filter(stage="queued")
                    .values_list("contact_id", flat=True)),
    "changes": [AttributeChange.objects.count(), ScoreChange.objects.count(),
                Tally.objects.count(), Contact.objects.count()],
}))
"""


@pytest.mark.django_db(transaction=True)
def test_a_generated_world_ends_in_the_inbox(running):
    now = timezone.now()
    made = world(leads=60, seed=7, today=day_of(now))
    definition = definition_of(starter.install(at=now))
    expected = {
        person.user_id: oracle.score(
            definition,
            oracle.tallies_of([weight.signal for weight in definition.weights], person.events),
            person.fields,
            day_of(now),
        )
        for person in made.people.values()
    }
    qualified = sorted(user for user, score in expected.items() if score["qualified"])
    assert 0 < len(qualified) < len(expected)

    key = running.issue_key()
    send(made, running, key)
    wait_until(lambda: running.run(LEFT_TO_DO) == "0", for_what="everything to be worked on")
    wait_until(lambda: state(running)["leads"] == qualified, for_what="the leads in the inbox")
    first = state(running)
    assert first["messages"] == sorted(call["message_id"] for _, call in made.calls)
    assert (first["quarantined"], first["strangers"]) == (0, 0)
    assert first["totals"] == {user: score["total"] for user, score in expected.items()}
    assert first["qualified"] == qualified

    send(made, running, key)
    wait_until(lambda: running.run(LEFT_TO_DO) == "0", for_what="everything to be worked on")
    assert state(running) == first


def send(made: World, running: Running, key: str) -> None:
    """All calls, in an order that has nothing to do with when they happened."""
    failures = []
    client = Client(key, host=running.url, on_error=lambda *error: failures.append(error))
    for method, arguments in random.Random(1).sample(made.calls, len(made.calls)):
        getattr(client, method)(**arguments)
    client.flush()
    client.join()
    assert not failures


def state(running: Running) -> dict:
    return json.loads(running.run(STATE))
