"""What is done on a page before it is photographed."""

from collections.abc import Callable

from playwright.sync_api import Page

Step = Callable[[Page], None]


def click(selector: str) -> Step:
    """Presses the first such element, where there is one to be seen."""

    def do(page: Page) -> None:
        found = page.locator(selector).first
        if found.is_visible():
            found.click()

    return do


def opened(selector: str) -> Step:
    """Opens the first such <details>."""
    return lambda page: page.locator(selector).first.evaluate("it => { it.open = true; }")


def pressed(key: str) -> Step:
    return lambda page: page.keyboard.press(key)


def filled(selector: str, text: str) -> Step:
    return lambda page: page.fill(selector, text)
