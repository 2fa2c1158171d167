"""One message of the tracking protocol, as it came, read into an Observation. Asks no database.

Whatever is wrong with a message is a Fault that names the field; a fault never touches the other
messages of a batch.
"""

import hashlib
import json
import math
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from leadhub.intake.body import COMMON
from leadhub.intake.bots import Sender
from leadhub.records import traits
from leadhub.records.models import Source
from leadhub.records.observation import Observation

KINDS = frozenset({"identify", "track", "page", "screen", "group", "alias"})
LARGEST_EVENT = 32 * 1024  # bytes
DEEPEST = 32  # levels of nesting
LARGEST_NUMBER = 2**63
MOST_TRAITS = 250  # of a person or a company in one message: each is a row of the history
LONGEST_ID = 200
LONGEST_NAME = 200
LONGEST_MESSAGE_ID = 99
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class Fault(Exception):
    """What is wrong with a message: the field and the reason, for the quarantine."""

    def __init__(self, field: str, reason: str):
        super().__init__(f"{field}: {reason}")
        # The name of a field is the sender's too: whatever no database holds becomes a "?".
        storable = field.encode("utf-8", "replace").decode().replace("\0", "?")
        self.field, self.reason = storable[:200], reason[:400]


def messages_in(body: Mapping[str, Any], kind: str) -> Iterator[Any]:
    """The messages of a request's body, with what a batch says for all of them merged in."""
    if kind != "batch":
        yield {**body, "type": kind} if kind in KINDS else dict(body)
        return
    common = {name: body[name] for name in COMMON if body.get(name)}
    for item in body["batch"]:
        yield with_common(item, common, body.get("sentAt")) if isinstance(item, dict) else item


def with_common(item: dict, common: Mapping[str, Any], sent_at: Any) -> dict:
    merged = dict(item)
    for name, shared in common.items():
        own = item.get(name)
        if own is None:
            merged[name] = shared
        elif isinstance(own, dict) and isinstance(shared, dict):
            merged[name] = {**shared, **own}
    if sent_at is not None and merged.get("sentAt") is None:
        merged["sentAt"] = sent_at
    return merged


def understand(
    message: Any, *, source: Source, received_at: datetime, sender: Sender
) -> Observation:
    """The message as an observation. Raises Fault."""
    if not isinstance(message, dict):
        raise Fault("", "A message must be a JSON object.")
    check_values(message)
    check_size(message)
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Fault("type", "Must be identify, track, page, screen, group or alias.")
    context = object_at(message, "context")
    seen = Observation(
        source=source,
        kind=kind,
        message_id=message_id_of(message),
        occurred_at=time_of(message, received_at),
        received_at=received_at,
        user_id=identifier_at(message, "userId"),
        anonymous_id=identifier_at(message, "anonymousId"),
        is_bot=sender.is_bot(context.get("userAgent")),
    )
    read_who(seen, message, context)
    READERS[kind](seen, message, context)
    read_campaign(seen, context)
    return seen


def check_values(value: Any, path: str = "", depth: int = 0) -> None:
    """Refuses what no database could hold or no reader could follow."""
    if isinstance(value, str):
        if "\0" in value:
            raise Fault(path, "Contains a NUL character.")
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Fault(path, "Contains half of a surrogate pair, which is no character.")
    elif isinstance(value, dict | list):
        if depth >= DEEPEST:
            raise Fault(path, f"Is nested deeper than {DEEPEST} levels.")
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in items:
            if isinstance(name, str):
                check_values(name, path, depth)
            check_values(inner, f"{path}.{name}" if path else str(name), depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        raise Fault(path, "Is an infinite number.")
    elif isinstance(value, int) and abs(value) >= LARGEST_NUMBER:
        raise Fault(path, "Is too large a number.")


def check_size(message: dict) -> None:
    size = len(json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode())
    if size > LARGEST_EVENT:
        raise Fault("", f"Is larger than {LARGEST_EVENT // 1024} KB.")


def object_at(message: Mapping[str, Any], name: str) -> dict:
    value = message.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Fault(name, "Must be a JSON object.")
    return value


def text_at(message: Mapping[str, Any], name: str, longest: int = LONGEST_NAME) -> str:
    value = message.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Fault(name, "Must be a text.")
    if len(value) > longest:
        raise Fault(name, f"Is longer than {longest} characters.")
    return value


def identifier_at(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text_at(message, name, LONGEST_ID).strip()


def message_id_of(message: Mapping[str, Any]) -> str:
    """Its messageId; else the hash of what it says, if it says when; else one of our own."""
    given = text_at(message, "messageId", LONGEST_MESSAGE_ID)
    if given:
        return given
    if message.get("originalTimestamp") or message.get("timestamp"):
        return f"content-{digest_of(message)}"
    return f"leadhub-{uuid.uuid4()}"


def digest_of(message: Mapping[str, Any]) -> str:
    """Of all that it says, but when it was sent: that differs when it is sent again."""
    said = {name: value for name, value in message.items() if name != "sentAt"}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def content_of(message: Any) -> str:
    """By what a message is known that could not be understood; "": it may well come twice."""
    has_id = isinstance(message, dict) and isinstance(message.get("messageId"), str)
    return digest_of(message) if has_id and message["messageId"] else ""


def time_of(message: Mapping[str, Any], received_at: datetime) -> datetime:
    """When it happened by our clock: the sender's clock is wrong by receivedAt − sentAt."""
    name = "originalTimestamp" if message.get("originalTimestamp") else "timestamp"
    original, sent = moment_at(message, name), moment_at(message, "sentAt")
    if original is None:
        return received_at
    try:
        happened = original if sent is None else received_at - (sent - original)
    except OverflowError:
        raise Fault(name, "Is no date that anything could have happened on.") from None
    if happened < EARLIEST:
        raise Fault(name, f"Is before {EARLIEST.year}.")
    return min(happened, received_at)


def moment_at(message: Mapping[str, Any], name: str) -> datetime | None:
    value = text_at(message, name)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Fault(name, "Is not a time such as 2026-01-31T09:30:00Z.") from None


def read_who(seen: Observation, message: Mapping[str, Any], context: Mapping[str, Any]) -> None:
    """Who it is about: a userId that is an e-mail says as much as an e-mail among the traits."""
    if not (seen.user_id or seen.anonymous_id):
        raise Fault("userId", "Either userId or anonymousId is required.")
    with suppress(traits.NotUnderstood):
        seen.email, seen.user_id = traits.clean_email(seen.user_id), ""
    if seen.kind == "identify":
        told = email_of(traits_of(message, context), "traits.email")
    elif not (seen.email or seen.user_id):
        told = email_of(object_at(context, "traits"), "context.traits.email")
    else:
        return
    if seen.email and told != seen.email:
        seen.other_email = told
    else:
        seen.email = told


def email_of(said: Mapping[str, Any], field: str) -> str:
    try:
        return traits.clean_email(next((said[n] for n in ("email", "Email") if n in said), None))
    except traits.NotUnderstood as error:
        raise Fault(field, f"{error}.".capitalize()) from None


def traits_of(message: Mapping[str, Any], context: Mapping[str, Any]) -> dict:
    """An identify or group call's traits; RudderStack's SDKs put them into the context."""
    return {**object_at(context, "traits"), **object_at(message, "traits")}


def check_number(said: Mapping[str, Any], field: str) -> None:
    if len(said) > MOST_TRAITS:
        raise Fault(field, f"Holds more than {MOST_TRAITS} names.")


def read_identify(seen: Observation, message: Mapping[str, Any], context: Mapping) -> None:
    said = traits_of(message, context)
    check_number(said, "traits")
    seen.properties = said
    seen.contact_values |= traits.contact_values(said, is_trusted=seen.source.is_trusted)
    company = said.get("company")
    company = {"name": company} if isinstance(company, str) else company
    if isinstance(company, dict):
        check_number(company, "traits.company")
        path = "traits.company.id"
        seen.group_id = identifier_at({path: company.get("id")}, path)
        seen.company_values = traits.company_values(company, is_trusted=seen.source.is_trusted)


def read_group(seen: Observation, message: Mapping[str, Any], context: Mapping) -> None:
    seen.group_id = identifier_at(message, "groupId")
    if not seen.group_id:
        raise Fault("groupId", "Is required on a group call.")
    said = object_at(message, "traits")
    check_number(said, "traits")
    seen.properties = {**said, "groupId": seen.group_id}
    seen.company_values = traits.company_values(said, is_trusted=seen.source.is_trusted)


def read_alias(seen: Observation, message: Mapping[str, Any], context: Mapping) -> None:
    seen.previous_id = identifier_at(message, "previousId")
    if not seen.previous_id:
        raise Fault("previousId", "Is required on an alias call.")
    if not (seen.user_id or seen.email):
        raise Fault("userId", "Is required on an alias call.")
    seen.properties = {"previousId": seen.previous_id}


def read_track(seen: Observation, message: Mapping[str, Any], context: Mapping) -> None:
    seen.name = text_at(message, "event").strip()
    if not seen.name:
        raise Fault("event", "Is required on a track call.")
    seen.properties = object_at(message, "properties")


def read_page(seen: Observation, message: Mapping[str, Any], context: Mapping) -> None:
    """Signals look at properties.path, which not every SDK sends."""
    seen.name = text_at(message, "name").strip()
    seen.properties = dict(object_at(message, "properties"))
    if not seen.properties.get("path"):
        page = context.get("page")
        page = page if isinstance(page, dict) else {}
        url = seen.properties.get("url") or page.get("url")
        path = page.get("path") or (path_in(url) if isinstance(url, str) else "")
        if isinstance(path, str) and path:
            seen.properties["path"] = path


def path_in(url: str) -> str:
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return ""


def read_screen(seen: Observation, message: Mapping[str, Any], context: Mapping) -> None:
    seen.name = text_at(message, "name").strip()
    seen.properties = object_at(message, "properties")


READERS = {
    "identify": read_identify,
    "track": read_track,
    "page": read_page,
    "screen": read_screen,
    "group": read_group,
    "alias": read_alias,
}


def read_campaign(seen: Observation, context: Mapping[str, Any]) -> None:
    """Where the person came from: utm parameters, as SDKs put them into context.campaign."""
    campaign = context.get("campaign")
    if isinstance(campaign, dict):
        for name, field, longest in (("source", "source", 120), ("name", "campaign", 200)):
            value = campaign.get(name)
            if isinstance(value, str) and value.strip():
                seen.contact_values.setdefault(field, value.strip()[:longest])
