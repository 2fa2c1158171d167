"""The inbox and a verdict: server time and queries, with a million contacts and 50 reps."""

import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain
from pathlib import Path

from bench.figures import Figure

STACKS = ("postgresql",)
P95_AT_MOST, QUERIES_AT_MOST = 50, 12  # milliseconds, queries
REPS = "@sales.example.com"
# Of the leads that wait for a rep, so many are the rep's alone to open and to judge.
LEADS_OF_ONE, LOOKED_AT = 60, 5000
TAKE_A_LEAD = {"the open lead": 200, "accept": 302, "reject": 302}
ANSWERS = TAKE_A_LEAD | {"has the list changed": 204}


def add_options(parser) -> None:
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--leads", type=int, default=200_000)
    parser.add_argument("--reps", type=int, default=50)
    parser.add_argument("--requests", type=int, default=400, help="of each kind")
    parser.add_argument(
        "--keep", metavar="FOLDER", help="keep the world there, and use it if it is there"
    )


def measure(stack, options) -> Iterator[Figure]:
    from django.conf import settings
    from django.utils import timezone

    settings.ALLOWED_HOSTS = ["*"]
    settings.DEBUG = False
    clients = populate(options, at=timezone.now())
    pages = {
        "the inbox": lambda client, lead: client.get("/inbox"),
        "my leads": lambda client, lead: client.get("/inbox?view=mine"),
        "the team's queue, filtered": lambda client, lead: client.get("/inbox?view=queue&grade=A"),
        "all leads": lambda client, lead: client.get("/inbox?view=all"),
        "leads of a name": lambda client, lead: client.get("/inbox?view=all&q=elif+norenvic"),
        "contacts of a name": lambda client, lead: client.get("/contacts?q=elif+norenvic"),
        "the open lead": open_lead,
        "the list alone": lambda client, lead: client.get("/inbox/rows"),
        "has the list changed": has_changed,
        "accept": lambda client, lead: decide(client, "accept", lead),
        "reject": lambda client, lead: decide(client, "reject", lead, reason=reason_id()),
    }
    for name, ask in pages.items():
        yield from figures(name, ask, clients, options.requests)


def populate(options, *, at) -> list:
    """The world, unless it was kept, and a signed-in client for each rep."""
    from django.test import Client

    from leadhub.users.models import User

    reps = User.objects.filter(email__endswith=REPS).order_by("pk")
    if not reps.exists():
        make_world(options, at=at)
    clients, taken = [], set()
    for rep in reps:
        client = Client(raise_request_exception=True)
        client.force_login(rep)
        # Each client loads the middleware for its first request: no server does that.
        listed = client.get("/inbox/rows").content.decode()
        client.known = re.search(r"known=(\w+)", listed)[1]
        clients.append((client, iter(waiting_for(rep, taken))))
    return clients


def make_world(options, *, at) -> None:
    from bench import inbox_world
    from handoff import starter as reasons
    from leadhub.records.models import Source
    from leadhub.users.models import Role, Team, User
    from scoring import starter

    teams = [Team.objects.create(name=f"Team {n}") for n in range(inbox_world.TEAMS)]
    User.objects.bulk_create(
        User(email=f"rep{n}{REPS}", role=Role.REP, name=f"Rep {n}",
             team=teams[n % len(teams)])
        for n in range(options.reps)
    )  # fmt: skip
    reasons.install()
    lines = [{"kind": "behaviour", "label": f"Signal {n}", "points": 8} for n in range(8)]
    values = {
        "definition": starter.install(at=at - timedelta(days=90)).pk,
        "reason": reason_id(),
        "source": Source.objects.create(name="Benchmark", kind=Source.Kind.SERVER).pk,
        "receipt": as_json({"total": 64, "behaviour": 44, "fit": 20, "lines": lines}),
    }
    inbox_world.make(contacts=options.contacts, leads=options.leads, values=values, at=at)


def as_json(value) -> str:
    import json

    return json.dumps(value)


def reason_id() -> int:
    from handoff.models import RejectionReason

    return RejectionReason.objects.get(name="No need or budget").pk


def waiting_for(rep, taken: set[int]) -> list:
    """The best leads that the rep has not judged yet, each with its version, and that no other rep
    of the benchmark is to judge; `taken` are those, and grows.
    """
    from django.utils import timezone

    from handoff.leads.shown import next_best

    best = next_best(rep, at=timezone.now()).values_list("pk", "version", named=True)
    found = [lead for lead in best[:LOOKED_AT] if lead.pk not in taken][:LEADS_OF_ONE]
    taken.update(lead.pk for lead in found)
    random.Random(rep.pk).shuffle(found)
    return found


def open_lead(client, lead):
    return client.get(f"/inbox/{lead.pk}", headers={"HX-Request": "true", "HX-Target": "lead"})


def has_changed(client, lead):
    return client.get(f"/inbox/rows?known={client.known}")


def decide(client, action: str, lead, **fields):
    return client.post(f"/inbox/{lead.pk}/{action}", {"seen": lead.version, **fields})


def figures(name: str, ask: Callable, clients: list, requests: int) -> Iterator[Figure]:
    """Server time, and how long this process and the database's worked for it: that depends less
    on who else works.
    """
    from django.db import connection

    connection.ensure_connection()
    database = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    took, worked = [], []
    turns = chain.from_iterable(clients for _ in range(requests))
    for _, (client, leads) in zip(range(requests), turns, strict=False):
        lead = next(leads) if name in TAKE_A_LEAD else None
        began, started = processor_time(database), time.perf_counter()
        answer = ask(client, lead)
        took.append((time.perf_counter() - started) * 1000)
        worked.append((processor_time(database) - began) * 1000)
        # A verdict that is refused is no verdict: it would be quicker.
        assert answer.status_code == ANSWERS.get(name, 200), answer
    p95 = statistics.quantiles(took, n=20)[-1]
    yield Figure(f"{name}: half of them within", statistics.median(took), "ms")
    yield Figure(f"{name}: p95", p95, "ms", P95_AT_MOST, lower_is_better=True)
    worked_for = f"{name}: processor time of half of them, with the database's"
    yield Figure(worked_for, statistics.median(worked), "ms")
    if name not in ("accept", "reject"):
        queries = queries_of(name, ask, clients[0])
        yield Figure(f"{name}: queries", queries, "queries", QUERIES_AT_MOST, lower_is_better=True)


def processor_time(database: Path) -> float:
    """Seconds that this process and the database's worked so far; where the machine does not say
    it of other processes, of this one alone.
    """
    theirs = int(database.read_text().split()[0]) / 1e9 if database.exists() else 0.0
    return time.process_time() + theirs


def queries_of(name: str, ask: Callable, one: tuple) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, leads = one
    with CaptureQueriesContext(connection) as captured:
        ask(client, next(leads) if name in TAKE_A_LEAD else None)
    return len(captured)
