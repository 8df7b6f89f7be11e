"""The 2014 form in a grid: which columns hold label, unit and number, and the rows they give.

The form is one list, `统计指标 | 单位 | 统计数`. Copies add a column of serial numbers or of last year, swap columns,
put two blocks side by side, or drop the head after a page break; so columns are found by their heads, else by what
stands in them, and each row must agree with them: cells of a row that have moved are nobody's.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.forms.rows import PrintedCell, PrintedRow, place_of
from extractors.forms.vocabulary import (
    GENERIC_NAMES,
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
_WIDTH = 3  # columns of the form as it is printed
_NOT_VALUES = re.compile(r"上年|去年|上一年|上期|同期|往年|历年|累计|增|减|%|比|率|备注|说明|序号|代码|编号")
_UNIT_IN_LABEL = re.compile(rf"\((?:单位:?)?({'|'.join(sorted(UNIT_WORDS, key=len, reverse=True))})\)$")
_SEVERAL = "several columns hold numbers and no head says which is meant"
_MERGED = "one merged cell covers several rows"
_MOVED = "the cells of the row do not stand under their heads"

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The columns of one list: labels (several where a head spans them), unit, value.

    `rivals` are further columns that may hold the values: where they do, no value is sure.
    """

    labels: tuple[int, ...]
    unit: int | None
    value: int | None
    rivals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a grid, from `start` to before `end`, that have the same columns."""

    blocks: tuple[Block, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a grid in order. `by_head`: its columns are named by a head, its own or one before it."""

    parts: tuple[Part, ...]
    width: int
    by_head: bool

    @property
    def is_plain(self) -> bool:
        """Whether label, unit and value stand side by side in this order and nothing else does."""
        return self.width == _WIDTH and all(part.blocks == (Block((0,), 1, 2),) for part in self.parts)


def count_labels(grid: Grid) -> int:
    """How many source cells of a grid are labels of the 2014 form.

    其他 is the value of many a header too: where no other label stands, it counts beside a unit only.
    """
    texts = [cell.text for row in grid.rows for cell in sources(row) if cell.text]
    found = [name for text in texts if (name := plain(text)) in list_names()]
    if set(found) <= GENERIC_NAMES and not any(text in UNIT_WORDS for text in texts):
        return 0
    return len(found)


def layout(grid: Grid, before: Layout | None = None, year: str = "") -> Layout | None:
    """Find the columns of a grid; `before` is the layout of the grid that it may continue.

    `year` is the report's own, where it is known: among columns of several years it is the one that is read.
    """
    heads = [(y, blocks) for y, row in enumerate(grid.rows) if (blocks := _by_heads(row, year))]
    ends = [*(y for y, _ in heads[1:]), len(grid.rows)]
    parts = [Part(blocks, y + 1, end) for (y, blocks), end in zip(heads, ends, strict=False)]
    first = heads[0][0] if heads else len(grid.rows)
    if first and before and before.width == grid.width and before.by_head:
        parts.insert(0, Part(before.parts[-1].blocks, 0, first))
    if parts:
        return Layout(tuple(_settled(part, grid) for part in parts), grid.width, True)
    blocks = _by_content(grid)
    return Layout((_settled(Part(blocks, 0, len(grid.rows)), grid),), grid.width, False) if blocks else None


def printed_rows(grid: Grid, found: Layout) -> Iterator[PrintedRow]:
    """The rows of a list, block by block, in printed order; rows without a label are left out."""
    for part in found.parts:
        for block in part.blocks:
            for row in grid.rows[part.start : part.end]:
                printed = _printed(row, block, grid.index)
                if printed and fold(printed.label) not in LABEL_HEADS:
                    yield printed


def sources(row: Row) -> list[Cell]:
    """The source cells of a grid row, each once."""
    return [cell for cell, before in zip(row, (None, *row), strict=False) if cell != before]


def placed(row: Row) -> Iterator[tuple[int, Cell]]:
    """The source cells of a grid row, each with the first of its places."""
    last: Cell | None = None
    for x, cell in enumerate(row):
        if last is None or cell.row != last.row or cell.column != last.column:
            yield x, cell
        last = cell


# --- columns ------------------------------------------------------------------------------------------------


def _by_heads(row: Row, year: str) -> tuple[Block, ...]:
    """The blocks that a head row names; none if it is no head row."""
    heads = [fold(cell.text) for cell in row]
    starts = [x for x, head in enumerate(heads) if head in LABEL_HEADS and (x == 0 or row[x] != row[x - 1])]
    if not starts or not any(head in VALUE_HEADS or head in UNIT_HEADS for head in heads):
        return ()
    if heads.count("统计指标") == 0 and not any(head in VALUE_HEADS for head in heads):
        return ()
    blocks = []
    for start, end in zip(starts, [*starts[1:], len(row)], strict=True):
        blocks.append(_block(row, heads, range(start, end), starts[0], year))
    return tuple(blocks)


def _block(row: Row, heads: list[str], places: range, first: int, year: str) -> Block:
    start = places.start
    labels = tuple(x for x in places if row[x] == row[start])
    rest = [x for x in places if x not in labels]
    if start == first:  # in the first block unit and number may stand left of the labels
        rest = [x for x in range(start) if heads[x]] + rest
    unit = next((x for x in rest if heads[x] in UNIT_HEADS), None)
    after = [x for x in rest if x != unit and x > start]
    values = (
        [x for x in rest if heads[x] in VALUE_HEADS]
        or [x for x in after if heads[x] and not _NOT_VALUES.search(heads[x]) and not _is_of_other_year(x, heads, year)]
        or [x for x in after if not heads[x]]
    )
    return Block(labels, unit, values[0] if values else None, tuple(values[1:]))


def _is_of_other_year(x: int, heads: Sequence[str], year: str) -> bool:
    """Whether a head names a year that is not the report's own, which another head names."""
    return bool(year) and "年" in heads[x] and year not in heads[x] and sum(year in head for head in heads) == 1


def _by_content(grid: Grid) -> tuple[Block, ...]:
    """Blocks of a grid without a head: a column of labels, and right of it a column of units."""
    names = list_names()
    labels: Counter[int] = Counter()
    units: Counter[int] = Counter()
    for row in grid.rows:
        for x, cell in placed(row):
            folded = fold(cell.text)
            labels[x] += plain(cell.text) in names
            units[x] += folded in UNIT_WORDS or folded in HEADING_UNITS
    columns = sorted(x for x, count in labels.items() if count >= min(_MIN_LABELS, len(grid.rows)))
    blocks = []
    for start, end in zip(columns, [*columns[1:], grid.width], strict=False):  # no column, no block
        unit = next((x for x in range(start + 1, end) if units[x] >= min(_MIN_UNITS, labels[start])), None)
        after = start + 1 if unit is None else unit + 1
        blocks.append(Block((start,), unit, after if after < end else None, tuple(range(after + 1, end))))
    return tuple(blocks)


def _settled(part: Part, grid: Grid) -> Part:
    """A part whose blocks keep only those rivals that hold anything: spans and padding make empty columns."""
    rows = grid.rows[part.start : part.end]
    return Part(tuple(_without_empty(block, rows) for block in part.blocks), part.start, part.end)


def _without_empty(block: Block, rows: Sequence[Row]) -> Block:
    own = block.value
    if own is None:
        return block
    rivals = tuple(x for x in block.rivals if any(row[x].text and row[x] != row[own] for row in rows))
    return Block(block.labels, block.unit, own, rivals)


# --- rows ---------------------------------------------------------------------------------------------------


def _printed(row: Row, block: Block, table: int) -> PrintedRow | None:
    """One row of a block; None where its label cells are empty."""
    labels = [cell for cell in sources(tuple(row[x] for x in block.labels)) if cell.text]
    if not labels:
        return None
    own = labels[-1]
    unit = row[block.unit] if block.unit is not None else None
    unit_text = fold(unit.text) if unit and unit not in labels else _unit_of(own.text)
    cells: tuple[PrintedCell, ...] = ()
    if block.value is not None:
        value = row[block.value]
        if value not in labels and value != unit:
            cells = (_value_cell(value, own, unit, block, table),)
    return PrintedRow(tuple(cell.text for cell in labels), cells, place_of(own, table), unit_text)


def _unit_of(label: str) -> str | None:
    """The unit that a label names in brackets: 收取的费用（元）."""
    match = _UNIT_IN_LABEL.search(fold(label))
    return match[1] if match else None


def _value_cell(value: Cell, label: Cell, unit: Cell | None, block: Block, table: int) -> PrintedCell:
    """The cell of a row's value, with the reason why it may be another's."""
    place = place_of(value, table)
    if unit and _has_moved(unit.text, value.text):
        return PrintedCell(f"{unit.text} {value.text}".strip(), place, _MOVED)
    if block.rivals:
        return PrintedCell(value.text, place, _SEVERAL)
    return PrintedCell(value.text, place, _MERGED if value.row != label.row and value.text else "")


def _has_moved(unit: str, value: str) -> bool:
    """Whether a number stands in the column of units, or a unit in that of numbers beside no unit of its own."""
    folded = fold(unit)
    if folded in UNIT_WORDS or folded in HEADING_UNITS:
        return False
    return any(c.isdigit() for c in folded) or fold(value) in UNIT_WORDS
