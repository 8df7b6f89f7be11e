"""The running text of a document, made ready once for all who search it for what a report says of itself."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from extractors.labels import drop_sounds, simple
from schema.records import Document, Grid

_MAX_WORDS = 100_000  # characters; a long report has a quarter of them, a page without bounds any number
_MAX_LAYOUT_ROWS = 3  # of a table that holds nothing but one text
_WIDE = dict(zip("，：；（）！？％　", ",:;()!?% ", strict=True))
_STABLE = "\n!-@[-`{-~、。《》“”—·〔〕【】\u4e00-\u9fff"  # what NFKC leaves alone, and joins to nothing
_LINE_END = "\0"  # for a while, as it is no blank; no document has it
_UNSTABLE = re.compile(rf"[^{_STABLE}][^{_STABLE}]*")


class Wording(NamedTuple):
    """The lines of a document that are not blank, as `printed` and as they are compared.

    `narrow` has neither blanks nor full-width forms, and keeps its characters: for names. `simple` has the Traditional
    ones simplified, each at its position; `text` is all of it, joined by line ends.
    """

    printed: tuple[str, ...]
    narrow: tuple[str, ...]
    simple: tuple[str, ...]
    text: str


def wording(lines: Iterable[str]) -> Wording:
    """Make lines ready, as many from the first as the bound leaves room for."""
    printed = "\n".join(filter(None, lines))[:_MAX_WORDS]
    narrow = drop_sounds(_narrowed(printed))
    text = simple(narrow)
    return Wording(tuple(printed.split("\n")), tuple(narrow.split("\n")), tuple(text.split("\n")), text)


def words_of(document: Document) -> Wording:
    """The lines outside the tables of a document, and those of tables that hold one text only, which are layout."""
    return wording(_lines(document))


def numbers_of_lines(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """The number, from 0, of each line that a match of the pattern begins or ends in; one as often as it does."""
    line = end = 0
    for match in pattern.finditer(text):
        line += text.count("\n", end, match.start())
        yield line
        line += match[0].count("\n")
        yield line
        end = match.end()


def _lines(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, str):
            yield block
        elif len(block.rows) <= _MAX_LAYOUT_ROWS:
            yield from _only_text(block).split("\n")


def _only_text(grid: Grid) -> str:
    """The text of a table that has no other in any cell; empty where it has two."""
    text = grid.rows[0][0].text if grid.width else ""
    return text if all(cell.text == text for row in grid.rows for cell in row) else ""


def _narrowed(text: str) -> str:
    """NFKC without blanks inside lines. Normalizing the whole of a Chinese page would cost ten times as much."""
    for wide, slim in _WIDE.items():
        text = text.replace(wide, slim)
    if not unicodedata.is_normalized("NFKC", text):
        text = _UNSTABLE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return "".join(text.replace("\n", _LINE_END).split()).replace(_LINE_END, "\n")
