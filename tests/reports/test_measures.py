"""The measures agree with their names, with the counts that carry them, and with the document."""

from dataclasses import fields
from pathlib import Path

from handoff.reports.measures import MEASURE_NAMES, MEASURES, Counts
from handoff.reports.people import STEP_NAMES, STEPS

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs/measures.md").read_text()


def test_every_measure_is_counted_and_has_a_name():
    counted = {field.name for field in fields(Counts)} - {"pipeline"}
    assert set(MEASURES) == set(MEASURE_NAMES) == counted
    assert set(STEPS) == set(STEP_NAMES)


def test_the_document_defines_what_the_pages_show():
    for name in ("Handed over", "Accepted %", "Later rejected", "SQL per MQL", "Won per MQL",
                 "Pipeline", "Still open", "Unjudged", "Rejected", "Uncounted", "Ended",
                 "Near the threshold", "Waiting for data", "Held", "Gave a signal"):  # fmt: skip
        assert f"| {name} |" in DOCUMENT or f"| **{name}** |" in DOCUMENT, name
