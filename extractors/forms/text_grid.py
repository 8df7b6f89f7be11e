"""Tables of running text whose separators prove their columns, made grids as those of a page are.

Where each row of a table has as many cells as its heads, no cell has been dropped: a span is blank cells, or its text
again and again. Tables whose rows differ in length have lost their spans, and are read as streams (`matrix_stream.py`).
"""

import re
from collections.abc import Iterable

from extractors.documents.grid import MAX_SPAN, is_filler
from extractors.forms.list_grid import Row
from extractors.forms.matrix_grid import walk_grids
from extractors.forms.rows import MatrixRows
from extractors.forms.vocabulary import MEMBERS, all_item_heads, known_words, result_paths, result_words
from extractors.labels import fold, plain
from schema.records import Cell, Grid

_RULE = re.compile(r":?-{2,}:?")  # what parts the head of a Markdown table from its rows
_GROUPS = frozenset({"行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉"})


def text_rows(grids: Iterable[Grid]) -> MatrixRows:
    """The rows of sections 2 to 4 in tables with separators; a section without all of its heads is left out."""
    found = walk_grids(with_spans(grid) for grid in grids if is_even(grid))
    whole = [row for row in found.requests if sorted(row.heads) == sorted(MEMBERS)]
    paths = {path for path, _ in found.results}
    return MatrixRows(found.items, whole, found.results if paths == result_paths().keys() else [])


def is_even(grid: Grid) -> bool:
    """Whether all rows are of one length, those aside that hold one cell, such as the head of a block."""
    return not any(is_filler(row[-1]) and sum(bool(cell.text) for cell in row) > 1 for row in grid.rows)


def with_spans(grid: Grid) -> Grid:
    """The table with cells that cover what they spanned."""
    rows: list[Row] = []
    above: Row = ()
    for number, row in enumerate(grid.rows):
        if number == 1 and all(_RULE.fullmatch(cell.text) for cell in row):
            rows.append(tuple(Cell("", number, MAX_SPAN + x) for x in range(grid.width)))
            continue
        above = _spanned(row, above)
        rows.append(above)
    return Grid(tuple(rows), grid.index, grid.origin)


def _spanned(row: Row, above: Row) -> Row:
    """A row in which a cell that only goes on with the one left of it, or above it, is that cell."""
    words = {fold(cell.text) for cell in row if cell.text}
    is_head = (bool(words) and words <= result_words()) or any(plain(word) in all_item_heads() for word in words)
    cells: list[Cell] = []
    for x, cell in enumerate(row):
        over = above[x] if above else None
        if x and _goes_on(cell, cells[-1], is_head, covered=over is not None and over == above[x - 1]):
            cells.append(cells[-1])
        elif over is not None and _goes_down(cell, over, is_head):
            cells.append(over)
        else:
            cells.append(cell)
    return tuple(cells)


def _goes_on(cell: Cell, left: Cell, is_head: bool, *, covered: bool) -> bool:
    """Whether a cell is part of the one left of it; `covered`: one cell covers both places in the row above."""
    if not cell.text:
        return is_head and (fold(left.text) in _GROUPS or plain(left.text) in all_item_heads())
    return cell.text == left.text and (covered or _is_label(cell.text))


def _goes_down(cell: Cell, over: Cell, is_head: bool) -> bool:
    if not cell.text:
        return is_head and fold(over.text) in result_words() - _GROUPS
    return cell.text == over.text and plain(cell.text) in known_words()


def _is_label(text: str) -> bool:
    return sum("\u4e00" <= c <= "\u9fff" for c in text) > 1
