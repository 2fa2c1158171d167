"""What `script/server` says on machines on which it cannot start."""

import os
import shutil
import socket
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT
from tests.own_servers import free_port

pytestmark = pytest.mark.slow

TOO_OLD = "exit 1"
WITHOUT_VENV = """
case "$2" in
  *ensurepip*) exit 1 ;;
  *print*) echo 3.12 ;;
esac
"""


@pytest.fixture
def start(tmp_path):
    """A function that runs script/server where python3 is the given shell script."""
    shutil.copytree(ROOT / "script", tmp_path / "script")
    programs = tmp_path / "programs"
    programs.mkdir()

    def start(python: str) -> subprocess.CompletedProcess:
        for name in ("python3", "python3.13", "python3.12", "python3.11"):
            (programs / name).write_text(f"#!/bin/sh\n{python}\n")
            (programs / name).chmod(0o755)
        return subprocess.run(
            [tmp_path / "script" / "server"],
            env={"PATH": f"{programs}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
        )

    return start


def test_says_that_python_is_too_old(start):
    done = start(TOO_OLD)
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr


def test_says_which_package_makes_virtual_environments(start, tmp_path):
    done = start(WITHOUT_VENV)
    assert done.returncode != 0
    assert "apt-get install python3.12-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("asked", [["--demo"], ["--empty", "now"], ["8001"]])
def test_says_what_it_can_be_asked_for(asked):
    done = subprocess.run([ROOT / "script" / "server", *asked], capture_output=True, text=True)
    assert done.returncode == 2
    assert f"knows --empty (without the demo world) and nothing else, not: {' '.join(asked)}" in (
        done.stderr
    )


@pytest.mark.parametrize("code", [0, 1])
def test_what_pip_says_is_shown_only_if_it_fails(start, tmp_path, code):
    installed = tmp_path / ".venv" / "bin" / "python"
    installed.parent.mkdir(parents=True)
    installed.write_text(
        f'#!/bin/sh\n[ "$2" != pip ] || {{ echo "WARNING: odd" >&2; exit {code}; }}\n'
    )
    installed.chmod(0o755)
    (tmp_path / "requirements.txt").touch()
    done = start(TOO_OLD)
    assert done.returncode == code
    assert ("WARNING: odd" in done.stderr) == bool(code)
    assert (tmp_path / ".venv" / "installed-requirements.txt").exists() == (code == 0)


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"PORT": "eighty"}, "PORT must be a port such as 8000, not 'eighty'"),
        ({"PORT": "0"}, "PORT must be a port"),
        ({"TIME_ZONE": "Mars/Olympus"}, "TIME_ZONE must be the name of a time zone"),
        ({"NIGHTLY_AT": "25:00"}, "NIGHTLY_AT must be a time of day"),
        ({"DATABASE_URL": "mysql://host/name"}, "must name a PostgreSQL or an SQLite database"),
    ],
)
def test_says_what_to_set(tmp_path, environment, says):
    done = serve(tmp_path, environment)
    assert done.returncode != 0
    assert says in done.stderr


def test_says_that_the_port_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = serve(tmp_path, {"PORT": str(taken.getsockname()[1])})
    assert done.returncode != 0
    assert "Set PORT to another port" in done.stderr


def serve(var, environment: dict) -> subprocess.CompletedProcess:
    """What `script/server` runs once everything is installed."""
    of_its_own = {"LEADHUB_VAR": str(var), "PORT": str(free_port()), "HOST": "127.0.0.1"}
    return subprocess.run(
        [sys.executable, "-m", "leadhub.server", "--empty"],
        cwd=ROOT,
        env=os.environ | of_its_own | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
