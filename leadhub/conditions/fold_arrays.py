"""`fold` of many texts at once, for DuckDB. Apart from it, since Arrow takes long to load, and most
of LeadHub's processes can start without.
"""

import pyarrow as pa

from leadhub.conditions.fold import fold


def fold_array(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The folded texts; null stays null. Each different text is folded once."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    different = texts.dictionary_encode()
    folded = [fold(text) for text in different.dictionary.to_pylist()]
    return pa.array(folded, pa.string()).take(different.indices)


def register(connection) -> None:
    """Makes fold(text) known to the DuckDB connection. Text that is ASCII, with as many bytes as
    letters, DuckDB folds as Python does.
    """
    connection.create_function("fold_any", fold_array, ["VARCHAR"], "VARCHAR", type="arrow")
    connection.execute("""
        CREATE MACRO fold(said) AS
        CASE WHEN strlen(said) = length(said) THEN lower(said)
             WHEN said IS NOT NULL THEN fold_any(said) END""")
