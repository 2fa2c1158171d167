"""Webhooks against a real TLS server that does what it likes, and addresses that lie."""

import json
import socket
import threading
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from handoff.models import Notice, TeamWebhook
from handoff.notices import posting
from handoff.notices.failures import InDoubt, NotSent, Refused, Silent, Unreachable
from handoff.notices.posting import is_public, post
from handoff.notices.webhooks import body_of, new_secret, send_webhook, signature_headers
from tests.notices.servers import HOST, answers, floods, hangs, tls_server, trickles

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def leads_to(monkeypatch):
    """A function: names resolve to these addresses; it returns the list of lookups."""

    def lead(*addresses: str) -> list[str]:
        asked = []

        def getaddrinfo(host, port, *args, **options):
            asked.append(host)
            return [
                (socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "",
                 (a, port))
                for a in addresses
            ]  # fmt: skip

        monkeypatch.setattr(posting.socket, "getaddrinfo", getaddrinfo)
        return asked

    return lead


@pytest.fixture
def hook(tmp_path, leads_to):
    """A function: a server that behaves so, and `post_to(body)`, which posts to it."""
    from contextlib import ExitStack

    with ExitStack() as at_the_end:

        def start(behave):
            server = at_the_end.enter_context(tls_server(tmp_path, behave))
            leads_to(HOST)
            # Only here may it be this machine: what is permitted is tested by itself.
            return server, lambda body=b"{}": post(
                server.url, body, {}, permits=lambda a: True, trust=server.trust
            )

        yield start


def test_what_is_posted_arrives_once(hook):
    server, send = hook(answers(200))
    assert send(b'{"text": "hello"}') == 200
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /services/T0/B0?x=1 HTTP/1.1\r\n")
    assert f"Host: hooks.example.com:{server.port}".encode() in head
    assert body == b'{"text": "hello"}'


@pytest.mark.parametrize("status", [500, 429, 404])
def test_its_answer_is_told(hook, status):
    assert hook(answers(status))[1]() == status


def test_a_redirect_is_not_followed(hook):
    server, send = hook(answers(302, "Location: https://hooks.example.com/elsewhere"))
    assert send() == 302
    assert len(server.requests) == 1


@pytest.mark.parametrize("behave", [hangs, trickles])
def test_who_never_answers_costs_the_time_allowed_and_is_in_doubt(hook, monkeypatch, behave):
    monkeypatch.setattr(posting, "SECONDS", 0.7)
    server, send = hook(behave)
    with pytest.raises(InDoubt):
        send()
    assert server.left.wait(10), "it was not cut short"


def test_an_answer_without_an_end_is_not_read(hook):
    assert hook(floods)[1]() == 200


def test_a_certificate_of_somebody_else_is_refused(hook):
    server, _ = hook(answers(200))
    with pytest.raises(Unreachable, match="certificate"):
        post(server.url, b"", {}, permits=lambda a: True)
    assert not server.requests


def test_nothing_listens(leads_to, tmp_path):
    leads_to(HOST)
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        url = f"https://hooks.example.com:{taken.getsockname()[1]}/"
        with pytest.raises(Unreachable):
            post(url, b"", {}, permits=lambda a: True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1",
        "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:53aa:64c::1", "fec0::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1"])
def test_addresses_that_are(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"]])
def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(leads_to, addresses):
    leads_to(*addresses)
    with pytest.raises(Refused, match="not public"):
        post("https://hooks.example.com/", b"", {})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "[::1]"])
def test_this_machine_by_whichever_name_is_refused(host):
    with pytest.raises((Refused, Unreachable)):
        post(f"https://{host}/", b"", {})


def test_a_name_is_looked_up_once(hook, leads_to):
    server, _ = hook(answers(200))
    asked = leads_to(HOST)
    post(server.url, b"", {}, permits=lambda a: True, trust=server.trust)
    assert asked.count("hooks.example.com") == 1


def test_a_name_whose_lookup_hangs(monkeypatch):
    given_up = threading.Event()

    def hang(*_, **__) -> list:
        given_up.wait(60)
        return []

    monkeypatch.setattr(posting, "SECONDS", 0.1)
    monkeypatch.setattr(posting.socket, "getaddrinfo", hang)
    with pytest.raises(Unreachable, match="too long"):
        post("https://hooks.example.com/", b"", {})
    given_up.set()


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.com/", "ftp://hooks.example.com/", "https:///x", "https://a:99999/"],
)
def test_only_https_to_a_host(url):
    with pytest.raises(Refused):
        post(url, b"", {})


def a_notice(form=TeamWebhook.Form.SLACK, **fields) -> Notice:
    webhook = TeamWebhook(name="Hook", url="https://hooks.example.com/", form=form,
                          secret=new_secret())  # fmt: skip
    defaults = {"kind": "new_lead", "event": "e", "title": "New lead", "path": "/inbox/1"}
    return Notice(pk=7, webhook=webhook, channel="webhook", created_at=NOW, claimed_at=NOW,
                  about=NOW, **defaults | fields)  # fmt: skip


def answering(status: int):
    return lambda url, body, headers: status


@pytest.mark.parametrize(
    ("status", "failure"),
    [(301, Refused), (404, Refused), (410, Refused), (429, NotSent), (500, NotSent)],
)
def test_what_an_answer_means(status, failure):
    with pytest.raises(failure) as raised:
        send_webhook(a_notice(), post=answering(status))
    assert type(raised.value) is failure


@pytest.mark.parametrize(("form", "failure"), [("slack", InDoubt), ("signed", Silent)])
def test_only_a_receiver_that_knows_ids_is_asked_again_after_silence(form, failure):
    def silent(url, body, headers):
        raise InDoubt("nothing came")

    with pytest.raises(NotSent) as raised:
        send_webhook(a_notice(form), post=silent)
    assert type(raised.value) is failure


def test_nobodys_name_calls_a_channel_or_becomes_a_link():
    notice = a_notice(title="<!channel> & <https://evil.example.com|Click> *bold*")
    text = json.loads(body_of(notice))["text"]
    assert "<!channel>" not in text
    assert text.count("<") == text.count(">") == 1, "our own link is the only one"
    assert text.count("|") == 1


def test_nobodys_name_calls_or_links_where_markdown_is_read():
    notice = a_notice(title="@all [Click](https://evil.example.com) @channel")
    text = json.loads(body_of(notice))["text"]
    assert "@all" not in text
    assert "@channel" not in text
    assert "](" not in text
    assert text.count("://") == 1, "our own link is the only one"


def test_the_signature_is_that_of_standard_webhooks():
    """The example of the specification's own libraries."""
    headers = signature_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"
