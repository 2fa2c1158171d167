"""Writes the specification to docs: python -m tests.scoring.spec."""

from tests.scoring.spec.rendering import PAGE, page

PAGE.write_text(page())
