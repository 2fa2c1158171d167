"""The one place that opens DuckDB."""

from pathlib import Path

import duckdb

from leadhub.conditions import fold


def connect(temp_directory: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory that reaches no file, network or Python variable, and knows `fold`.

    What does not fit into its 512 MB goes to `temp_directory`. Use it as a context manager.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": "512MB",
            "threads": 2,
            "temp_directory": str(temp_directory),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_access": False,
            "python_enable_replacements": False,
        },
    )
    fold.register(connection)
    return connection
