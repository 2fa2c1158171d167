"""What axe-core finds on a page in a real Chromium."""

from pathlib import Path

AXE = Path(__file__).parent / "vendor" / "axe" / "axe.min.js"
GRAVE = ("serious", "critical")
# None of these is ever grave, and to ask them takes a third of the time.
NEVER_GRAVE = (
    "empty-heading", "empty-table-header", "heading-order", "image-redundant-alt",
    "landmark-banner-is-top-level", "landmark-complementary-is-top-level",
    "landmark-contentinfo-is-top-level", "landmark-main-is-top-level",
    "landmark-no-duplicate-banner", "landmark-no-duplicate-contentinfo",
    "landmark-no-duplicate-main", "landmark-one-main", "landmark-unique", "page-has-heading-one",
    "presentation-role-conflict", "region", "skip-link", "table-duplicate-name",
)  # fmt: skip
OPTIONS = {
    "resultTypes": ["violations"],
    # It would write the admin's @import rules into style elements of the page.
    "preload": False,
    "rules": {rule: {"enabled": False} for rule in NEVER_GRAVE},
}


def bring_axe(page) -> None:
    """Has every page that is loaded from now on bring axe-core along: by the debugger, not as a
    script of the page, whose policy stays as it is.
    """
    page.add_init_script(path=AXE)


def problems_of(page) -> list[str]:
    """What axe-core finds that is serious or critical, and whether the page scrolls sideways."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("options => axe.run(document, options)", OPTIONS)
    problems = [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
    beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if beyond > 0:
        problems.append(f"scrolls sideways by {beyond} px")
    return problems
