"""Tables that lost their markup: a stream of tokens, one cell a line, `a | b |`, or glued into one line.

What converters leave of a table is the order of its cells. Labels are known, so they are the anchors; what
stands between two labels are the values of the first. Where blank cells were kept as blank lines, the number of
line breaks between two tokens tells how many cells lie between them (`Spacing`).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extractors.documents.grid import is_filler
from extractors.forms.head_order import ENDS
from extractors.forms.list_grid import sources
from extractors.forms.rows import PrintedCell
from extractors.forms.vocabulary import (
    ITEM_HEAD,
    MEMBERS,
    all_item_heads,
    known_words,
    list_names,
)
from extractors.labels import fold, plain
from schema.catalog import catalog
from schema.records import Document, Grid, Place

_VALUE = re.compile(
    r"[-—–―/\\／]+|无|零"
    r"|[-+−－增减加少约近]{0,2}[\d０-９][\d０-９,.，]*[余多]?[万亿]?[元条件次个项篇人]{0,2}(?:[（(][^()（）]{2,30}[）)])?"
)
# An item of a list in words: 政府网站公开政府信息数：12条
_NAMED = re.compile(rf"([^:：]*(?:其中[:：][^:：]*)?)[:：]\s*({_VALUE.pattern})[。；;，,]?")
_GLUED_MIN = 8  # known labels in one line from which it is a glued table: prose names a few of them too
_MAX_WORDS = 20  # of a line of heads, or of figures
_MAX_TOKENS = 30_000  # a report in which each cell is a line has a tenth
_MAX_GLUED = 60_000  # characters: longer than any report in one line
_MAX_ROW = 90  # characters of a row that stands in one line
_FIGURES = re.compile(r"(?:万元|人次|[条件次篇个人])?[\d\s.,+\-—/万元]*\d[\d\s.,+\-—/万元]*")
_DRAWN = re.compile(r"[+=-]*\+[+=-]*")  # +----+ of a drawn box
_FIGURE_IN = re.compile(r"(?<!计)\s\d")  # a remark that is broken around the row's figures would swallow them
_TABLE_MARKS = ("信息内容", "新收政府信息公开申请", "主动公开政府信息数", "行政复议数量", "结果维持")
_MAX_MERGE = 4  # lines that one label may be broken over
GLUED = "several cells are run together and cannot be told apart"
SHORT = "fewer cells are left than the row has columns"
SPANNED = "a blank cell at the beginning may be part of the label, and one at the end be lost"
LONG = "more cells are left than the row has columns"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of running text: its words, where it stands, and how many line breaks lie before it.

    `cell` is True where the piece is a whole cell of a row with separators, which may be blank.
    """

    text: str
    place: Place
    breaks: int
    cell: bool = False
    glued: bool = False

    @property
    def is_value(self) -> bool:
        """Whether this can only be a number, a dash, or a blank cell."""
        text = self.text.strip()
        if self.glued:
            return any(c.isdigit() for c in text) or bool(_VALUE.fullmatch(text))
        return bool(_VALUE.fullmatch(text)) if text else self.cell


def tokens(document: Document, *, with_tables: bool = False) -> list[Token]:
    """The text of a document outside its real tables, as tokens. Places in lines have table 0.

    `with_tables`: the real tables too, row by row, since their spans are lost.
    """
    found: list[Token] = []
    line = 0
    breaks = 0
    for block in document.blocks:
        if isinstance(block, Grid):
            line += 1
            if with_tables or block.origin == "pipes":
                found.extend(_of_rows(block))
                breaks = 1
            continue
        line += 1
        breaks += 1
        pieces = list(_of_line(block, line, breaks))
        if pieces:
            found.extend(pieces)
            breaks = 0
        if len(found) > _MAX_TOKENS:
            break
    return found


def _of_rows(grid: Grid) -> Iterator[Token]:
    for number, row in enumerate(grid.rows):
        own = (cell for cell in sources(row) if cell.row == number and not is_filler(cell))
        for n, cell in enumerate(own):
            yield Token(cell.text, Place(grid.index, cell.row + 1, cell.column + 1), 0 if n else 1, cell=True)


def _of_line(line: str, number: int, breaks: int) -> Iterator[Token]:
    """The tokens of one line: itself, its cells, or the labels and values that stand or are glued in it."""
    if "\t" not in line:
        line = " ".join(line.split())  # columns that are lined up by blanks
    for n, (piece, glued) in enumerate((text, glued) for text, glued in _pieces(line) if text):
        yield Token(piece, Place(0, number, n + 1), 0 if n else breaks, glued=glued)


def _pieces(line: str) -> list[tuple[str, bool]]:
    """The pieces of a line, each with whether it is part of a glued text."""
    if "|" in line or "\t" in line:
        pieces = (piece.strip() for piece in re.split(r"[|\t]", line))
        return [(piece, False) for piece in pieces if not _DRAWN.fullmatch(piece)]
    words = line.split()
    if 1 < len(words) <= _MAX_WORDS:
        if all(plain(word) in known_words() for word in words):
            return [(word, False) for word in words]
        if len(words) >= len(ENDS) and all(_VALUE.fullmatch(word) for word in words):
            return [(word, True) for word in words]
    if _is_glued(line):
        return list(_unglue(line))
    named = _NAMED.fullmatch(line)
    if named and plain(named[1]) in list_names():
        return [(named[1], False), (named[2], False)]
    return [(line, False)]


# --- glued lines ---------------------------------------------------------------------------------------


@cache
def _label_pattern() -> re.Pattern[str]:
    """Every label of every form, longest first, with its own number before it where that is printed.

    After a digit its number may be the end of a figure (1742.延期办结数), so it is left there and makes that unclear.
    """
    names: dict[str, set[str]] = {}
    for form in catalog().forms.values():
        for row in form.rows:
            for name in row.names:
                names.setdefault(name, set()).add(fold(row.number))
    for name in (
        *all_item_heads(),
        ITEM_HEAD,
        *("自然人 法人或其他组织 商业企业 科研机构 社会公益组织 法律服务机构".split()),
    ):
        names.setdefault(name, set())
    parts = []
    for name in sorted(names, key=len, reverse=True):
        lead = "|".join(
            (r"(?<!\d)" if number[0].isdigit() else "") + re.escape(number) for number in sorted(names[name]) if number
        )
        parts.append((f"(?:{lead})?" if lead else "") + re.escape(name))
    article = r"第二十条第\([一二三四五六七八九]\)项"
    remark = r"(?:\([^()]{3,60}\))?"
    return re.compile(f"(?:{article}|{'|'.join(parts)}){remark}")


def _is_glued(line: str) -> bool:
    """Whether a line holds many labels, nothing but labels, or one label with nothing but figures after it."""
    if len(line) > _MAX_GLUED:
        return False
    if not any(c.isdigit() for c in line):
        return (len(line) > _MAX_ROW and _known_in(line) >= _GLUED_MIN) or _is_head_line(line)
    if len(line) <= _MAX_ROW:
        text = _narrow(line)
        at = 0
        while match := _label_pattern().match(text, at):  # 三、本年度办理结果 （一）予以公开 5 3 1
            at = match.end()
        return at > 0 and _FIGURES.fullmatch(text, at) is not None
    return any(mark in line for mark in _TABLE_MARKS) and _known_in(line) >= _GLUED_MIN


def _is_head_line(line: str) -> bool:
    """Whether a short line is two or more labels with blanks between and nothing else: a row of heads."""
    if len(line) > _MAX_ROW or " " not in line:
        return False
    text = _narrow(line)
    return not _label_pattern().sub("", text) and _known_in(line) > 1


def _known_in(line: str) -> int:
    return sum(1 for _ in _label_pattern().finditer(_narrow(line)))


def _narrow(line: str) -> str:
    return fold(line) if not re.search(r"\d\s+\d", line) else _keep_gaps(line)


def _keep_gaps(line: str) -> str:
    """Fold a line but for the blanks between figures, which part two cells."""
    return " ".join(fold(part) for part in re.split(r"(?<=\d)\s+(?=[\d+\-])", unicodedata.normalize("NFKC", line)))


def _unglue(line: str) -> Iterator[tuple[str, bool]]:
    """Labels, and what stands between them; the text is folded, since glued text has no better spelling."""
    text = _narrow(line)
    at = 0
    for match in _label_pattern().finditer(text):
        yield from _rest(text[at : match.start()])
        yield match[0], False
        at = match.end()
    yield from _rest(text[at:])


def _rest(text: str) -> Iterator[tuple[str, bool]]:
    """What is left between two labels: values parted by blanks, or a run of digits that may be several."""
    unit = re.match(r"(万元|人次|[条件次篇个人])(?=[\d\s]|$)", text)
    if unit:
        yield unit[0], False
        text = text[unit.end() :]
    for piece in text.split():
        yield piece, True


# --- labels broken over lines -----------------------------------------------------------------------------


def joined(stream: Sequence[Token]) -> list[Token]:
    """Join labels that are broken over lines: the longest run of tokens that makes a known label."""
    known = known_words()
    result: list[Token] = []
    i = 0
    while i < len(stream):
        size = 1
        if not stream[i].is_value and stream[i].text:
            size = next((n for n in range(_MAX_MERGE, 1, -1) if _makes_label(stream[i : i + n], n, known)), 1)
        first = stream[i]
        text = "".join(token.text for token in stream[i : i + size])
        result.append(Token(text, first.place, first.breaks, first.cell, first.glued))
        i += size
    return result


def _makes_label(run: Sequence[Token], size: int, known: frozenset[str]) -> bool:
    if len(run) < size or any(token.is_value or not token.text or _FIGURE_IN.search(token.text) for token in run):
        return False
    whole = plain("".join(token.text for token in run))
    return whole in known and not all(plain(token.text) in known for token in run)


# --- values between two labels ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spacing:
    """Line breaks a cell takes, and those that a row's end adds; None where the text does not tell.

    `padded`: rows between separators begin with their cells and are filled up with blank ones at their end;
    `spanned`: they begin with blank ones that their label spans.
    """

    cell: int | None = None
    row: int | None = None
    padded: bool = False
    spanned: bool = False


def spacing(gaps: Iterable[int], ends: Iterable[int]) -> Spacing:
    """Calibrate on complete rows: `gaps` between two of their values, `ends` from their last to the next label."""
    cell = Counter(gaps).most_common(1)
    if not cell or cell[0][0] < len("\n\n"):
        return Spacing()  # one break a cell: a blank one would leave no trace that can be trusted
    unit = cell[0][0]
    row = Counter(end - unit for end in ends if end >= unit).most_common(1)
    return Spacing(unit, row[0][0] if row else None)


def cells_of(values: Sequence[Token], width: int, spaced: Spacing, end: int | None) -> list[PrintedCell] | str:
    """The cells of a row of `width` columns, or why they cannot be told.

    `end`: line breaks from the last value to what follows. Blanks are taken only where they are proven: by
    separators, by line breaks that add up, or (no value at all) by the row as a whole.
    """
    if any(token.glued for token in values) and width > 1 and len(values) == 1:
        return GLUED
    if any(token.cell for token in values):
        cells = _of_separated(values, width, padded=spaced.padded)
        if isinstance(cells, list) and width > 1 and (spaced.spanned or cells[0] != _printed(values[0])):
            return cells if cells[0].raw or not any(cell.raw for cell in cells) else SPANNED
        return cells
    if len(values) > width:
        return LONG
    if len(values) == width and (spaced.cell is None or all(token.breaks == spaced.cell for token in values[1:])):
        return [_printed(token) for token in values]
    return _of_spaced(values, width, spaced, end)


def _printed(token: Token) -> PrintedCell:
    return PrintedCell(token.text, token.place)


def _of_separated(values: Sequence[Token], width: int, *, padded: bool) -> list[PrintedCell] | str:
    """Cells between separators. Surplus ones are padding only when what they follow is complete."""
    cells = [_printed(token) for token in values]
    surplus = cells[width:]
    if surplus and width == len(MEMBERS) and cells[-1].raw and not any(cell.raw for cell in cells[: len(surplus)]):
        return cells[-width:]  # the label's span was kept as blank cells; the total stands last
    if any(cell.raw for cell in surplus):
        return LONG
    if len(cells) < width:
        return SHORT
    if width > 1 and cells[0].raw and not any(cell.raw for cell in cells[1:]):
        return "one value and then blank cells: padding, or all that the row has"
    apart = padded and bool(cells[width - 1].raw)  # its last cell is there, so no other was dropped
    if surplus and not apart and not all(cell.raw for cell in cells[:width]) and any(cell.raw for cell in cells):
        return "blank cells and padding cannot be told apart"
    return cells[:width]


def _of_spaced(values: Sequence[Token], width: int, spaced: Spacing, end: int | None) -> list[PrintedCell] | str:
    """Cells whose blanks show as line breaks: before, between and after the values they must add up to `width`."""
    unit = spaced.cell
    if not values or unit is None:
        return SHORT
    places: list[Token | None] = []
    for n, token in enumerate(values):
        if token.breaks % unit:
            return SHORT
        places += [None] * (token.breaks // unit - 1) + [token]
        if n == 0 and token.breaks < unit:
            return SHORT
    trailing = width - len(places)
    if trailing < 0 or (trailing and not _ends_after(trailing, end, spaced)):
        return SHORT
    near = values[0].place
    return [PrintedCell(t.text, t.place) if t else PrintedCell("", near) for t in [*places, *[None] * trailing]]


def _ends_after(blanks: int, end: int | None, spaced: Spacing) -> bool:
    """Whether the line breaks after a row's last value are those of that many blank cells and the row's end."""
    if end is None or spaced.cell is None or not spaced.row:
        return False  # where a row's end adds nothing, more breaks may be those before a heading
    return end == spaced.cell * (blanks + 1) + spaced.row
