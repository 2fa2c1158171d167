"""Notices to a team's webhook: what is posted, and what its answer means."""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime

from django.conf import settings

from handoff.models import Notice, TeamWebhook
from handoff.notices.failures import InDoubt, NotSent, Refused, Silent
from handoff.notices.posting import post

SECRET_PREFIX = "whsec_"
MANY_REQUESTS = 429
APART = "\N{ZERO WIDTH SPACE}"
SHOWN_AS = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "|": "¦",
    "*": "∗",
    "@": f"@{APART}",
    "](": f"]{APART}(",
    "://": f":{APART}//",
}


def send_webhook(notice: Notice, *, post=post) -> None:
    """Posts the notice to its webhook. Raises NotSent."""
    webhook = notice.webhook
    body = body_of(notice)
    headers = {"Content-Type": "application/json", "User-Agent": "LeadHub"}
    if webhook.form == TeamWebhook.Form.SIGNED:
        headers |= signature_headers(webhook.secret, f"notice_{notice.pk}", notice.claimed_at, body)
    try:
        status = post(webhook.url, body, headers)
    except InDoubt as doubt:
        if webhook.form == TeamWebhook.Form.SIGNED:
            # Its receiver knows a second copy by its id, so that trying again doubles nothing.
            raise Silent(str(doubt)) from doubt
        raise
    if 200 <= status < 300:
        return
    failure = NotSent if status >= 500 or status == MANY_REQUESTS else Refused
    raise failure(f"The webhook answered {status}.")


def body_of(notice: Notice) -> bytes:
    link = settings.PUBLIC_URL + notice.path
    if notice.webhook.form == TeamWebhook.Form.SLACK:
        lines = [f"*<{link}|{escaped(notice.title)}>*", escaped(notice.text)]
        return json.dumps({"text": "\n".join(filter(None, lines))}).encode()
    data = {
        "title": notice.title,
        "text": notice.text,
        "lead": notice.lead_id,
        "url": link,
    }
    said = {"type": notice.kind, "timestamp": notice.created_at.isoformat(), "data": data}
    return json.dumps(said).encode()


def escaped(text: str) -> str:
    """So that nobody's name becomes a link or calls a whole channel: as Slack asks for, and with
    what Markdown and Mattermost's mentions begin with kept apart from what follows.
    """
    for sign, shown in SHOWN_AS.items():
        text = text.replace(sign, shown)
    return text


def signature_headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """By Standard Webhooks: an HMAC over id, time and body. `secret` as `new_secret` makes it."""
    moment = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{moment}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
