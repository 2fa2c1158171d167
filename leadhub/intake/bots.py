"""Which user agents are programs: flagged on the event, never dropped."""

import re

BOT = re.compile(
    r"bot\b|crawl|spider|slurp|headless|phantomjs|lighthouse|pingdom|uptime|preview|scanner"
    r"|facebookexternalhit|bytespider|python-requests|curl/|wget/|go-http-client|okhttp|scrapy",
    re.IGNORECASE,
)


def is_bot(user_agent: str) -> bool:
    """Whether the user agent is that of a crawler, a monitor or a script."""
    return bool(user_agent) and BOT.search(user_agent) is not None
