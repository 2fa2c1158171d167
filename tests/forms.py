"""What a browser would send for a page of forms, nobody having touched it."""

from html.parser import HTMLParser


def as_typed(html: str) -> dict[str, str]:
    """The values of all named inputs, selects and text areas of the page."""
    page = Page()
    page.feed(html)
    return page.typed


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.typed: dict[str, str] = {}
        self.select = self.textarea = None

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        name = named.get("name")
        if tag == "input" and name and named.get("type") not in {"submit", "button"}:
            if named.get("type") not in {"checkbox", "radio"} or "checked" in named:
                unsaid = "on" if named.get("type") == "checkbox" else ""
                self.typed[name] = named.get("value") or unsaid
        elif tag == "select":
            self.select = name
        elif tag == "textarea":
            self.textarea = name
            self.typed[name] = ""
        elif (
            tag == "option"
            and self.select
            and ("selected" in named or self.select not in self.typed)
        ):
            self.typed[self.select] = named.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None

    def handle_data(self, data):
        if self.textarea:
            self.typed[self.textarea] += data
