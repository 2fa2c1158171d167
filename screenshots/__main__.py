"""`script/screenshots`: photographs every page of a full, an empty and an extreme LeadHub."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from screenshots import installations
from screenshots.contact_sheet import write_contact_sheet

ROOT = Path(__file__).resolve().parent.parent
SCHEMES = ("light", "dark")
# Where it leaves the pictures, and the installations that it keeps for the next time.
FOLDER = Path(os.environ.get("LEADHUB_VAR", ROOT / "var")).resolve() / "screenshots"


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/screenshots", description=__doc__)
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="pages whose names contain this; repeatable"
    )
    parser.add_argument(
        "--of", action="append", choices=installations.NAMES, help="this installation; repeatable"
    )
    parser.add_argument(
        "--width", action="append", type=int, help="1440, 1024, 390 or another; repeatable"
    )
    parser.add_argument(
        "--scheme", action="append", choices=SCHEMES, help="light or dark; repeatable"
    )
    parser.add_argument(
        "--scale", type=float, default=1.0, help="0.1: a demo world with a tenth of the people"
    )
    parser.add_argument(
        "--anew", action="store_true", help="make the installations anew, though they are of today"
    )
    parser.add_argument("--into", type=Path, default=FOLDER, help=f"a folder ({FOLDER})")
    parser.add_argument(
        "--documentation",
        action="store_true",
        help="the pictures that the documentation shows, into docs/images/",
    )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    if options.documentation:
        options.of = ["full"]
    failed = 0
    for name in options.of or installations.NAMES:
        installation = installations.made(
            name, folder=options.into / ".installations", scale=options.scale, anew=options.anew
        )
        failed += subprocess.run(
            [sys.executable, "-m", "screenshots.photograph", name, *arguments,
             "--into", options.into],
            cwd=ROOT, env=installation.environment(),
        ).returncode  # fmt: skip
    if not options.documentation:
        print(f"All of them on one page: {write_contact_sheet(options.into)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
