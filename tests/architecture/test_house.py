"""The house keeps its shape: lengths, names, thin views, no model signals, the clock's place."""

import ast
import re

import pytest

from tests.architecture.source import ROOMS, ROOT, Module, modules

LINES_OF_A_FILE = 350
# Tables are as long as they are.
LINES_OF_MODELS = 450
LINES_OF_A_FUNCTION = 45
SAYS_NOTHING = {"utils", "helpers", "common", "services", "misc"}
QUERIES = {"filter", "exclude", "save", "create", "update", "delete", "bulk_create", "raw"}
TELLS_THE_TIME = {"timezone.now", "datetime.now", "date.today", "timezone.localdate", "time.time",
    "datetime.datetime.now", "datetime.date.today",
}  # fmt: skip
# Where a request, a task, a command or a person at the screen is at the other end.
EDGES = (
    "views.py", "tasks.py", "admin.py", "forms.py", "home.py", "health.py", "styleguide.py",
    "figures.py", "feeds.py",
)  # fmt: skip

in_every_module = pytest.mark.parametrize("module", modules(*ROOMS), ids=lambda m: m.path)


@in_every_module
def test_files_and_functions_are_short(module):
    longest = LINES_OF_MODELS if module.name == "models" else LINES_OF_A_FILE
    assert module.lines <= longest
    for function in module.functions():
        assert function.end_lineno - function.lineno < LINES_OF_A_FUNCTION, function.name


@in_every_module
def test_a_modules_name_says_what_lives_there(module):
    assert not SAYS_NOTHING & set(module.path.removesuffix(".py").split("/"))


@in_every_module
def test_views_ask_the_domain_and_not_the_database(module):
    if module.name == "views" or "/views/" in module.path:
        assert not calls(module) & QUERIES


@in_every_module
def test_no_model_signals(module):
    assert "django.db.models.signals" not in module.text
    assert "django.dispatch" not in module.text


@in_every_module
def test_the_clock_is_read_at_the_edge(module):
    within_an_edge = "/management/" in module.path or "/admin/" in module.path
    if not within_an_edge and not module.path.endswith(EDGES):
        assert not clock_readings(module)


TEMPLATES = sorted(ROOT.rglob("templates/**/*.html"))
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\bsrc=)|javascript:", re.I)
DATA = re.compile(r"<script[^>]*type=[\"']application/json[\"'][^>]*>", re.I)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_have_no_inline_script_or_style(path):
    assert not INLINE.search(DATA.sub("", path.read_text()))


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
    for text in ('<p style="x">', "<script>x</script>", "<b onclick='x'>", "<STYLE>"):
        assert INLINE.search(text)
    assert not INLINE.search('<script src="x.js" defer></script><p data-style="x">')
