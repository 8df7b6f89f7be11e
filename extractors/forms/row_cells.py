"""Which cells of a grid's row stand under which heads.

Spans that are wrong, cells that are missing or too many, and labels that a page break cut off move the cells of a row
against the heads of its table. So a row is taken by its columns only where nothing in it has moved, else by the order
of its cells where these are as many as the heads, else not at all.
"""

from collections.abc import Sequence
from typing import NamedTuple

from extractors.documents.grid import MAX_SPAN
from extractors.forms.list_grid import Row, sources
from extractors.forms.rows import PrintedCell, place_of
from extractors.forms.vocabulary import UNIT_WORDS
from extractors.labels import fold
from schema.records import Cell

_MERGED_COLUMNS = "one merged cell covers several columns"
_MERGED_ROWS = "one merged cell covers several rows"
_MOVED = "the row has not as many cells as the table has heads"
_MANY_DIGITS = 7  # more than a number of this form has
_RUN_TOGETHER = "the first cell of the row holds what belongs to all of them"


class Line(NamedTuple):
    """A grid row with its number (from 0), its grid's, and the row below it."""

    cells: Row
    number: int
    table: int
    below: Row = ()


class Heads(NamedTuple):
    """The columns of the heads that are read, in ascending order, and the first place right of all heads.

    `alone`: the table has no others. They are `aligned` with the row's grid, or only their order is known.
    """

    columns: Sequence[int]
    right: int
    alone: bool = True
    aligned: bool = True


def extent(row: Row) -> int:
    """The number of places of a row that its source cells cover, from the left."""
    return next((x + 1 for x in range(len(row) - 1, -1, -1) if row[x].column < MAX_SPAN), 0)


def own_cells(line: Line, start: int) -> list[Cell]:
    """The source cells of the row itself from a place on: none that spans down from above, no padding."""
    return [c for c in sources(line.cells[start:]) if c.row == line.number and c.column < MAX_SPAN]


def value_cells(line: Line, heads: Heads, label: int) -> tuple[PrintedCell, ...]:
    """The cells of a row, one for each of the heads; `label` is the last place of the row's label (-1: it has none).

    Each cell carries the trouble where it is not sure that it stands there.
    """
    size = len(heads.columns)
    if not (heads.aligned and _in_place(line, heads, label)):
        own = own_cells(line, label + 1)
        if len(own) != size or not heads.alone:
            return _unsure(line, own, size, _MOVED)
        return tuple(PrintedCell(cell.text, place_of(cell, line.table)) for cell in own)
    under = [line.cells[x] for x in heads.columns]
    if size > 1 and _is_run_together([cell.text for cell in under]):
        return _unsure(line, own_cells(line, label + 1), size, _RUN_TOGETHER)
    if _are_single(line, heads.columns, under):
        return tuple(PrintedCell(cell.text, place_of(cell, line.table)) for cell in under)
    return tuple(_cell(line, x, heads.columns) for x in heads.columns)


def _are_single(line: Line, columns: Sequence[int], cells: Sequence[Cell]) -> bool:
    """Whether each cell covers one place: most rows have no other, and need no second look."""
    below = [line.below[x] for x in columns] if line.below else []
    return len({*cells, *below}) == len(cells) + len(below) and all(cell.row == line.number for cell in cells)


def _is_run_together(texts: Sequence[str]) -> bool:
    """Whether the first cell has digits for all of them, and the others are blank."""
    first, *others = texts
    return sum(c.isdigit() for c in first) >= max(len(texts), _MANY_DIGITS) and not any(others)


def _in_place(line: Line, heads: Heads, label: int) -> bool:
    """Whether the row's label ends left of the heads, a cell stands under each, and no text beside them."""
    row, left = line.cells, heads.columns[0]
    return (
        label < left
        and all(row[x].column < MAX_SPAN for x in heads.columns)
        and not any(row[x].text and fold(row[x].text) not in UNIT_WORDS for x in range(label + 1, left))
        and not any(cell.text for cell in row[heads.right :])
        and not (heads.alone and _is_between(row, heads))
    )


def _is_between(row: Row, heads: Heads) -> bool:
    """Whether a text of its own stands under none of the heads but between them, where one spans several columns."""
    if heads.right - heads.columns[0] == len(heads.columns):
        return False
    places = range(heads.columns[0] + 1, heads.right)
    return any(row[x].text and row[x] != row[x - 1] for x in places if x not in heads.columns)


def _unsure(line: Line, own: Sequence[Cell], size: int, trouble: str) -> tuple[PrintedCell, ...]:
    raw = " ".join(cell.text for cell in own if cell.text)
    place = place_of(own[0] if own else line.cells[0], line.table)
    return (PrintedCell(raw, place, trouble),) * size


def _cell(line: Line, x: int, columns: Sequence[int]) -> PrintedCell:
    """A value cell; one that covers several of the columns, or rows, is nobody's alone, unless it is blank."""
    cell = line.cells[x]
    trouble = ""
    if cell.text and any(line.cells[other] == cell for other in columns if other != x):
        trouble = _MERGED_COLUMNS
    elif cell.text and (cell.row != line.number or (line.below and line.below[x] == cell)):
        trouble = _MERGED_ROWS
    return PrintedCell(cell.text, place_of(cell, line.table), trouble)
