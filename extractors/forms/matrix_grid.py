"""Sections 2, 3 and 4 of the forms since 2019 in grids: which rows and columns belong to which section.

A grid may hold one section, several, or a part of one (a page break cuts tables, with or without repeating
the head), so the walk goes row by row and keeps the columns last seen.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extractors.forms.list_grid import Row, sources
from extractors.forms.rows import PrintedCell, PrintedRow, place_of
from extractors.forms.vocabulary import (
    ARTICLE,
    GENERIC_NAMES,
    ITEM_HEAD,
    all_item_heads,
    applicants,
    item_names,
    request_names,
    result_words,
)
from extractors.labels import fold, plain
from schema.records import Grid

_RESULT_MARKS = frozenset("行政复议 行政诉讼 结果维持 结果纠正 尚未审结 未经复议直接起诉 复议后起诉".split())
_APPLICANT_MARKS = frozenset("自然人 商业企业 科研机构 社会公益组织 法律服务机构".split())
_MERGED_COLUMNS = "one merged cell covers several columns"
_MERGED_ROWS = "one merged cell covers several rows"


class Line(NamedTuple):
    """A grid row with its number (from 0) and its grid's."""

    cells: Row
    number: int
    table: int


@dataclass(slots=True)
class MatrixRows:
    """What the walk found: rows of sections 2 and 3, and section 4 as (column path, cell)."""

    items: list[PrintedRow] = field(default_factory=list)
    requests: list[PrintedRow] = field(default_factory=list)
    results: list[tuple[str, PrintedCell]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.items or self.requests or self.results)


@dataclass(slots=True)
class _State:
    """The columns in force: of which section, and what each column is."""

    section: str = ""
    width: int = 0
    heads: dict[int, str] = field(default_factory=dict)  # column -> printed head, or applicant
    above: list[Row] = field(default_factory=list)  # head rows of section 4


def walk_grids(grids: Iterable[Grid]) -> MatrixRows:
    """Collect the rows of sections 2 to 4 from a document's grids, in order."""
    found = MatrixRows()
    state = _State()
    for grid in grids:
        if grid.origin != "html":
            continue
        if state.width != grid.width:
            state = _State(width=grid.width)
        for number, row in enumerate(grid.rows):
            _step(Line(row, number, grid.index), state, found)
    return found


def _step(line: Line, state: _State, found: MatrixRows) -> None:
    """Take one grid row for what it is: a head, a row of a section, or nothing of ours."""
    row = line.cells
    texts = {fold(cell.text) for cell in sources(row)}
    plains = {plain(text) for text in texts}
    if texts & _APPLICANT_MARKS and not _is_request(row):
        _applicant_head(row, state)
    elif len(texts & _RESULT_MARKS) > 1 or (state.section == "4" and state.above and texts & result_words()):
        _result_head(row, state)
    elif ITEM_HEAD in plains or plains & all_item_heads():
        _item_head(row, state)
    elif _is_request(row) or (state.section == "3" and plains & GENERIC_NAMES):
        _request_row(line, state, found)
    elif state.section == "2" and not any(text.startswith(ARTICLE) for text in texts):
        _item_row(line, state, found)
    elif state.section == "4":
        _result_row(line, state, found)


def _is_request(row: Row) -> bool:
    names = request_names() - GENERIC_NAMES
    return any(plain(cell.text) in names for cell in sources(row) if cell.text)


# --- section 2 ---------------------------------------------------------------------------------------


def _item_head(row: Row, state: _State) -> None:
    state.section, state.above = "2", []
    cells = list(sources(row))
    start = next((n for n, cell in enumerate(cells) if plain(cell.text) == ITEM_HEAD), None)
    if start is None:  # the head cell of the labels is blank or dropped
        start = next(n for n, cell in enumerate(cells) if plain(cell.text) in all_item_heads()) - 1
    state.heads = {row.index(cell): cell.text for cell in cells[start + 1 :] if cell.text}


def _item_row(line: Line, state: _State, found: MatrixRows) -> None:
    """A row under the heads of section 2: labels left of the first head."""
    if not state.heads:
        return
    row, left = line.cells, min(state.heads)
    labels = [cell for cell in sources(row[:left]) if cell.text]
    if not labels or (plain(labels[0].text) not in item_names() and not any(row[x].text for x in state.heads)):
        return
    cells = tuple(_cell(line, x, state.heads) for x in sorted(state.heads))
    heads = tuple(state.heads[x] for x in sorted(state.heads))
    place = place_of(labels[-1], line.table)
    found.items.append(PrintedRow(tuple(cell.text for cell in labels), cells, place, heads=heads))


# --- section 3 ---------------------------------------------------------------------------------------


def _applicant_head(row: Row, state: _State) -> None:
    if state.section != "3":
        state.section, state.heads, state.above = "3", {}, []
    known = applicants()
    for x, cell in enumerate(row):
        member = known.get(fold(cell.text))
        if member and (x == 0 or row[x - 1] != cell):
            state.heads[x] = member


def _request_row(line: Line, state: _State, found: MatrixRows) -> None:
    """A row of section 3: labels left of the applicant columns, or left of its last seven cells."""
    if state.section != "3":
        state.section, state.heads, state.above = "3", {}, []
    row = line.cells
    heads = state.heads or _by_position(row)
    left = min(heads, default=len(row))
    labels = [cell for cell in sources(row[:left]) if cell.text]
    if not labels:
        return
    cells = tuple(_cell(line, x, heads) for x in sorted(heads))
    members = tuple(heads[x] for x in sorted(heads))
    texts = tuple(cell.text for cell in labels)
    found.requests.append(PrintedRow(texts, cells, place_of(labels[-1], line.table), heads=members))


def _by_position(row: Row) -> dict[int, str]:
    """The applicant columns of a row whose table has no head: the seven cells after its last label."""
    names = request_names()
    last = max((x for x, cell in enumerate(row) if plain(cell.text) in names), default=None)
    members = list(dict.fromkeys(applicants().values()))
    if last is None or len(row) - last - 1 != len(members):
        return {}
    return {last + 1 + n: member for n, member in enumerate(members)}


# --- section 4 ---------------------------------------------------------------------------------------


def _result_head(row: Row, state: _State) -> None:
    if state.section != "4":
        state.section, state.heads, state.above = "4", {}, []
    state.above.append(row)


def _result_row(line: Line, state: _State, found: MatrixRows) -> None:
    """The row of figures under the heads of section 4; a row without any text among others is no second one."""
    paths = _paths(state.above)
    known = [x for x, path in enumerate(paths) if path]
    if found.results and not any(line.cells[x].text for x in known):
        return
    found.results += [(paths[x], _cell(line, x, known)) for x in known]


def _paths(above: Sequence[Row]) -> list[str]:
    """What stands above each column, outermost first: 行政诉讼/复议后起诉/总计."""
    if not above:
        return []
    words = result_words()
    paths = []
    for x in range(len(above[0])):
        cells = list(dict.fromkeys(row[x] for row in above))
        texts = [fold(cell.text) for cell in cells]
        paths.append("/".join(text for text in texts if text) if texts and texts[-1] in words else "")
    return paths


def _cell(line: Line, x: int, columns: Collection[int]) -> PrintedCell:
    """A value cell; one that covers several of the columns, or rows, is nobody's alone, unless it is blank."""
    cell = line.cells[x]
    trouble = ""
    if cell.text and any(line.cells[other] == cell for other in columns if other != x):
        trouble = _MERGED_COLUMNS
    elif cell.text and cell.row != line.number:
        trouble = _MERGED_ROWS
    return PrintedCell(cell.text, place_of(cell, line.table), trouble)
