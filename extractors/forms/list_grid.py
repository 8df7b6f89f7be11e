"""The 2014 form in a grid: which columns hold label, unit and number, and the rows they give.

The form is one list, `统计指标 | 单位 | 统计数`. Copies add a column of serial numbers, swap columns, put two
blocks side by side, or drop the head after a page break; so columns are found by their heads, else by what
stands in them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.forms.rows import PrintedCell, PrintedRow, place_of
from extractors.forms.vocabulary import (
    HEADING_UNITS,
    LABEL_HEADS,
    UNIT_HEADS,
    UNIT_WORDS,
    VALUE_HEADS,
    list_names,
)
from extractors.labels import fold, plain
from schema.records import Cell, Grid

_MIN_LABELS = 3  # labels of the form that a column must hold to be taken for the label column
_MIN_UNITS = 2

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The columns of one list: labels (several where a head spans them), unit, value.

    `rivals` counts further value columns: then no value is sure.
    """

    labels: tuple[int, ...]
    unit: int | None
    value: int | None
    rivals: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """The blocks of a grid, and the row that its list begins in."""

    blocks: tuple[Block, ...]
    first_row: int
    width: int
    by_head: bool


def count_labels(grid: Grid) -> int:
    """How many source cells of a grid are labels of the 2014 form."""
    names = list_names()
    return sum(plain(cell.text) in names for row in grid.rows for cell in sources(row) if cell.text)


def layout(grid: Grid, before: Layout | None = None) -> Layout | None:
    """Find the columns of a grid; `before` is the layout of the grid that it may continue."""
    for y, row in enumerate(grid.rows):
        blocks = _by_heads(row)
        if blocks:
            return Layout(blocks, y + 1, grid.width, True)
    if before and before.width == grid.width and before.by_head:
        return Layout(before.blocks, 0, grid.width, True)
    blocks = _by_content(grid)
    return Layout(blocks, 0, grid.width, False) if blocks else None


def printed_rows(grid: Grid, found: Layout) -> Iterator[PrintedRow]:
    """The rows of a list, block by block, in printed order; rows without a label are left out."""
    for block in found.blocks:
        for row in grid.rows[found.first_row :]:
            printed = _printed(row, block, grid.index)
            if printed and fold(printed.label) not in LABEL_HEADS:
                yield printed


def sources(row: Row) -> Iterator[Cell]:
    """The source cells of a grid row, each once."""
    last: Cell | None = None
    for cell in row:
        if last is None or cell.row != last.row or cell.column != last.column:
            yield cell
        last = cell


def _by_heads(row: Row) -> tuple[Block, ...]:
    """The blocks that a head row names; none if it is no head row."""
    heads = [fold(cell.text) for cell in row]
    starts = [x for x, head in enumerate(heads) if head in LABEL_HEADS and (x == 0 or row[x] != row[x - 1])]
    if not starts or not any(head in VALUE_HEADS or head in UNIT_HEADS for head in heads):
        return ()
    if heads.count("统计指标") == 0 and not any(head in VALUE_HEADS for head in heads):
        return ()
    blocks = []
    for start, end in zip(starts, [*starts[1:], len(row)], strict=True):
        blocks.append(_block(row, heads, start, end, starts[0]))
    return tuple(blocks)


def _block(row: Row, heads: list[str], start: int, end: int, first: int) -> Block:
    labels = tuple(x for x in range(start, end) if row[x] == row[start])
    rest = [x for x in range(start, end) if x not in labels]
    if start == first:  # in the first block unit and number may stand left of the labels
        rest = [x for x in range(start) if heads[x]] + rest
    unit = next((x for x in rest if heads[x] in UNIT_HEADS), None)
    values = [x for x in rest if heads[x] in VALUE_HEADS]
    if not values:
        values = [x for x in rest if x != unit and heads[x] and x > start and heads[x] not in ("序号", "备注", "代码")]
        values = [x for n, x in enumerate(values) if n == 0 or row[x] != row[values[n - 1]]]
    return Block(labels, unit, values[0] if values else None, max(len(values) - 1, 0))


def _by_content(grid: Grid) -> tuple[Block, ...]:
    """Blocks of a grid without a head: a column of labels, and right of it a column of units."""
    names = list_names()
    labels: Counter[int] = Counter()
    units: Counter[int] = Counter()
    for row in grid.rows:
        for cell in sources(row):
            x = row.index(cell)
            folded = fold(cell.text)
            labels[x] += plain(cell.text) in names
            units[x] += folded in UNIT_WORDS or folded in HEADING_UNITS
    columns = sorted(x for x, count in labels.items() if count >= min(_MIN_LABELS, len(grid.rows)))
    blocks = []
    for start, end in zip(columns, [*columns[1:], grid.width], strict=True):
        unit = next((x for x in range(start + 1, end) if units[x] >= min(_MIN_UNITS, labels[start])), None)
        after = start + 1 if unit is None else unit + 1
        blocks.append(Block((start,), unit, after if after < end else None, max(end - after - 1, 0)))
    return tuple(blocks)


def _printed(row: Row, block: Block, table: int) -> PrintedRow | None:
    """One row of a block; None where its label cells are empty."""
    labels = [cell for cell in sources(tuple(row[x] for x in block.labels)) if cell.text]
    if not labels:
        return None
    own = labels[-1]
    unit = row[block.unit] if block.unit is not None else None
    unit_text = fold(unit.text) if unit and unit not in labels else None
    cells: tuple[PrintedCell, ...] = ()
    if block.value is not None:
        value = row[block.value]
        if value not in labels and value != unit:
            cells = (PrintedCell(value.text, place_of(value, table), _trouble(value, own, block)),)
    return PrintedRow(tuple(cell.text for cell in labels), cells, place_of(own, table), unit_text)


def _trouble(value: Cell, label: Cell, block: Block) -> str:
    if block.rivals:
        return "several columns hold numbers and no head says which is meant"
    if value.row != label.row and value.text:
        return "one merged cell covers several rows"
    return ""
