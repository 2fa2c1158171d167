"""The way from an empty installation to the first lead: what is done, and how to send an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from handoff.models import Lead
from leadhub.intake.models import QuarantinedMessage, ReceivedBatch, SourceKey
from leadhub.records.models import Event, Source
from scoring.models import ContactScore

NAMES = {Source.Kind.BROWSER: "Website", Source.Kind.SERVER: "Our server"}
PLACEHOLDER = "YOUR_WRITE_KEY"


@dataclass(frozen=True)
class Step:
    title: str
    text: str
    waits: str
    done: bool


@dataclass(frozen=True)
class Progress:
    """The steps, done or not; when something last came in; whether some of it made no sense."""

    steps: tuple[Step, ...]
    received_at: datetime | None
    quarantined: bool

    @property
    def finished(self) -> bool:
        return all(step.done for step in self.steps)

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if not step.done), None)


def is_started() -> bool:
    """Whether sales ever got a lead: from then on the reports say more than the steps."""
    return Lead.objects.exists()


def progress() -> Progress:
    return Progress(
        steps=(
            Step(
                "Make a source key",
                "It says which website or server an event comes from.",
                "A marketer makes a website's on this page, an administrator a server's too.",
                SourceKey.objects.filter(revoked_at=None).exists(),
            ),
            Step(
                "Receive the first event",
                "From the SDK that you use already, or from lines on this page.",
                "Waiting for your first event",
                Event.objects.exists(),
            ),
            Step(
                "Score the first contact",
                "Whoever gives an e-mail or a user id is scored within seconds.",
                "Waiting for somebody who says who they are",
                ContactScore.objects.exists(),
            ),
            Step(
                "Hand over the first lead",
                "Someone with enough fit and enough interest, or who asks for sales.",
                why_no_lead(),
                is_started(),
            ),
        ),
        received_at=ReceivedBatch.objects.order_by("-pk")
        .values_list("received_at", flat=True)
        .first(),
        quarantined=QuarantinedMessage.objects.filter(replayed_at=None).exists(),
    )


def why_no_lead() -> str:
    """What the last step waits for."""
    events = Event.objects.all()
    if events.exists() and not events.filter(is_bot=False).exists():
        return (
            "All that came in was sent by programs with a website's key, and counts for nobody: "
            "send it from a browser, or with a server's key"
        )
    return "Waiting for somebody who is worth a conversation"


def browser_key() -> str:
    """A browser's key is public by nature and can be shown again; empty if there is none."""
    keys = SourceKey.objects.filter(revoked_at=None, source__kind=Source.Kind.BROWSER)
    return keys.order_by("pk").values_list("hint", flat=True).first() or ""


@transaction.atomic
def make_key(*, kind: str) -> str:
    """A new key for the first source of the kind, which is made if there is none."""
    source = Source.objects.filter(kind=kind).order_by("pk").first()
    if source is None:
        name = NAMES[Source.Kind(kind)]
        taken = Source.objects.filter(name=name).exists()
        source = Source.objects.create(name=f"{name} ({kind})" if taken else name, kind=kind)
    _, key = SourceKey.issue(source)
    return key


@dataclass(frozen=True)
class Snippet:
    """Lines to copy that send a first event to this installation."""

    key: str
    title: str
    text: str
    code: str


def snippets(*, address: str, keys: Mapping[str, str]) -> tuple[Snippet, ...]:
    """For this installation's `address`, such as https://leadhub.example.com.

    `keys` has the key of each kind of source, where one can be shown: each snippet takes the one
    for where it runs, so that no server's key gets into a page that the public can read.
    """
    return tuple(
        Snippet(
            name,
            title,
            text,
            fill(code, {"ADDRESS": address, "KEY": keys.get(kind) or PLACEHOLDER}),
        )
        for name, title, text, kind, code in TEMPLATES
    )


def fill(code: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        code = code.replace(f"<{name}>", value)
    return code.strip()


def as_a_browser(*, address: str, key: str) -> str:
    """A line of shell that sends a test event with a website's key: which counts what browsers
    send, so the line says that it is one.
    """
    return fill(CURL_AS_A_BROWSER, {"ADDRESS": address, "KEY": key or PLACEHOLDER})


CURL = """
curl <ADDRESS>/v1/batch -u '<KEY>:' \\
  -H 'Content-Type: application/json' -d '{"batch": [
  {"type": "identify", "userId": "first-test",
   "traits": {"email": "first.test@example.com", "name": "First Test", "title": "VP Operations"}},
  {"type": "track", "userId": "first-test", "event": "Demo Requested"}
]}'
"""
CURL_AS_A_BROWSER = """
curl <ADDRESS>/v1/batch -u '<KEY>:' -H 'Accept-Language: en' \\
  -A 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' \\
  -H 'Content-Type: application/json' -d '{"batch": [
  {"type": "identify", "userId": "test-event-by-hand",
   "traits": {"email": "by.hand@test.example", "name": "By Hand", "title": "VP Operations"}},
  {"type": "track", "userId": "test-event-by-hand", "event": "Demo Requested"}
]}'
"""
PYTHON = """
# pip install segment-analytics-python
import segment.analytics as analytics

analytics.write_key = "<KEY>"
analytics.host = "<ADDRESS>"

analytics.identify("first-test", {"email": "first.test@example.com", "title": "VP Operations"})
analytics.track("first-test", "Demo Requested")
analytics.flush()
"""
BROWSER = """
// npm install @segment/analytics-next
import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load({
  writeKey: "<KEY>",
  cdnURL: "<ADDRESS>",
});

analytics.page();
analytics.identify("first-test", {
  email: "first.test@example.com",
  title: "VP Operations",
});
analytics.track("Demo Requested");
"""
TEMPLATES = (
    (
        "curl",
        "curl",
        "From any shell, without installing anything. Takes a server's key.",
        Source.Kind.SERVER,
        CURL,
    ),
    (
        "python",
        "Python",
        "With the SDK that you may be using already. Takes a server's key.",
        Source.Kind.SERVER,
        PYTHON,
    ),
    (
        "browser",
        "Browser",
        "On your website. Takes a website's key: it is public, and can add events only.",
        Source.Kind.BROWSER,
        BROWSER,
    ),
)
