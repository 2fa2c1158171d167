"""Where DuckDB lays down what does not fit into its memory. The app says it when it starts, so that
the engine needs no settings; without a word, nothing may be laid down.
"""

from pathlib import Path

folder: Path | None = None
