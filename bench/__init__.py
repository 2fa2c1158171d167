"""LeadHub's benchmarks: `script/bench --list`, `script/bench NAME [options] [--json]`.

Each is a module `bench/NAME.py`. The first line of its docstring says what it measures, and it
has:

    STACKS = ("sqlite", "postgresql")    the stacks it runs on, one after the other

    def add_options(parser) -> None      its own options (optional)

    def measure(stack, options) -> Iterator[Figure]
        Runs with Django set up and an empty database, migrated and prepared (`manage.py
        prepare`). `stack` is a `bench.stack.Stack`. `options` has what was parsed. Yields a
        `bench.figures.Figure` for each thing it measured, as soon as it is known.

Modules import Django's models inside `measure`, never at the top: naming the benchmarks needs no
database. Whatever is compared must be checked to be equal before any time counts: raise
AssertionError if it is not.

Every run has databases of its own: an SQLite file, or a PostgreSQL that the harness starts, with
PostgreSQL's default durability. What decides their speed is printed above the figures.
"""
