"""Senders that never give up, like SDKs: what was not answered with 200 is sent again as it was."""

import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from itertools import count

from tests.running import Running, basic

PEOPLE = 40
COMPANIES = 8
# What an SDK sends again; every other answer is its last.
PASSING = {429, 500, 502, 503, 504}
ACTS = (
    {"type": "track", "event": "Whitepaper Downloaded", "properties": {"asset": "guide"}},
    {"type": "track", "event": "Whitepaper Downloaded", "properties": {"asset": "prices"}},
    {"type": "track", "event": "Webinar Booked", "properties": {"webinar": "spring"}},
    {"type": "track", "event": "Email Link Clicked"},
    {"type": "page", "properties": {"path": "/pricing"}},
    {"type": "page", "properties": {"path": "/careers/42"}},
)


class Sender(threading.Thread):
    """Sends one body after another until `finish()`; then everything made has been acknowledged.

    `acknowledged` are the message ids that were answered with 200, `broken` those among them that
    no reader understands, `refused` the answers that no SDK would repeat.
    """

    def __init__(self, leadhub: Running, key: str, number: int):
        super().__init__(daemon=True)
        self.leadhub, self.number = leadhub, number
        self.headers = basic(f"{key}:")
        self.random = random.Random(number)
        self.acknowledged: set[str] = set()
        self.broken: set[str] = set()
        self.refused: list[int] = []
        self.repeated = 0
        self.finishing = threading.Event()

    def run(self) -> None:
        latest: list[dict] = []
        for messages in self.bodies():
            self.deliver(messages)
            # The answer may get lost on its way: the sender can't know, and sends it again.
            if latest and self.random.random() < 0.1:
                self.deliver(latest)
            latest = messages
            if self.finishing.wait(0.05):
                return

    def finish(self) -> None:
        self.finishing.set()
        self.join(timeout=120)
        assert not self.is_alive(), "LeadHub does not take what is sent"

    def deliver(self, messages: list[dict]) -> None:
        while (status := self.post(messages)) in PASSING:
            self.repeated += 1
            time.sleep(0.2)
        if status != 200:
            self.refused.append(status)
        else:
            self.acknowledged |= {message["messageId"] for message in messages}

    def post(self, messages: list[dict]) -> int:
        """The status; 503 where there was no answer."""
        alone = messages[0] if len(messages) == 1 else None
        path, body = (
            (f"/v1/{alone['type']}", alone) if alone else ("/v1/batch", {"batch": messages})
        )
        try:
            return self.leadhub.post(path, body, headers=self.headers)[0]
        except (OSError, HTTPException, ValueError):
            return 503

    def bodies(self) -> Iterator[list[dict]]:
        numbers = count()
        while True:
            size = self.random.choice((1, 1, 3, 20))
            yield [self.message(next(numbers)) for _ in range(size)]

    def message(self, number: int) -> dict:
        """The next of what forty people do, some of them seen first without a name."""
        person = self.random.randrange(PEOPLE)
        ago = timedelta(days=self.random.randrange(25), minutes=self.random.randrange(1, 600))
        message = {
            "messageId": f"sender-{self.number}-{number}",
            "timestamp": (datetime.now(UTC) - ago).isoformat(),
        }
        kind = self.random.random()
        if kind < 0.03:
            self.broken.add(message["messageId"])
            return message | {"type": "track", "userId": f"user-{person}"}
        if kind < 0.2:
            return message | introduction(person)
        if kind < 0.22 and not person % 4:
            return message | {
                "type": "track",
                "userId": f"user-{person}",
                "event": "Demo Requested",
            }
        who = {"anonymousId": f"device-{person}"} if kind < 0.5 else {"userId": f"user-{person}"}
        return message | who | self.random.choice(ACTS)


def introduction(person: int) -> dict:
    """Every second one decides; each company has five people."""
    return {
        "type": "identify",
        "userId": f"user-{person}",
        "anonymousId": f"device-{person}",
        "traits": {
            "email": f"person{person}@company{person % COMPANIES}.example",
            "jobTitle": "CEO" if person % 2 else "Developer",
        },
    }
