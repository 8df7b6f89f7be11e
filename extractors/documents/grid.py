"""Tables as full rectangles: spans expanded, each place knowing its source cell."""

import re
from collections.abc import Iterable, Sequence

from schema.records import Cell

_DIGITS = re.compile(r"\d+")
MAX_SPAN = 1000  # the HTML standard's limit for colspan
MAX_PLACES = 400_000  # what a hostile span may blow a table up to

Span = tuple[str, int, int]  # text, rowspan (0: to the end), colspan
Rows = tuple[tuple[Cell, ...], ...]


def span(value: str | None) -> int:
    """Read a span as browsers do: leading digits count (`1px` is 1), junk and nothing are 1."""
    if not value:
        return 1
    match = _DIGITS.match(value.strip())
    return min(int(match[0]), MAX_SPAN) if match else 1


def expand(rows: Sequence[Iterable[Span]]) -> Rows:
    """Lay cells out as browsers do and fill the rectangle: a place no cell covers is an empty cell.

    Raises ValueError when the spans would blow the table up beyond `MAX_PLACES`.
    """
    places: list[list[Cell | None]] = [[] for _ in rows]
    width = 0
    for y, row in enumerate(rows):
        line = places[y]
        x = 0
        for number, (text, down, across) in enumerate(row):
            cell = Cell(text, y, number)
            if down == across == 1 and x == len(line):  # most cells
                line.append(cell)
                x += 1
                continue
            across = max(across, 1)
            if down == 1 and x == len(line):
                line += [cell] * across
            else:
                x = _free(line, x)
                _cover(places, cell, range(y, min(y + down, len(rows)) if down else len(rows)), x, across)
            x += across
            if x * len(rows) > MAX_PLACES:
                raise ValueError("the table's spans cover too many places")
        width = max(width, len(line))
    return tuple(_filled(line, y, width) for y, line in enumerate(places))


def pad(rows: Sequence[Sequence[str]]) -> Rows:
    """Make a rectangle of rows of text, short rows filled on the right with places that no source cell covers."""
    width = max((len(row) for row in rows), default=0)
    lines: list[list[Cell | None]] = [[Cell(text, y, x) for x, text in enumerate(row)] for y, row in enumerate(rows)]
    return tuple(_filled(line, y, width) for y, line in enumerate(lines))


def is_filler(cell: Cell) -> bool:
    """Whether no source cell covers this place."""
    return cell.column >= MAX_SPAN


def _free(line: list[Cell | None], x: int) -> int:
    """The first place of a row from `x` on that no cell from above covers."""
    while x < len(line) and line[x] is not None:
        x += 1
    return x


def _cover(places: list[list[Cell | None]], cell: Cell, rows: range, left: int, across: int) -> None:
    """Put a cell on all its places; where two cells overlap the earlier one stays."""
    for y in rows:
        line = places[y]
        if len(line) < left + across:
            line.extend([None] * (left + across - len(line)))
        for x in range(left, left + across):
            if line[x] is None:
                line[x] = cell


def _filled(line: list[Cell | None], y: int, width: int) -> tuple[Cell, ...]:
    """Complete a row; places that no source cell covers get numbers past the row's own cells."""
    if len(line) == width and all(line):
        return tuple(line)  # type: ignore[arg-type]
    line = line + [None] * (width - len(line))
    return tuple(cell or Cell("", y, MAX_SPAN + x) for x, cell in enumerate(line))
