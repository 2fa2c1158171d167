"""`fold` of many texts at once, for DuckDB. Apart from it, since Arrow takes long to load, and most
of LeadHub's processes can start without.
"""

import pyarrow as pa
import pyarrow.compute as pc

from leadhub.conditions.fold import fold


def fold_array(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The folded texts; null stays null. Each different text is folded once."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if pc.all(pc.string_is_ascii(texts)).as_py() in (True, None):
        return pc.ascii_lower(texts)
    different = pc.dictionary_encode(texts)
    folded = [fold(text) for text in different.dictionary.to_pylist()]
    return pa.array(folded, pa.string()).take(different.indices)


def register(connection) -> None:
    """Makes fold(text) known to the DuckDB connection."""
    connection.create_function("fold", fold_array, ["VARCHAR"], "VARCHAR", type="arrow")
