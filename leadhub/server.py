"""All of LeadHub on one machine: what `script/server` runs once the packages are installed."""

import argparse
import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import environ

from leadhub.supervisor import Part, Supervisor, end_with_the_supervisor, say

ROOT = Path(__file__).resolve().parent.parent
WEB_PROCESSES = 2
WEB_THREADS = 4
# People wait for the site first; whoever looks after the others has nothing to do for longer.
WORKERS_WAIT = 1.5
WATCHDOG_WAITS = 5.0


def main() -> None:
    first = "--empty" if asked_for().empty else "--demo"
    environ.Env.read_env(ROOT / ".env")
    var = Path(os.environ.get("LEADHUB_VAR", ROOT / "var"))
    host = os.environ.get("HOST", "127.0.0.1")
    port = whole_number("PORT", 8000)
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    warn_of_readers(var)
    os.chdir(ROOT)
    with (var / "server.lock").open("w") as lock:
        refuse_to_run_twice(lock, var)
        refuse_a_taken_port(host, port)
        make_secret_key(var)
        # Messages carry no data: those of the last time, some perhaps half moved, only delay.
        shutil.rmtree(var / "queue", ignore_errors=True)
        prepare(first)
        # The sign-in page has to know who can reach it.
        os.environ["LEADHUB_LISTENS_ON"] = host
        threading.Thread(target=announce, args=(host, port, var), daemon=True).start()
        Supervisor(parts(host, port, var), pids=var / "pids").run()


def asked_for() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/server", allow_abbrev=False)
    parser.add_argument("--empty", action="store_true", help="never make the demo world")
    return parser.parse_args()


def prepare(first: str) -> None:
    """`first`: what becomes of the first start, as `manage.py prepare` calls it."""
    command = [sys.executable, "manage.py", "prepare", first]
    with subprocess.Popen(command, preexec_fn=end_with_the_supervisor) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            # Ctrl-C reaches the command as well, which says what it leaves.
            process.wait()
            raise SystemExit(1) from None
    if code:
        raise SystemExit("LeadHub: could not prepare; the reason stands above.")


def parts(host: str, port: int, var: Path) -> list[Part]:
    """Web, the worker of each queue, the scheduler, and who sees that these work."""
    # A container's only user is root; celery's warning about it would be printed at each restart.
    quiet = ["-W", "ignore:You're running the worker with superuser privileges"]
    celery = [sys.executable, *quiet, "-m", "celery", "--app", "leadhub", "--quiet"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Part("web", [
            sys.executable, "-m", "gunicorn", "leadhub.wsgi", "--bind", address(host, port),
            "--worker-class", "gthread", "--workers", str(WEB_PROCESSES),
            "--threads", str(WEB_THREADS), "--worker-tmp-dir", shared_memory(var),
            "--log-level", "warning", "--graceful-timeout", "10",
        ]),
        *(
            Part(queue, [
                *celery, "worker", "--queues", queue, "--hostname", f"{queue}@%h",
                "--pool", "solo", "--concurrency", "1", *alone,
            ], WORKERS_WAIT)
            for queue in ("now", "bulk")
        ),
        Part("beat", [
            *celery, "beat", "--schedule", str(var / "beat-schedule"), "--pidfile", "",
            "--scheduler", "leadhub.scheduler:Scheduler",
        ], WORKERS_WAIT),
        Part("watchdog", [sys.executable, "manage.py", "watchdog"], WATCHDOG_WAITS),
    ]  # fmt: skip


def whole_number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SystemExit(f"LeadHub: {name} must be a port such as {default}, not {text!r}.")
    return int(text)


def warn_of_readers(var: Path) -> None:
    """Says so where others on the machine can look into the folder; it may be theirs to share, so
    nothing is changed.
    """
    if var.stat().st_mode & 0o077:
        say(f"others on this machine can read {var}, which holds your data: chmod 700 {var}")


def refuse_to_run_twice(lock, var: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(f"LeadHub: already running on {var}.") from None


def refuse_a_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SystemExit(
                f"LeadHub: cannot listen on {address(host, port)} ({error.strerror}). "
                "Set PORT to another port, such as PORT=8001 script/server."
            ) from None


def make_secret_key(var: Path) -> None:
    kept = var / "secret_key"
    if os.environ.get("SECRET_KEY") or kept.exists():
        return
    with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50) + "\n")


def announce(host: str, port: int, var: Path) -> None:
    """Waits until the site answers, then says where it is and who can sign in."""
    shown = host if host not in ("0.0.0.0", "::") else "127.0.0.1"
    url = f"http://{address(shown, port)}"
    while not answers(f"{url}/healthz"):
        time.sleep(0.1)
    logins = var / "logins.txt"
    say(f"ready at {url}/")
    if logins.exists():
        print(f"\nThe first logins, kept in {logins}:\n\n{logins.read_text()}", flush=True)
    print("Ctrl-C stops LeadHub.", flush=True)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def shared_memory(var: Path) -> str:
    """Where gunicorn's workers show that they live: never a disk that may stall."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else str(var)


if __name__ == "__main__":
    main()
