"""What can fail that is nobody's doing."""

import duckdb
from django.db import InterfaceError, OperationalError

# The database or the machine fails, whoever is being scored: try again later.
NOT_ABOUT_A_CONTACT = (
    OperationalError,
    InterfaceError,
    MemoryError,
    duckdb.IOException,
    duckdb.OutOfMemoryException,
)
