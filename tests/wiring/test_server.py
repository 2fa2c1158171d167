"""What `script/server` refuses before it starts anything."""

import os
import socket
import stat
import subprocess
import sys

import pytest

from leadhub import server
from tests.running import ROOT


def refusal(tmp_path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "leadhub.server", "--empty"],
        cwd=ROOT,
        env=os.environ | {"LEADHUB_VAR": str(tmp_path), "HOST": "127.0.0.1"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    return done.stderr


def test_a_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refusal(tmp_path, PORT=str(port))
    assert f"cannot listen on 127.0.0.1:{port}" in said
    assert "Set PORT to another port" in said
    assert "Traceback" not in said


def test_what_it_keeps_is_for_its_owner_only(tmp_path):
    kept = tmp_path / "kept"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refusal(tmp_path, LEADHUB_VAR=str(kept), PORT=str(taken.getsockname()[1]))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_a_port_that_is_none(tmp_path, port):
    said = refusal(tmp_path, PORT=port)
    assert said == f"LeadHub: PORT must be a port such as 8000, not {port!r}.\n"


@pytest.mark.parametrize(("mode", "warns"), [(0o755, True), (0o750, True), (0o700, False)])
def test_a_folder_that_others_can_read_is_spoken_of(tmp_path, capfd, mode, warns):
    tmp_path.chmod(mode)
    server.warn_of_readers(tmp_path)
    assert (f"chmod 700 {tmp_path}" in capfd.readouterr().err) == warns
    assert tmp_path.stat().st_mode & 0o777 == mode
