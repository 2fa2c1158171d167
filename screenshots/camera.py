"""A Chromium that goes to a page as somebody, does what is worth a look, and photographs it."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from leadhub.users.models import User
from screenshots.sights import Shown
from tests.browser import QUIET, session_cookie
from tests.suite import chromium

HEIGHTS = {390: 844, 1024: 768, 1440: 900}
# A list of two hundred rows says nothing more after this.
LONGEST = 4000


class Camera:
    """Pages of one site; `broken` collects what scripts and the page's policy complained about."""

    def __init__(self, url: str):
        self.url = url
        self.broken: list[str] = []
        self.contexts: dict[User | None, BrowserContext] = {}

    def __enter__(self):
        self.playwright = sync_playwright().start()
        options = {
            "executable_path": chromium(),
            "args": [*QUIET, "--hide-scrollbars", "--lang=en-GB"],
        }
        self.browser = self.playwright.chromium.launch(**options)
        return self

    def __exit__(self, *_):
        self.browser.close()
        self.playwright.stop()

    def take(self, shown: Shown, *, width: int, scheme: str, into: Path) -> None:
        """The whole page: `into`/NAME-WIDTH-SCHEME.png."""
        into.mkdir(parents=True, exist_ok=True)
        page = self.page_of(shown.user, width=width, scheme=scheme)
        try:
            self.visit(page, shown)
            stretch(page)
            path = into / f"{shown.name}-{width}-{scheme}.png"
            whole = page.viewport_size["height"] < LONGEST
            # Hiding the caret would write styles into the page, which its policy refuses.
            page.screenshot(path=path, full_page=whole, caret="initial")
        except PlaywrightError as error:
            self.broken.append(f"{shown.name} at {width}, {scheme}: {error}")
        finally:
            page.close()

    def page_of(self, user: User | None, *, width: int, scheme: str = "light") -> Page:
        page = self.context_of(user).new_page()
        page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 900)})
        page.emulate_media(color_scheme=scheme)
        page.on("pageerror", lambda error: self.broken.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self.note(page, said))
        return page

    def context_of(self, user: User | None) -> BrowserContext:
        """The same for all pages of a person: what pages share is loaded once."""
        if user not in self.contexts:
            context = self.browser.new_context(
                base_url=self.url,
                reduced_motion="reduce",
                locale="en-GB",
                timezone_id="Europe/Berlin",
            )
            context.set_default_timeout(60_000)
            if user is not None:
                context.add_cookies([session_cookie(user, self.url)])
            self.contexts[user] = context
        return self.contexts[user]

    def note(self, page: Page, said) -> None:
        if said.type == "error" and "Content Security Policy" in said.text:
            self.broken.append(f"{page.url}: {said.text}")

    def visit(self, page: Page, shown: Shown) -> None:
        page.goto(shown.address)
        if shown.written:
            page.set_content(shown.written)
        page.wait_for_load_state("networkidle")
        for step in shown.steps:
            step(page)
            page.wait_for_load_state("networkidle")


def stretch(page: Page) -> None:
    """Makes the window as high as the page, but for a very long one: what sticks to an edge of the
    window then stands at the edge of the picture.
    """
    height = page.evaluate("document.documentElement.scrollHeight")
    size = page.viewport_size
    if size["height"] < height and not page.locator("[data-inbox]").count():
        page.set_viewport_size({"width": size["width"], "height": min(height, LONGEST)})
        page.wait_for_timeout(150)
