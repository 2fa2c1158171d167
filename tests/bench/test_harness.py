"""`script/bench`: what it names, and what it says to machines."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from bench.figures import Figure
from tests.architecture.source import ROOT

KEYS = {"bench", "figure", "value", "unit", "target", "holds"}


def bench(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench", *arguments],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        (Figure("rate", 5000, "events/s", 5000), True),
        (Figure("rate", 4999, "events/s", 5000), False),
        (Figure("wait", 2.0, "s", 2.0, lower_is_better=True), True),
        (Figure("wait", 2.1, "s", 2.0, lower_is_better=True), False),
        (Figure("memory", 700, "MB"), True),
    ],
)
def test_a_figure_holds_on_its_target(figure, holds):
    assert figure.holds is holds


@pytest.mark.servers
@pytest.mark.skipif(not settings.ON_SQLITE, reason="once is enough")
def test_says_what_it_measured_as_json_and_nothing_else():
    assert any(line.startswith("durable_writes ") for line in bench("--list").splitlines())

    said = bench("durable_writes", "--json", "--database", "sqlite", "--rows", "3")

    lines = [json.loads(line) for line in said.splitlines()]
    assert lines
    assert all(set(line) == KEYS for line in lines)
    assert {line["bench"] for line in lines} == {"durable_writes"}
    assert all(line["value"] > 0 for line in lines)
