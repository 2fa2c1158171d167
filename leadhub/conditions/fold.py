"""The one meaning of "the same text": NFKC, then casefolded. Engines fold differently, so Python
does it for all of them; only ASCII they may fold by themselves (see `fold_arrays`).
"""

import unicodedata


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
