"""Which messages programs sent: by the user agent and by a few headers. Flagged, never dropped.

A person can say otherwise afterwards (see `leadhub/records/bots.py`).
"""

from collections.abc import Mapping
from functools import lru_cache

from crawlerdetect import CrawlerDetect

from leadhub.records.models import Source

DETECTOR = CrawlerDetect()
# Characters looked at, and different user agents in one body of a public key: what there is to
# find is quadratic in the one, and a browser has but one of the other.
LONGEST = 250
MOST_IN_A_BODY = 10
AHEAD_OF_TIME = ("prefetch", "prerender", "preview")
PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


@lru_cache(maxsize=20_000)
def is_bot(user_agent: str) -> bool:
    """Whether the user agent is that of a crawler, a monitor or a script."""
    return DETECTOR.is_crawler(user_agent[:LONGEST])


def sign_in(headers: Mapping[str, str]) -> str:
    """What in a request's headers no person's browser sends; "" for nothing."""
    agent = headers.get("User-Agent", "")
    if not agent:
        return "no User-Agent"
    if headers.get("From"):
        return "From names the operator"
    if "headless" in headers.get("Sec-Ch-Ua", "").lower():
        return "Sec-CH-UA names a headless browser"
    if any(word in headers.get(name, "").lower() for name in PURPOSES for word in AHEAD_OF_TIME):
        return "fetched ahead of time"
    if agent.startswith("Mozilla/") and not (
        headers.get("Accept-Language") or headers.get("Origin") or headers.get("Sec-Fetch-Mode")
    ):
        return "a browser's name without a browser's headers"
    return ""


class Sender:
    """Who sent a body, as far as one can tell: asked for each of its messages.

    What a server's request looks like says nothing of the visitors that it reports.
    """

    def __init__(self, source: Source, *, user_agent: str, sign: str):
        self.is_public = source.kind == Source.Kind.BROWSER
        self.user_agent = user_agent if self.is_public else ""
        self.sign = sign if self.is_public else ""
        self.agents: set[str] = set()

    def is_bot(self, said: object) -> bool:
        """`said`: the message's context.userAgent, which counts before the request's own."""
        if self.sign:
            return True
        agent = said if isinstance(said, str) else self.user_agent
        self.agents.add(agent)
        if self.is_public and len(self.agents) > MOST_IN_A_BODY:
            return True
        return is_bot(agent)
