"""Plain text to Document: lines, and tables printed as `a | b | c |`.

Converters from HTML pad each row with separators to the table's full width and collapse spanning cells,
so the cells of such a row are in order but their columns are not proven: the grid's origin is `pipes`.
Blank lines are kept as empty lines, since in text with one cell a line they are all that shows a blank cell.
"""

from collections.abc import Iterable, Iterator

from extractors.documents.grid import pad
from schema.records import Document, Grid

_MIN_ROWS = 2
_BARS = ("|", "｜")


def read_text(text: str, url: str = "") -> Document:
    """Read decoded plain text. The title is the first line that is not blank.

    A text that ends in a digit, without the end of its line, may be cut within a number.
    """
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    title = next((line for line in lines if line), "")
    return Document(url, title, tuple(pipe_blocks(lines, 0)), truncated=text[-1:].isdigit())


def pipe_blocks(lines: Iterable[str], index: int) -> Iterator[str | Grid]:
    """Turn runs of regular pipe rows into grids, numbered after `index`; all else stays as lines."""
    run: list[str] = []
    for line in lines:
        if "|" in line or "｜" in line:
            run.append(line)
            continue
        if run:
            yield from _run(run, index)
            index += _is_table(run)
            run = []
        yield line
    if run:
        yield from _run(run, index)


def _run(run: list[str], index: int) -> Iterator[str | Grid]:
    if not _is_table(run):
        yield from run
        return
    bordered = all(line.lstrip().startswith(_BARS) for line in run)
    yield Grid(pad([split_row(line, bordered=bordered) for line in run]), index + 1, "pipes")


def _is_table(run: list[str]) -> bool:
    """Whether rows of two cells or more prevail: one cell a line behind a pipe is not a table by rows."""
    full = sum(len([cell for cell in split_row(line) if cell]) > 1 for line in run)
    return len(run) >= _MIN_ROWS and full * 2 > len(run)


def split_row(line: str, *, bordered: bool = True) -> list[str]:
    """The cells of a row of separators. The one that closes the row makes no cell.

    Nor does the one that opens it where the table has a border; else it stands after a blank first cell.
    """
    cells = [cell.strip() for cell in line.replace("｜", "|").split("|")]
    if cells and not cells[0] and bordered:
        cells = cells[1:]
    if cells and not cells[-1]:
        cells = cells[:-1]
    return cells
