"""The house keeps its shape: lengths, names, thin views, no model signals, the clock's place."""

import ast
import re

from tests.architecture.source import ROOMS, ROOT, Module, modules

LINES_OF_A_FILE = 350
# Tables are as long as they are.
LINES_OF_MODELS = 450
LINES_OF_A_FUNCTION = 45
SAYS_NOTHING = {"utils", "helpers", "common", "services", "misc"}
QUERIES = {
    "filter", "exclude", "order_by", "annotate", "aggregate", "save", "create", "update", "delete",
    "bulk_create", "raw",
}  # fmt: skip
TELLS_THE_TIME = {"timezone.now", "datetime.now", "date.today", "timezone.localdate", "time.time",
    "datetime.datetime.now", "datetime.date.today",
}  # fmt: skip
# Where a request, a task, a command, a loop or a person at the screen is at the other end.
EDGES = {
    "views", "tasks", "admin", "forms", "home", "health", "styleguide", "figures", "scheduler",
    "sessions",
}  # fmt: skip

MODULES = modules(*ROOMS)


def test_files_are_short():
    too_long = {module.path: module.lines for module in MODULES if module.lines > longest(module)}
    assert not too_long


def longest(module: Module) -> int:
    return LINES_OF_MODELS if module.name == "models" else LINES_OF_A_FILE


def test_functions_are_short():
    too_long = {
        f"{module.path}:{function.name}": function.end_lineno - function.lineno + 1
        for module in MODULES
        for function in module.functions()
        if function.end_lineno - function.lineno >= LINES_OF_A_FUNCTION
    }
    assert not too_long


def test_a_modules_name_says_what_lives_there():
    names = {part for module in MODULES for part in module.path.removesuffix(".py").split("/")}
    assert not SAYS_NOTHING & names


def test_views_ask_the_domain_and_not_the_database():
    views = [m for m in MODULES if kind_of(m) == "views" or "/views/" in m.path]
    assert views
    assert not {module.path: found for module in views if (found := calls(module) & QUERIES)}


def test_no_model_signals():
    forbidden = ("django.db.models.signals", "django.dispatch")
    assert not [m.path for m in MODULES if any(name in m.text for name in forbidden)]


def test_the_clock_is_read_at_the_edge():
    edges = ("/management/", "/admin/")
    inside = [
        module
        for module in MODULES
        if not any(edge in module.path for edge in edges) and kind_of(module) not in EDGES
    ]
    assert not [reading for module in inside for reading in clock_readings(module)]


INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\bsrc=)|javascript:", re.I)
DATA = re.compile(r"<script[^>]*type=[\"']application/json[\"'][^>]*>", re.I)


def test_templates_have_no_inline_script_or_style():
    templates = [
        path for folder in ("templates", *ROOMS) for path in (ROOT / folder).rglob("*.html")
    ]
    assert templates
    assert not [path for path in templates if INLINE.search(DATA.sub("", path.read_text()))]


MADE_BY_ARROW = {"pa.scalar", "pa.array", "pa.table", "pa.repeat"}


def test_no_value_of_arrow_is_made_on_import():
    """For the first of them Arrow imports pandas, where it is there: half a second and 30 MB for
    each of LeadHub's processes.
    """
    assert not {module.path: found for module in MODULES if (found := made_on_import(module))}


def made_on_import(module: Module) -> list[int]:
    """The lines outside of functions that make a value of Arrow's."""
    statements = [node for node in module.tree.body if not isinstance(node, ast.FunctionDef)]
    return [
        node.lineno
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in MADE_BY_ARROW
    ]


def kind_of(module: Module) -> str:
    """What a module is by its name: `verdict_views` are views, `previews` are not."""
    return module.name.rpartition("_")[2]


def calls(module: Module) -> set[str]:
    """The names of the methods that are called anywhere in the module."""
    return {
        node.func.attr
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def clock_readings(module: Module) -> list[str]:
    """Calls that read the clock; `timezone.localdate(at)`, which converts, does not."""
    return [
        f"{module.path}:{node.lineno}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in TELLS_THE_TIME
        and not (node.args and ast.unparse(node.func) == "timezone.localdate")
    ]


def test_these_tests_see_what_they_forbid():
    bad = Module("bad.py", "def v(r):\n    x = Lead.objects.filter(at=timezone.now())\n")
    assert calls(bad) & QUERIES == {"filter"}
    assert clock_readings(bad) == ["bad.py:2"]
    assert clock_readings(Module("bad.py", "datetime.now(UTC)\n"))
    assert not clock_readings(Module("good.py", "timezone.localdate(at)\n"))
    assert made_on_import(Module("bad.py", "import pyarrow as pa\nX = pa.scalar(1)\n")) == [2]
    assert not made_on_import(Module("good.py", "def x():\n    return pa.scalar(1)\n"))
    assert kind_of(Module("a/verdict_views.py", "")) == "views"
    assert kind_of(Module("a/previews.py", "")) == "previews"
    for text in ('<p style="x">', "<script>x</script>", "<b onclick='x'>", "<STYLE>"):
        assert INLINE.search(text)
    assert not INLINE.search('<script src="x.js" defer></script><p data-style="x">')
