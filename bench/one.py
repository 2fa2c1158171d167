"""One benchmark on one stack, in a process of its own: prints its figures as JSON lines."""

import json
import os
import sys
from pathlib import Path

import django


def main(described: list[str], arguments: list[str]) -> None:
    # Whatever else the benchmark prints must not get among the figures.
    figures = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    django.setup()
    from django.core.management import call_command

    from bench.__main__ import module, parse
    from bench.stack import Stack

    options = parse(arguments)
    name, var, database_url, redis_url = described
    stack = Stack(name, Path(var), database_url, redis_url)
    call_command("prepare")
    print(json.dumps({"settings": stack.settings()}), file=figures, flush=True)
    for figure in module(options.bench).measure(stack, options):
        print(figure.packed(), file=figures, flush=True)


if __name__ == "__main__":
    divider = sys.argv.index("--")
    main(sys.argv[1:divider], sys.argv[divider + 1 :])
