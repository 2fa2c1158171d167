"""Parts of a page that are drawn over and over: a row of a list, an entry of a timeline.

Of each a template looks up, asks and escapes everything anew, though most of what it draws is the
same each time. A stencil is cut once for each outline, by drawing its template with marks for
words; from then on only the words are put where the marks are.
"""

import html
import re
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

# No page may hold a NUL, so nothing else is taken for a mark.
MARK = re.compile("\0(\\w+)\0")
# A word that no filter leaves as it is: long, of two lines, with letters of both cases and signs.
OTHER = "Other <B>&\"'{}'\n" + "on and on, " * 50
# As many as one could tell apart; of a list's rows a day shows some dozens.
OUTLINES_KEPT = 1000
WORD = object()


class Stencil:
    """Draws a template that puts texts in their places, as they are or not at all.

    What is given as a text is a word, unless it is empty; all else, such as True, is part of the
    outline. The template may ask of a word only whether there is one: a filter that changes words
    is found when the stencil is cut, a comparison with one word is not.
    """

    def __init__(self, template: str):
        self.template = template
        self.cut = lru_cache(maxsize=OUTLINES_KEPT)(self.cut_anew)

    def __call__(self, **said: str | bool) -> SafeString:
        outline = tuple(
            [WORD if value and isinstance(value, str) else value for value in said.values()]
        )
        return mark_safe(filled(self.cut(tuple(said), outline), said))

    def cut_anew(self, names: tuple[str, ...], outline: tuple) -> tuple[str, ...]:
        """What stands before, between and after the words, and at each second place a word's name.

        Raises LookupError where the template draws a word as something else.
        """
        shape = dict(zip(names, outline, strict=True))
        parts = tuple(MARK.split(self.drawn(with_words(shape, "\0{}\0"))))
        others = with_words(shape, OTHER)
        if {*parts[1::2]}.difference(names) or filled(parts, others) != self.drawn(others):
            raise LookupError(f"{self.template} draws some of its words as something else.")
        return parts

    def drawn(self, said: dict) -> str:
        return render_to_string(self.template, said).removesuffix("\n")


def with_words(shape: dict, word: str) -> dict:
    return {name: word.format(name) if value is WORD else value for name, value in shape.items()}


def filled(parts: tuple[str, ...], said: dict) -> str:
    whole = list(parts)
    whole[1::2] = [escaped(said[name]) for name in parts[1::2]]
    return "".join(whole)


def escaped(word: str) -> str:
    return word if isinstance(word, SafeString) else html.escape(word)
