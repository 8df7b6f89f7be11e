"""Plain text to Document: lines, and tables printed with separators: bars, the lines of a drawn box, tabs or commas.

Converters from HTML pad each row with separators to the table's full width and collapse spanning cells,
so the cells of such a row are in order but their columns are not proven: the grid's origin is `pipes`.
Blank lines are kept as empty lines, since in text with one cell a line they are all that shows a blank cell.
"""

import csv
import re
from collections.abc import Iterable, Iterator

from extractors.documents.grid import pad
from schema.records import Document, Grid

_MIN_ROWS = 2
_MIN_COMMAS, _MIN_COMMA_ROWS = 2, 3  # prose has commas too, but not as many in line after line
BARS = ("|", "｜", "│", "┃", "║")
_BAR = re.compile(f"[{''.join(BARS)}]")
_BR = re.compile(r"\s*<br ?/?>\s*", re.IGNORECASE)
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_RULE = re.compile(r"(?=.*[+\u2500-\u257f])[\s|+\-=\u2500-\u257f]+")  # +----+ and ├──┼──┤ part rows, and are none


def read_text(text: str, url: str = "") -> Document:
    """Read decoded plain text. The title is the first line that is not blank.

    A text that ends in a digit, without the end of its line, may be cut within a number.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    title = next((line.strip() for line in lines if line.strip()), "")
    return Document(url, title, tuple(pipe_blocks(lines, 0)), truncated=text[-1:].isdigit())


def pipe_blocks(lines: Iterable[str], index: int) -> Iterator[str | Grid]:
    """Turn runs of regular rows with one kind of separator into grids, numbered after `index`; all else stays lines."""
    run: list[str] = []
    kind = ""
    for line in lines:
        found = kind if run and kind == "|" and _RULE.fullmatch(line) else _separator(line)
        if run and found != kind:
            for block in _run(run, kind, index):
                index += isinstance(block, Grid)
                yield block
            run = []
        kind = found
        if kind:
            run.append(line)
        else:
            yield line.strip()
    yield from _run(run, kind, index)


def _separator(line: str) -> str:
    """What parts the cells of a line: a bar, a tab or a comma; empty where nothing does."""
    if _BAR.search(line) or _RULE.fullmatch(line):
        return "|"
    if "\t" in line.strip(" "):
        return "\t"
    return "," if line.count(",") >= _MIN_COMMAS else ""


def _run(run: list[str], kind: str, index: int) -> Iterator[str | Grid]:
    rows = _rows(run, kind)
    if _is_table(rows, kind):
        yield Grid(pad(rows), index + 1, "pipes")
    else:
        yield from (line.strip() for line in run)


def _rows(run: list[str], kind: str) -> list[list[str]]:
    if kind == ",":
        return _of_commas(run)
    if kind == "\t":
        return [[cell.strip() for cell in line.split("\t")] for line in run]
    rows = [line for line in run if not _RULE.fullmatch(line)]
    bordered = all(line.lstrip().startswith(BARS) for line in rows)
    closed = sum(line.rstrip().endswith(BARS) for line in rows) * 2 > len(rows)  # else the last bar parts two cells
    return [split_row(line, bordered=bordered, closed=closed) for line in rows]


def _of_commas(run: list[str]) -> list[list[str]]:
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(run)]
    except csv.Error:  # a quote that no one closes makes one cell of all that follows
        return []


def _is_table(rows: list[list[str]], kind: str) -> bool:
    """Whether rows of two cells or more prevail: one cell a line behind a pipe is not a table by rows.

    Commas are separators only where they part each row into as many cells.
    """
    if kind == "," and (len(rows) < _MIN_COMMA_ROWS or len({len(row) for row in rows}) > 1):
        return False
    full = sum(len([cell for cell in row if cell]) > 1 for row in rows)
    return len(rows) >= _MIN_ROWS and full * 2 > len(rows)


def split_row(line: str, *, bordered: bool = True, closed: bool = True) -> list[str]:
    """The cells of a row of separators.

    The one that opens the row makes no cell where the table has a border, nor does the one that closes it where its
    rows are `closed`; else they stand beside a blank first or last cell.
    """
    cells = [_text(cell) for cell in _BAR.split(line)]
    if cells and not cells[0] and bordered:
        cells = cells[1:]
    if cells and not cells[-1] and closed:
        cells = cells[:-1]
    return cells


def _text(cell: str) -> str:
    """A cell's text without what Markdown marks it up with."""
    cell = _BR.sub("\n", cell.strip()) if "<" in cell else cell.strip()
    bold = _BOLD.fullmatch(cell)
    return bold[1] if bold else cell
