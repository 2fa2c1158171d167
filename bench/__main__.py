"""`script/bench`: names the benchmarks, or runs one on each of its stacks."""

import argparse
import importlib
import json
import subprocess
import sys
from pathlib import Path

from bench import stack
from bench.figures import Figure

HARNESS = {"__init__", "__main__", "bare", "figures", "stack", "one"}


def names() -> list[str]:
    """The modules here that are benchmarks: those that measure."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    return [name for name in found if name not in HARNESS and hasattr(module(name), "measure")]


def module(name: str):
    return importlib.import_module(f"bench.{name}")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the benchmarks")
    benchmarks = parser.add_subparsers(dest="bench", metavar="NAME")
    for name in names():
        described = title(name).replace("%", "%%")
        one = benchmarks.add_parser(name, help=described, description=described)
        one.add_argument("--json", action="store_true", help="one JSON object a line")
        one.add_argument("--database", choices=module(name).STACKS, help="on this one only")
        if hasattr(module(name), "add_options"):
            module(name).add_options(one)
    options = parser.parse_args(arguments)
    if not (options.list or options.bench):
        parser.error("name a benchmark; --list names them")
    return options


def title(name: str) -> str:
    return module(name).__doc__.strip().splitlines()[0]


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    if options.list:
        for name in names():
            print(f"{name:<12} {title(name)}")
        return 0
    chosen = (options.database,) if options.database else module(options.bench).STACKS
    return max(run_on(name, options, arguments) for name in chosen)


def run_on(stack_name: str, options: argparse.Namespace, arguments: list[str]) -> int:
    """Runs the benchmark in a process of its own, whose settings are this stack's."""
    with stack.made(stack_name, keep=getattr(options, "keep", None)) as made:
        described = [made.name, str(made.var), made.database_url, made.redis_url]
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.one", *described, "--", *arguments],
            env=made.environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in process.stdout:
            show(json.loads(line), options, stack_name)
        return process.wait()


def show(line: dict, options: argparse.Namespace, stack_name: str) -> None:
    if "settings" in line:
        heading = f"{options.bench} on {stack_name} ({line['settings']})"
        print(heading, file=sys.stderr if options.json else sys.stdout, flush=True)
    elif options.json:
        print(Figure(**line).as_json(bench=options.bench, stack=stack_name), flush=True)
    else:
        print(Figure(**line).as_row(), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
