"""Photographs the pages of one installation, in a process with its settings."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402

from screenshots import documentation  # noqa: E402
from screenshots.__main__ import SCHEMES, parse  # noqa: E402
from screenshots.camera import Camera  # noqa: E402
from screenshots.sights import SIGHTS, Sight, sights_of_admin, sights_of_routes  # noqa: E402
from screenshots.subjects import Missing  # noqa: E402
from tests.own_servers import free_port, listens, stopped_at_the_end  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = (1440, 1024, 390)


def main(name: str, arguments: list[str]) -> int:
    options = parse(arguments)
    with web() as url, Camera(url) as camera:
        if options.documentation:
            documentation.make(camera, options.only or [""])
            return 0
        folder = options.into / name
        widths, schemes = options.width or WIDTHS, options.scheme or SCHEMES
        for sight in (*SIGHTS, *sights_of_routes(), *sights_of_admin()):
            if wanted(sight.name, options.only):
                photograph(sight, camera, folder, widths, schemes)
    for broken in camera.broken:
        print(f"BROKEN: {broken}", flush=True)
    return 1 if camera.broken else 0


def wanted(name: str, only: list[str] | None) -> bool:
    return not only or any(part in name for part in only)


def photograph(
    sight: Sight, camera: Camera, folder: Path, widths: Sequence[int], schemes: Sequence[str]
) -> None:
    """Each width in each scheme, as `folder`/NAME-WIDTH-SCHEME.png."""
    try:
        shown = sight.found()
    except Missing as error:
        print(f"  {folder.name}: {sight.name} is left out: {error}", flush=True)
        return
    # Loaded for each: of a page that changes its scheme, some parts come late.
    for width, scheme in product(widths, schemes):
        camera.take(shown, width=width, scheme=scheme, into=folder)
    print(f"  {folder.name}: {sight.name}", flush=True)


@contextmanager
def web() -> Iterator[str]:
    """The site alone: without workers nothing changes while it is photographed."""
    port = free_port()
    with (settings.VAR / "web.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "leadhub.wsgi", "--bind", f"127.0.0.1:{port}",
             "--worker-class", "gthread", "--threads", "4"],
            cwd=ROOT, stdout=log, stderr=log,
        )  # fmt: skip
        with stopped_at_the_end(server, by=server.terminate):
            while not listens(port):
                if server.poll() is not None:
                    raise SystemExit(f"The site did not start: {settings.VAR}/web.log says why.")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
