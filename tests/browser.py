"""A real Chromium for tests: `page`, and `page_of(user)` for someone who is signed in.

A page that breaks the Content-Security-Policy or throws in a script fails its test.
"""

import os

import pytest
from django.conf import settings

from tests.clients import signed_in
from tests.suite import chromium

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; Django would take it for an async caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser, live_server):
    """A function that opens a page of its own context, its addresses relative to the server."""
    contexts, broken = [], []

    def note_if_broken(message):
        if message.type == "error" and "Content Security Policy" in message.text:
            broken.append(message.text)

    def open_page(user=None, *, width=1280, height=900, **options):
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url)])
        page = context.new_page()
        page.on("console", note_if_broken)
        page.on("pageerror", lambda error: broken.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not broken, broken


@pytest.fixture
def page(new_page):
    """A page of someone who has not signed in."""
    return new_page()


@pytest.fixture
def page_of(new_page):
    """A function: the page of a user who is signed in, such as page_of(rep, width=390)."""
    return new_page


def session_cookie(user, url: str) -> dict:
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": signed_in(user).cookies[name].value, "url": url}
