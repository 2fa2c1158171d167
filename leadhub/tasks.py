"""Celery's tasks. Each finds its work by asking the database, and can run twice or not at all."""

import time

from celery import shared_task
from django.utils import timezone

from handoff.notices import digest, finding, sending
from handoff.sla import escalation
from leadhub import heartbeats, nightly, sweep
from leadhub.demo import going_on
from scoring import runs

# A task gives the worker back after so long, so that its heart goes on beating.
SECONDS_AT_A_TIME = 5.0


@shared_task(bind=True, name="sweep")
def sweep_now(task):
    """Facts, scores and handoff, as far as they get; the next second goes on."""
    heartbeats.beat(task.request.hostname, at=timezone.now())
    with sweep.the_only_sweep() as alone:
        if alone:
            sweep.sweep(at=timezone.now(), seconds=SECONDS_AT_A_TIME)


@shared_task(bind=True, name="work on runs")
def work_on_runs(task):
    """The next chunks of the long runs: each is its own transaction, and safe to kill."""
    heartbeats.beat(task.request.hostname, at=timezone.now())
    until = time.monotonic() + SECONDS_AT_A_TIME
    while runs.work_on_next_chunk(at=timezone.now()) and time.monotonic() < until:
        pass


@shared_task(name="tell people")
def tell_people():
    """Writes into the outbox what happened and nobody was told of yet."""
    finding.tell(at=timezone.now())


@shared_task(name="watch clocks")
def watch_clocks():
    """Morning digests; what is overdue is escalated, or goes to another rep; people are told."""
    at = timezone.now()
    digest.tell_the_morning(at=at)
    escalation.act_on_overdue(at=at)
    finding.tell_of_clocks(at=at)


@shared_task(name="watch customers")
def watch_customers():
    finding.tell_of_customers(at=timezone.now())


@shared_task(name="send notices")
def send_notices():
    """Sends what waits in the outbox. A host that hangs delays the next round, and then rests."""
    until = time.monotonic() + SECONDS_AT_A_TIME
    sending.doubt_what_was_left(at=timezone.now())
    while sending.send_next(at=timezone.now()) and time.monotonic() < until:
        pass


@shared_task(name="nightly")
def nightly_when_due():
    at = timezone.now()
    if nightly.is_due(at=at):
        nightly.run(at=at)


@shared_task(name="demo goes on")
def demo_goes_on():
    going_on.go_on(at=timezone.now())
