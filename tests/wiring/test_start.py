"""Everyone lands on their own page; an empty installation shows the way to the first lead."""

import json
import re
from html import unescape

import pytest
from django.utils import timezone

from handoff.models import Lead
from leadhub import onboarding
from leadhub.intake.models import SourceKey
from leadhub.records.models import Source
from leadhub.sweep import sweep
from leadhub.users.models import Role
from scoring import starter
from tests.reports.world import World

pytestmark = pytest.mark.django_db


def done() -> list[bool]:
    return [step.done for step in onboarding.progress().steps]


@pytest.mark.parametrize(
    ("role", "landing"),
    [
        (Role.REP, "/inbox"),
        (Role.MARKETER, "/marketing"),
        (Role.MANAGER, "/funnel"),
        (Role.ADMINISTRATOR, "/funnel"),
    ],
)
def test_each_role_lands_on_its_page(user_of, client_of, role, landing):
    client = client_of(user_of(role))
    before = client.get("/")
    assert before.headers["Location"] == (landing if role == Role.REP else "/start")
    World(at=timezone.now(), contacts=12)
    assert client.get("/").headers["Location"] == landing
    assert client.get(landing).status_code == 200


def test_the_shell_lines_lead_to_a_lead(administrator_client, client):
    starter.install(at=timezone.now())
    assert done() == [False, False, False, False]
    assert b"Waiting for your first event" not in administrator_client.get("/start").content

    made = administrator_client.post("/start/key", {"kind": "server"}).content.decode()
    key = re.search(r'id="source-key">([^<]+)<', made)[1]
    assert f"u &#x27;{key}:&#x27;" in made
    assert done() == [True, False, False, False]
    assert b"Waiting for your first event" in administrator_client.get("/start/progress").content

    shell = unescape(re.search(r'id="snippet-curl">([^<]+)<', made)[1])
    assert "http://testserver/v1/batch" in shell
    body = json.loads(re.search(r"-d '(.+)'$", shell, re.DOTALL)[1])
    answer = client.post("/v1/batch", {**body, "writeKey": key}, content_type="application/json")
    assert answer.status_code == 200
    sweep(at=timezone.now())

    assert done() == [True, True, True, True]
    lead = Lead.objects.get()
    assert (lead.origin, lead.contact.email) == ("hand_raise", "first.test@example.com")
    assert "hx-trigger" not in administrator_client.get("/start/progress").content.decode()


def test_a_servers_key_is_shown_once_and_a_browsers_again(administrator_client):
    def shown(page) -> str | None:
        found = re.search(r'id="source-key">([^<]+)<', page.content.decode())
        return found and found[1]

    secret = shown(administrator_client.post("/start/key", {"kind": "server"}))
    assert SourceKey.objects.get().digest == SourceKey.digest_of(secret)
    assert shown(administrator_client.get("/start")) is None
    public = shown(administrator_client.post("/start/key", {"kind": "browser"}))
    page = administrator_client.get("/start")
    assert shown(page) == public
    assert page.content.decode().count(public) == 3  # shown, to copy, and to send with


def test_each_snippet_has_the_key_for_where_it_runs(administrator_client):
    def with_key(page, key) -> set[str]:
        snippets = re.findall(r'id="snippet-(\w+)">([^<]+)<', page.content.decode())
        return {name for name, code in snippets if key in unescape(code)}

    def made(kind):
        page = administrator_client.post("/start/key", {"kind": kind})
        return page, re.search(r'id="source-key">([^<]+)<', page.content.decode())[1]

    page, secret = made("server")
    assert with_key(page, secret) == {"curl", "python"}
    assert with_key(page, onboarding.PLACEHOLDER) == {"browser"}
    page, public = made("browser")
    assert with_key(page, public) == {"browser"}
    assert with_key(administrator_client.get("/start"), public) == {"browser"}


def test_the_address_of_a_made_key_can_be_opened_again(administrator_client):
    administrator_client.post("/start/key", {"kind": "server"})
    assert administrator_client.get("/start/key").headers["Location"] == "/start"
    assert SourceKey.objects.count() == 1


def test_who_sends_with_a_websites_key_from_a_shell_reads_why_nothing_comes(
    marketer_client, client
):
    starter.install(at=timezone.now())
    key = onboarding.make_key(kind=Source.Kind.BROWSER)
    body = {"type": "track", "userId": "first-test", "event": "Demo Requested", "writeKey": key}
    client.post(
        "/v1/track", body, content_type="application/json", headers={"user-agent": "curl/8.5"}
    )
    sweep(at=timezone.now())
    assert done() == [True, True, True, False]
    assert b"sent by programs" in marketer_client.get("/start/progress").content


def test_keys_are_added_to_the_source_that_is_there(marketer_client):
    Source.objects.create(name="Website", kind=Source.Kind.PERSON)
    for _ in range(2):
        marketer_client.post("/start/key", {"kind": "browser"})
    source = Source.objects.get(kind=Source.Kind.BROWSER)
    assert source.keys.count() == 2


def test_only_a_known_kind_of_key_is_made(marketer_client, manager_client):
    assert marketer_client.post("/start/key", {"kind": "person"}).status_code == 400
    assert manager_client.post("/start/key", {"kind": "server"}).status_code == 403
    assert not SourceKey.objects.exists()
    assert b"Ask a marketer or an administrator" in manager_client.get("/start").content


def test_what_was_not_understood_leads_to_the_quarantine(marketer_client, manager_client, client):
    key = onboarding.make_key(kind=Source.Kind.SERVER)
    body = {"type": "track", "userId": "first-test", "writeKey": key}
    client.post("/v1/track", body, content_type="application/json")
    sweep(at=timezone.now())
    link = b'href="/admin/intake/quarantinedmessage/"'
    assert link in marketer_client.get("/start").content
    assert link in marketer_client.get("/start/progress").content
    page = manager_client.get("/start").content
    assert link not in page
    assert b"the quarantine says why" in page


def test_a_marketer_makes_a_websites_keys_only(marketer_client):
    page = marketer_client.get("/start").content.decode()
    assert "Make a key for a website" in page
    assert "Make a key for a server" not in page
    assert "made by an administrator" in page
    assert marketer_client.post("/start/key", {"kind": "server"}).status_code == 403
    assert not SourceKey.objects.exists()
