"""The installations that are photographed: each with a var folder and an SQLite file of its own.

One that is younger than half a day is used again: the demo world takes a minute or two.
"""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("full", "empty", "extreme")
KEPT_FOR = 12 * 3600


@dataclass(frozen=True)
class Installation:
    """`full`: the demo world; `empty`: as after the first start; `extreme`: see `extremes.py`."""

    name: str
    var: Path

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "leadhub.settings",
            # Playwright keeps an event loop in its thread; Django would take it for async code.
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
            "LEADHUB_VAR": str(self.var),
            "DATABASE_URL": f"sqlite:///{self.var}/leadhub.sqlite3",
            "REDIS_URL": "",
            "SECRET_KEY": "only for pictures, whose installations are thrown away",
            "TIME_ZONE": "Europe/Berlin",
        }

    def run(self, *command: str) -> None:
        subprocess.run([sys.executable, *command], cwd=ROOT, env=self.environment(), check=True)


def made(name: str, *, folder: Path, scale: float, anew: bool) -> Installation:
    """Makes the installation, or brings the one that is kept up to date with the code."""
    kept = folder / (f"full-{scale:g}" if name == "full" else name)
    installation = Installation(name, kept)
    ready = kept / "ready"
    if anew or not ready.exists() or time.time() - ready.stat().st_mtime > KEPT_FOR:
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
    installation.run("manage.py", "prepare")
    if not ready.exists():
        if name == "full":
            installation.run("manage.py", "demo", "--scale", str(scale))
        if name == "extreme":
            installation.run("-m", "screenshots.extremes")
        ready.touch()
    return installation
