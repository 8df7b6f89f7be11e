"""Section 4 in grids: one row under heads of two or three levels, rows of the five results, or a list.

The form has fifteen columns, 行政复议/结果维持 to 行政诉讼/复议后起诉/总计. Copies turn them: a row for each of the
three ways under one head of the five results, or a row for each figure.
"""

import re
from collections.abc import Sequence

from extractors.documents.grid import MAX_SPAN
from extractors.forms.head_order import ENDS, result_order
from extractors.forms.list_grid import Row, sources
from extractors.forms.row_cells import Heads, Line, value_cells
from extractors.forms.rows import MatrixRows, PrintedCell, place_of
from extractors.forms.vocabulary import result_paths, result_words
from extractors.labels import fold
from schema.records import Cell

SUITS = frozenset({"行政复议", "行政诉讼"})
WAYS = SUITS | {"未经复议直接起诉", "复议后起诉"}
_WORDS = re.compile(r"[\u4e00-\u9fff]{5,}|[:：]")  # no figure with its unit, but a footer or a sentence
_LABEL = re.compile(r"[\u4e00-\u9fff]{2,}")


def is_way_row(row: Row, above: Sequence[Row]) -> bool:
    """Whether a row of figures begins here that is labelled with one of the three ways, under a head of the results."""
    words = {fold(cell.text) for cell in row} & result_words()
    named = words == {"行政复议"} or (len(words - SUITS) == 1 and words - SUITS <= WAYS and "行政复议" not in words)
    heads = {fold(cell.text) for cell in above[-1]} if above else set()
    return named and heads >= set(ENDS) and len(list(sources(row))) > len(ENDS)


def list_row(line: Line) -> tuple[str, PrintedCell] | None:
    """The column path and the cell of a row that names one figure alone; None for any other row."""
    own = [cell for cell in sources(line.cells) if cell.column < MAX_SPAN]
    if not own:
        return None
    *labels, value = own
    path = _path(labels)
    known = result_paths()
    if not (path in known or f"行政诉讼/{path}" in known) or fold(value.text) in result_words():
        return None
    return path, PrintedCell(value.text, place_of(value, line.table))


def result_row(line: Line, above: Sequence[Row], right: int, found: MatrixRows) -> bool:
    """Take a row of figures under the heads of section 4, of which `right` is the first place right of them.

    False for another row: a footer, or one without any text where figures have come already.
    """
    paths = _columns(above, right)
    if not paths:
        return False
    columns = [x for x in paths if x == 0 or x - 1 not in paths or above[-1][x] != above[-1][x - 1]]
    way = _way(line, columns[0])
    named = ["/".join((way, path.split("/")[-1])) if way else path for path in map(paths.__getitem__, columns)]
    cells = dict.fromkeys(line.cells[x] for x in columns)
    if _is_footer(cells) or ({path for path, _ in found.results} >= set(named) and not any(c.text for c in cells)):
        return False
    alone = right - columns[0] == len(paths)
    taken = value_cells(line, Heads(columns, right, alone), _label_end(line.cells, columns[0]))
    if any(cell.raw for cell in taken):  # a blank row between heads and figures is none of them
        found.results[:] = [(path, cell) for path, cell in found.results if cell.raw or path not in named]
    found.results += list(zip(named, taken, strict=True))
    return True


def _is_footer(cells: Sequence[Cell] | dict[Cell, None]) -> bool:
    """Whether words stand in most of the cells: one remark beside a figure does not make the row a footer."""
    return sum(bool(_WORDS.search(cell.text)) for cell in cells) * 2 > sum(bool(cell.text) for cell in cells)


def _way(line: Line, left: int) -> str:
    """The way that a row of figures is labelled with: 行政复议, or 行政诉讼/复议后起诉; empty where it has none."""
    labels = [cell for cell in sources(line.cells[:left]) if fold(cell.text) in WAYS]
    return _path(labels)


def _path(labels: Sequence[Cell]) -> str:
    return "/".join(fold(cell.text) for cell in labels if cell.text)


def _label_end(row: Row, left: int) -> int:
    """The last place of a label at the beginning of a row of figures; -1 where it has none."""
    ways = [x for x in range(left) if fold(row[x].text) in WAYS]
    if ways:
        return max(ways)
    first = row[0]
    if any(c.isdigit() for c in first.text) or not _LABEL.search(first.text):
        return -1
    return max(x for x, cell in enumerate(row) if cell == first)


def _columns(above: Sequence[Row], right: int) -> dict[int, str]:
    """What each column is: by what stands above it, or, where spans are wrong, by the order of the heads."""
    found = {x: path for x, path in enumerate(_paths(above)) if path}
    if not found or all(path in result_paths() for path in found.values()):
        return found
    heads = (fold(cell.text) for cell in dict.fromkeys(cell for row in above for cell in row))
    order = result_order(tuple(head for head in heads if head in result_words()))
    left = min(found)
    return dict(enumerate(order, left)) if order and right - left == len(order) else found


def _paths(above: Sequence[Row]) -> list[str]:
    """What stands above each column, outermost first: 行政诉讼/复议后起诉/总计."""
    if not above:
        return []
    words = result_words()
    paths = []
    for x in range(len(above[0])):
        cells = list(dict.fromkeys(row[x] for row in above))
        texts = [fold(cell.text) for cell in cells]
        # once where a copy repeats a head over its span
        paths.append("/".join(text for text in dict.fromkeys(texts) if text) if texts and texts[-1] in words else "")
    return paths
