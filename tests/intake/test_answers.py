"""Each answer that the protocol names."""

import gzip
import json
import socket

import pytest

from leadhub.intake import body, keys, reception
from leadhub.intake.models import ReceivedBatch, SourceKey
from leadhub.records.models import Source
from tests.running import basic

EVENT = {"anonymousId": "a1", "event": "Seen", "messageId": "m1"}


@pytest.mark.parametrize(
    ("route", "kind"),
    [
        ("identify", "identify"), ("track", "track"), ("page", "page"), ("screen", "screen"),
        ("group", "group"), ("alias", "alias"), ("i", "identify"), ("t", "track"), ("p", "page"),
        ("s", "screen"), ("g", "group"), ("a", "alias"),
    ],
)  # fmt: skip
def test_every_call_is_stored_and_answered_200(send, route, kind):
    answer = send(route, EVENT)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert ReceivedBatch.objects.get().kind == kind


@pytest.mark.parametrize("route", ["batch", "b"])
def test_a_batch_even_an_empty_one(send, route):
    assert send(route, {"batch": []}).status_code == 200
    assert ReceivedBatch.objects.get().kind == "batch"


def test_the_key_is_cut_out_of_what_is_stored(send, key):
    send("track", EVENT)
    assert key not in ReceivedBatch.objects.get().body


@pytest.mark.parametrize("form", ["{}:", "{}"])
def test_key_by_basic_authentication(client, key, form):
    answer = client.post(
        "/v1/t", json.dumps(EVENT), content_type="text/plain", headers=basic(form.format(key))
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Basic ?"}, {"Authorization": "Bearer x"}, basic("wrong:")]
)
def test_unknown_key_is_401(client, db, header):
    answer = client.post(
        "/v1/track", json.dumps(EVENT), content_type="application/json", headers=header
    )
    assert answer.status_code == 401
    assert answer.json()["code"] == "unknown_key"
    assert answer.json()["message"]
    assert not ReceivedBatch.objects.exists()


@pytest.mark.parametrize("said", [7, None, ["x"], {"a": 1}, "\ud800", "x" * 5000])
def test_a_key_that_is_no_key_is_401(client, db, said):
    body_text = json.dumps({**EVENT, "writeKey": said})
    answer = client.post("/v1/track", body_text, content_type="application/json")
    assert answer.status_code == 401


def test_no_process_keeps_what_cannot_be_a_key(client, db):
    body_text = json.dumps({**EVENT, "writeKey": "x" * 1_000_000})
    answer = client.post("/v1/track", body_text, content_type="application/json")
    assert (answer.status_code, keys.remembered) == (401, {})


def test_a_revoked_key_is_401(client, key, server):
    SourceKey.objects.update(revoked_at="2026-01-01T00:00:00Z")
    answer = client.post("/v1/track", json.dumps(EVENT), "text/plain", headers=basic(key))
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "malformed",
    [
        "", "{", "[]", "7", "null", '"text"', '{"a": NaN}', '{"a": Infinity}', '{"a": -Infinity}',
        b"\xff\xfe", '{"a": "\0"}', '{"a": ' + "1" * 5000 + "}", b'{"a": "\xed\xa0\x80"}',
        '{"a":' * 10_000 + "1" + "}" * 10_000, "[" * 100_000,
    ],
    ids=range(15),
)  # fmt: skip
def test_malformed_json_is_400(send, malformed):
    answer = send("track", malformed)
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed"


@pytest.mark.parametrize("batch", [None, {}, "x", 7])
def test_a_batch_without_a_list_is_400(send, batch):
    assert send("batch", {"batch": batch}).status_code == 400


def test_gzip(send, key):
    packed = gzip.compress(json.dumps({**EVENT, "writeKey": key}).encode())
    assert send("track", packed, Content_Encoding="gzip").status_code == 200
    assert "Seen" in ReceivedBatch.objects.get().body


def test_gzip_of_several_members_is_read_whole(send, key):
    text = json.dumps({**EVENT, "writeKey": key}).encode()
    packed = gzip.compress(text[:20]) + gzip.compress(text[20:])
    assert send("track", packed, Content_Encoding="gzip").status_code == 200
    assert "Seen" in ReceivedBatch.objects.get().body


@pytest.mark.parametrize(
    "broken",
    [
        b"no gzip",
        gzip.compress(b"{}", mtime=0)[:-6],
        b"",
        gzip.compress(b"{}") + gzip.compress(b"{}"),
        gzip.compress(b"{}") + b"and more",
        gzip.compress(b" ") * (body.MOST_MEMBERS + 1),
    ],
    ids=["no gzip", "cut short", "empty", "two bodies", "more behind it", "many members"],
)
def test_broken_gzip_is_400(send, broken):
    assert send("track", broken, Content_Encoding="gzip").status_code == 400


def test_a_gzip_bomb_is_413(send):
    bomb = gzip.compress(b" " * (body.LARGEST_BODY * 20))
    assert len(bomb) < 200_000
    answer = send("batch", bomb, Content_Encoding="gzip")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.servers
def test_chunks_that_are_none_are_400(running):
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as connection:
        connection.sendall(
            b"POST /v1/track HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            b"Transfer-Encoding: chunked\r\n\r\nno number\r\n{}\r\n0\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 400")


def test_too_large_is_413(send):
    answer = send("batch", " " * (body.LARGEST_BODY + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "bomb",
    [
        {"batch": [1] * (body.MOST_MESSAGES + 1)},
        {"batch": [{}] * 500, "context": {"text": "x" * 100_000}},
        {"batch": [{}] * 10_000, "integrations": {"text": "x" * 10_000}},
    ],
    ids=["messages", "context", "integrations"],
)
@pytest.mark.parametrize("route", ["/v1/batch", "/beacon/v1/batch"])
def test_a_batch_that_would_grow_beyond_measure_is_413(client, key, route, bomb):
    text = json.dumps({**bomb, "writeKey": key})
    answer = client.post(f"{route}?writeKey={key}", text, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_four_megabytes_are_taken(send):
    batch = [
        {**EVENT, "properties": {"text": "x" * 20_000}, "messageId": f"m{n}"} for n in range(200)
    ]
    assert send("batch", {"batch": batch}).status_code == 200


def test_overload_is_429_and_says_when_to_come_again(send, settings):
    settings.INTAKE_BACKLOG = 1
    assert [send("track", EVENT).status_code for _ in range(2)] == [200, 200]
    reception.backlog["until"] = 0.0
    answer = send("track", EVENT)
    assert (answer.status_code, answer.json()["code"]) == (429, "overloaded")
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Access-Control-Expose-Headers"] == "Retry-After"


def test_preflight(client, db):
    answer = client.options("/v1/t", headers={"Origin": "https://www.example.com"})
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    allowed = answer.headers["Access-Control-Allow-Headers"]
    for name in ("Authorization", "Content-Type", "X-Retry-Count", "AnonymousId", "SentAt"):
        assert name in allowed


def test_other_methods_are_405(client, db):
    answer = client.get("/v1/track")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_cookies_play_no_part(client, key):
    client.cookies["sessionid"] = "x"
    answer = client.post(
        "/v1/track", json.dumps({**EVENT, "writeKey": key}), content_type="application/json"
    )
    assert answer.status_code == 200
    assert not answer.cookies


def test_one_statement_a_request_once_the_key_is_known(send, django_assert_num_queries):
    send("track", EVENT)
    with django_assert_num_queries(1):
        send("track", EVENT)


def test_settings_for_the_browser_sdk(client, public_key):
    answer = client.get(f"/v1/projects/{public_key}/settings")
    integration = answer.json()["integrations"]["Segment.io"]
    assert integration == {"apiKey": public_key, "apiHost": "testserver/v1", "protocol": "http"}
    assert client.get("/v1/projects/unknown/settings").status_code == 401


def test_what_rudderstack_asks(client, public_key, site):
    source = client.get("/sourceConfig/", headers=basic(public_key)).json()["source"]
    assert (source["id"], source["destinations"]) == (str(site.pk), [])
    assert source["config"]
    assert client.post("/rsaMetrics", "x", content_type="text/plain").status_code == 200
    assert client.post("/v1/m", "x", content_type="text/plain").status_code == 200


def test_beacon(client, public_key):
    url = f"/beacon/v1/batch?writeKey={public_key}"
    answer = client.post(url, json.dumps({"batch": [EVENT]}), content_type="text/plain")
    assert answer.status_code == 200
    assert ReceivedBatch.objects.get().source.kind == Source.Kind.BROWSER
