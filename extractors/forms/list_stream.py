"""The 2014 form in running text: the unit is the anchor, the label stands before it, the number after it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extractors.forms.rows import PrintedCell, PrintedRow
from extractors.forms.stream import GLUED, Token
from extractors.forms.vocabulary import HEADING_UNITS, LABEL_HEADS, UNIT_HEADS, UNIT_WORDS, VALUE_HEADS, list_names
from extractors.labels import fold, plain
from schema.records import Place

_HEADS = LABEL_HEADS | UNIT_HEADS | VALUE_HEADS
_MAX_LABEL = 4  # pieces that one label and its remark may be broken into
_MAX_WORD = 8  # characters of a word that stands for a number
_MIN_SERIALS = 10  # numbers that count up from which they are no figures
_MAX_SERIAL = 3  # digits
_MIN_CROWDED = 3  # rows with a second figure from which the list has another column of figures
_CROWDED = "more figures stand beside the labels than the list has columns"


def list_rows(stream: Sequence[Token]) -> list[PrintedRow]:
    """The rows of a 2014-form list in a token stream, in order. Headings are rows without cells.

    Where a second figure stands beside several labels (last year's, a serial number), no figure is sure.
    """
    stream = _without_serials(stream)
    rows: list[PrintedRow] = []
    pending: list[Token] = []
    crowded = 0
    i = 0
    while i < len(stream):
        token = stream[i]
        folded = fold(token.text)
        if pending and (folded in UNIT_WORDS or folded in HEADING_UNITS) and not _is_number(token):
            value, i = _value_after(stream, i + 1)
            rows += _close(pending, folded, value)
            pending = []
            crowded += value is not None and _is_second(stream[i : i + 1])
            continue
        if pending and _is_number(token) and _is_label(pending, beside=token.breaks == 0):
            unit = _unit_of(stream[i + 1 : i + 2])  # after the number, or its column was dropped
            rows += _close(pending, unit, token)
            pending = []
            crowded += _is_second(stream[i + 1 : i + 3])
            i += unit is not None
        elif token.text and folded not in _HEADS:
            pending.append(token)
        i += 1
    return [_unsure(row) for row in rows] if crowded >= _MIN_CROWDED else rows


def _without_serials(stream: Sequence[Token]) -> Sequence[Token]:
    """Leave out the numbers of the rows, where the numbers right before the labels count up one by one."""
    pairs = pairwise(stream)
    before = [n for n, (token, label) in enumerate(pairs) if _is_serial(token) and plain(label.text) in list_names()]
    numbers = [int(stream[n].text) for n in before]
    if len(numbers) < _MIN_SERIALS or any(b - a != 1 for a, b in pairwise(numbers)):
        return stream
    serials = set(before)
    return [token for n, token in enumerate(stream) if n not in serials]


def _is_serial(token: Token) -> bool:
    return token.text.isdecimal() and len(token.text) <= _MAX_SERIAL and not token.glued


def _unit_of(after: Sequence[Token]) -> str | None:
    """The unit that follows a number, where one does."""
    unit = fold(after[0].text) if after else ""
    return unit if unit in UNIT_WORDS else None


def _is_second(after: Sequence[Token]) -> bool:
    """Whether what follows a figure is another one, or its unit and then another one."""
    if after and fold(after[0].text) in UNIT_WORDS:
        after = after[1:]
    return bool(after) and _is_number(after[0])


def _unsure(row: PrintedRow) -> PrintedRow:
    return replace(row, cells=tuple(cell._replace(trouble=_CROWDED) for cell in row.cells))


def _is_number(token: Token) -> bool:
    return token.is_value and any(c.isdigit() for c in token.text)


def _value_after(stream: Sequence[Token], i: int) -> tuple[Token | None, int]:
    """The value that follows a unit, and where to go on; None where the next cell is a label already.

    A word in its place (见附件, 约一千) is the value too: beside the unit, or alone before the next row's label.
    """
    if i >= len(stream):
        return None, i
    token = stream[i]
    unit_again = fold(token.text) in UNIT_WORDS
    beside = token.breaks == 0 and (token.cell or plain(token.text) not in list_names())
    if (beside or (not token.cell and token.is_value)) and not unit_again:
        return token, i + 1
    return (token, i + 1) if _is_word_for_value(stream, i) else (None, i)


def _is_word_for_value(stream: Sequence[Token], i: int) -> bool:
    """Whether a line that is no label stands right before one: a row of its own would have a unit after it."""
    token = stream[i]
    if token.cell or not token.text or len(token.text) > _MAX_WORD or plain(token.text) in list_names():
        return False
    return i + 1 < len(stream) and plain(stream[i + 1].text) in list_names()


def _close(pending: Sequence[Token], unit: str | None, value: Token | None) -> list[PrintedRow]:
    """The row that ends here, and the headings that stand before its label."""
    size = _label_size(pending)
    rows = [_heading(token) for token in pending[:-size] if plain(token.text) in list_names()]
    own = pending[-size:]
    label = "".join(token.text for token in own)
    place = own[0].place
    if unit in HEADING_UNITS and (value is None or not value.text):
        return [*rows, PrintedRow((label,), (), place, unit)]
    if value is None:
        cell = PrintedCell("", Place(place.table, place.row, place.column + 2))
    else:
        cell = PrintedCell(value.text, value.place, GLUED if value.glued and not value.is_value else "")
    return [*rows, PrintedRow((label,), (cell,), place, unit)]


def _is_label(pending: Sequence[Token], *, beside: bool) -> bool:
    """Whether what stands before a number is its label: all of it, or, on the number's own line, the end of it.

    On another line the number may be the serial number of the row after a label without figures.
    """
    sizes = range(1, _MAX_LABEL + 1) if beside else [len(pending)]
    return any(plain(_text(pending[-size:])) in list_names() for size in sizes)


def _label_size(pending: Sequence[Token]) -> int:
    """How many of the last pieces make the label: the most that spell a row of the form, else one."""
    for size in range(min(_MAX_LABEL, len(pending)), 0, -1):
        if plain(_text(pending[-size:])) in list_names():
            return size
    return 1


def _heading(token: Token) -> PrintedRow:
    return PrintedRow((token.text,), (), token.place)


def _text(pieces: Sequence[Token]) -> str:
    return "".join(token.text for token in pieces)
