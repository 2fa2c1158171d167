"""The lines to copy: commands exist, JSON is JSON, and what sends events sends them."""

import json
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.core.management import get_commands

from leadhub import onboarding
from leadhub.intake.digest import digest_pending
from leadhub.intake.models import QuarantinedMessage, SourceKey
from leadhub.records.models import Contact
from tests.docs.documents import DOCS, README, ROOT, blocks, first_column

ADDRESS = "http://127.0.0.1:8000"
# Programs that need no word; `script/…` and `manage.py` commands have to exist.
KNOWN = {
    ".", ".venv/bin/pip", ".venv/bin/python", "cd", "celery", "cp", "createdb", "curl", "exec",
    "git", "pg_dump", "pg_restore", "python3", "rm", "set", "useradd",
}  # fmt: skip
# RudderStack's SDKs are not among what the tests install.
SENDS = [
    block
    for block in blocks("sh", "python")
    if "YOUR_WRITE_KEY" in block.code and "rudder" not in block.code
]


def commands_in(code: str) -> list[list[str]]:
    """The words of each command of a shell block."""
    whole = code.replace("\\\n", " ")
    lexer = shlex.shlex(whole, posix=True, punctuation_chars="\n;&|()")
    lexer.whitespace, lexer.whitespace_split = " \t\r", True
    commands: list[list[str]] = [[]]
    for word in lexer:
        if set(word) <= set("\n;&|()"):
            commands.append([])
        else:
            commands[-1].append(word)
    return [command for command in map(without_assignments, commands) if command]


def without_assignments(words: list[str]) -> list[str]:
    while words and re.match(r"[A-Z_]+=", words[0]):
        words = words[1:]
    return words


@pytest.mark.parametrize("block", blocks("sh"), ids=str)
def test_commands_exist(block):
    for program, *arguments in commands_in(block.code):
        if program.startswith("script/"):
            assert (ROOT / program).exists(), program
        else:
            assert program in KNOWN, program
        if "manage.py" in arguments:
            assert arguments[arguments.index("manage.py") + 1] in get_commands()
        for name in re.findall(r"requirements[\w-]*\.txt", " ".join(arguments)):
            assert (ROOT / name).exists(), name


SETTINGS = [block for block in blocks("ini") if not block.code.startswith("[")]


@pytest.mark.parametrize("block", SETTINGS, ids=str)
def test_settings_that_are_set_exist_and_a_shell_reads_them(block, tmp_path):
    names = re.findall(r"^([A-Z_]+)=", block.code, re.MULTILINE)
    assert set(names) <= set(first_column(DOCS / "reference/settings.md"))
    file = tmp_path / "leadhub.env"
    file.write_text(block.code)
    subprocess.run(["bash", "-euc", f". {file}"], check=True, capture_output=True)


@pytest.mark.parametrize("block", blocks("json"), ids=str)
def test_json_is_json(block):
    json.loads(block.code)


def test_the_readme_shows_the_lines_that_the_start_page_shows():
    for snippet in onboarding.snippets(address=ADDRESS, keys={}):
        assert f"\n{snippet.code}\n```" in README.read_text(), snippet.title


@pytest.mark.django_db(transaction=True)
def test_what_the_documents_send_arrives(live_server, server, tmp_path):
    """With a server's key, as they say: each of them, against a server that listens."""
    assert len(SENDS) >= 4
    _, key = SourceKey.issue(server)
    for block in SENDS:
        code = block.code.replace(ADDRESS, live_server.url).replace("YOUR_WRITE_KEY", key)
        program = [sys.executable, "-c"] if block.language == "python" else ["bash", "-euc"]
        done = subprocess.run(
            [*program, code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, (str(block), done.stderr)
        assert block.language == "python" or json.loads(done.stdout) == {"success": True}, str(
            block
        )
    while digest_pending(at=datetime.now(UTC)):
        pass
    assert not QuarantinedMessage.objects.exists()
    arrived = set(Contact.objects.values_list("email", flat=True))
    assert arrived >= {"first.test@example.com", "ada.moreau@example.com"}
