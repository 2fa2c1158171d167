"""The body of a request: read within a limit, decompressed within a limit, and JSON."""

import json
import zlib
from typing import Any, NoReturn

from django.http import HttpRequest
from gunicorn.http.errors import ParseException

LARGEST_BODY = 5 * 1024 * 1024  # bytes, compressed or not
MOST_MESSAGES = 10_000  # in one batch
# Bytes of a batch once what it says for all of its messages is repeated in each of them.
LARGEST_UNFOLDED = 4 * LARGEST_BODY
COMMON = ("context", "integrations")  # what a batch may say for all of its messages
GZIP = 16 + zlib.MAX_WBITS
# Each costs a copy of those behind it.
MOST_MEMBERS = 100


class Refusal(Exception):
    """Why a request is answered with an error: the status, a code for programs, and a sentence."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.retry_after = retry_after


def too_large() -> Refusal:
    return Refusal(413, "too_large", f"The body is larger than {LARGEST_BODY // 1024**2} MB.")


def malformed(why: str) -> Refusal:
    return Refusal(400, "malformed", why)


def text_of(request: HttpRequest) -> str:
    """The request's body as text. Raises Refusal."""
    raw = raw_body(request)
    if request.headers.get("Content-Encoding", "").strip().lower() == "gzip":
        raw = decompress(raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise malformed("The body is not UTF-8.") from None


def raw_body(request: HttpRequest) -> bytes:
    stream = request
    if request.headers.get("Transfer-Encoding", "").lower() == "chunked":
        stream = request.environ["wsgi.input"]
    elif int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise too_large()
    try:
        raw = stream.read(LARGEST_BODY + 1)
    except (OSError, ParseException):  # the latter: chunks that are none
        raise malformed("The body ended before its end.") from None
    if len(raw) > LARGEST_BODY:
        raise too_large()
    return raw


def decompress(raw: bytes) -> bytes:
    """What all members of it are together. Stops as soon as the limit is passed, so that a small
    bomb stays small.
    """
    plain, rest = b"", raw
    for _ in range(MOST_MEMBERS):
        reader = zlib.decompressobj(GZIP)
        try:
            plain += reader.decompress(rest, LARGEST_BODY + 1 - len(plain))
        except zlib.error:
            raise malformed("The body is not gzip, as its header says.") from None
        if len(plain) > LARGEST_BODY:
            raise too_large()
        if not reader.eof:
            raise malformed("The gzip body ended before its end.")
        rest = reader.unused_data
        if not rest:
            return plain
    raise malformed(f"The gzip body has more than {MOST_MEMBERS} members.")


def json_of(text: str) -> dict[str, Any]:
    """The JSON object that the text is. Raises Refusal."""
    try:
        body = json.loads(text, parse_constant=refuse_constant)
    except RecursionError:
        raise malformed("The JSON is nested too deeply.") from None
    except ValueError as error:
        raise malformed(f"The body is not JSON: {error}"[:300]) from None
    if not isinstance(body, dict):
        raise malformed("The body must be a JSON object.")
    return body


def check_batch(body: dict[str, Any]) -> None:
    """Refuses a batch that is none, or that would grow beyond measure. Raises Refusal."""
    messages = body.get("batch")
    if not isinstance(messages, list):
        raise malformed("A batch needs a list named batch.")
    if len(messages) > MOST_MESSAGES:
        raise Refusal(413, "too_large", f"A batch has at most {MOST_MESSAGES} messages.")
    common = len(json.dumps([body.get(name) for name in COMMON]))
    if common * len(messages) > LARGEST_UNFOLDED:
        raise Refusal(413, "too_large", "What the batch says for all its messages is too large.")


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")
