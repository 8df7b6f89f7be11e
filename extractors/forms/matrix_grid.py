"""Sections 2, 3 and 4 of the forms since 2019 in grids: which rows and columns belong to which section.

A grid may hold one section, several, or a part of one (a page break cuts tables, with or without repeating
the head), so the walk goes row by row and keeps the columns last seen.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from extractors.forms.head_order import GROUP, applicant_order
from extractors.forms.likeness import is_near
from extractors.forms.list_grid import Row, placed, sources
from extractors.forms.result_grid import SUITS, WAYS, is_way_row, list_row, result_row
from extractors.forms.row_cells import Heads, Line, extent, own_cells, value_cells
from extractors.forms.rows import MatrixRows, PrintedCell, PrintedRow, place_of
from extractors.forms.vocabulary import (
    ARTICLE,
    ITEM_HEAD,
    LABEL_HEADS,
    MEMBERS,
    all_item_heads,
    applicants,
    item_names,
    own_requests,
    request_names,
    result_words,
)
from extractors.labels import fold, plain
from schema.records import Grid

_RESULT_MARKS = SUITS | frozenset("结果维持 结果纠正 尚未审结 未经复议直接起诉 复议后起诉".split())
_APPLICANT_MARKS = frozenset("自然人 商业企业 科研机构 社会公益组织 法律服务机构".split())
_KINDS = frozenset(member for member in MEMBERS if member.startswith("org."))
_MIN_HEADS = 3  # applicants that must be named for the place of the others to be known
_TOTAL_HEAD = fold("总计")
_LABEL = re.compile(r"[\u4e00-\u9fff]{2,}")


@dataclass(slots=True)
class _State:
    """The columns in force: of which section, and what each column is.

    `right` is the first place right of the heads. The columns are `aligned` with the grid at hand unless it is another
    one of another width, in which only the order of the heads still tells anything. `is_open`: no row has come since
    the last head, so another head row belongs to it.
    """

    section: str = ""
    width: int = 0
    heads: dict[int, str] = field(default_factory=dict)  # column -> printed head, or applicant
    right: int = 0
    group: list[int] = field(default_factory=list)  # places of the head over the kinds of organisation
    words: list[str] = field(default_factory=list)  # heads of section 3 as printed, row by row
    aligned: bool = True
    is_open: bool = False
    above: list[Row] = field(default_factory=list)  # head rows of section 4

    def open(self, section: str, row: Row) -> None:
        """A head row of a section begins, or goes on."""
        if self.section != section or not self.is_open:
            self.heads, self.above, self.right, self.group, self.words = {}, [], 0, [], []
        self.section, self.aligned, self.is_open = section, True, True
        self.right = max(self.right, extent(row))

    def enter(self, grid: Grid) -> None:
        """Another grid begins: the section goes on, its columns only where the grid is as wide as the one before."""
        if self.width != grid.width:
            self.width, self.aligned, self.above = grid.width, False, []


def walk_grids(grids: Iterable[Grid]) -> MatrixRows:
    """Collect the rows of sections 2 to 4 from a document's grids, in order."""
    found = MatrixRows()
    state = _State()
    for grid in grids:
        state.enter(grid)
        for number, row in enumerate(grid.rows):
            below = grid.rows[number + 1] if number + 1 < len(grid.rows) else ()
            if extent(row):  # a row without cells is no row of figures
                _step(Line(row, number, grid.index, below), state, found)
    return found


def _step(line: Line, state: _State, found: MatrixRows) -> None:
    """Take one grid row for what it is: a head, a row of a section, or nothing of ours."""
    row = line.cells
    texts = {fold(cell.text) for cell in sources(row) if not cell.text.isdigit()}
    plains = {plain(text) for text in texts}
    one = list_row(line) if texts & _RESULT_MARKS else None
    if one:
        found.results.append(one)
    elif (texts & _APPLICANT_MARKS or _is_total_alone(texts)) and not plains & own_requests():
        _applicant_head(line, state)
    elif _is_result_head(texts, state) and not is_way_row(row, state.above):
        state.open("4", row)
        state.above.append(row)
    elif ITEM_HEAD in plains or plains & all_item_heads():
        _item_head(row, state)
    elif plains & own_requests() or (state.section == "3" and _goes_on(line, plains, state)):
        _request_row(line, state, found)
    elif state.section == "2" and not any(text.startswith(ARTICLE) for text in texts):
        _item_row(line, state, found)
    elif state.section == "4":
        state.is_open = not result_row(line, state.above, state.right, found) and state.is_open


def _is_like_request(name: str) -> bool:
    """Whether a folded label is one of section 3 but for a slip."""
    return name in request_names() or is_near(name, request_names())


def _is_result_head(texts: set[str], state: _State) -> bool:
    if len(texts & _RESULT_MARKS) > 1 or (state.section == "4" and state.is_open and texts & result_words()):
        return True
    return bool(texts & WAYS) and texts - {""} <= (WAYS if state.section == "4" else SUITS)


# --- section 2 ---------------------------------------------------------------------------------------


def _item_head(row: Row, state: _State) -> None:
    state.is_open = False
    state.open("2", row)
    cells = list(placed(row))
    start = next((n for n, (_, cell) in enumerate(cells) if plain(cell.text) == ITEM_HEAD), None)
    if start is None:  # the head cell of the labels is blank or dropped
        start = next(n for n, (_, cell) in enumerate(cells) if plain(cell.text) in all_item_heads()) - 1
    state.heads = {x: cell.text for x, cell in cells[start + 1 :] if cell.text}


def _item_row(line: Line, state: _State, found: MatrixRows) -> None:
    """A row under the heads of section 2: labels left of the first head, or, where cells have moved, a known one."""
    if not state.heads:
        return
    row, left = line.cells, min(state.heads)
    known = max((x for x, cell in enumerate(row) if plain(cell.text) in item_names()), default=-1)
    last = known if known >= 0 or not state.aligned else left - 1
    labels = [cell for cell in sources(row[: last + 1]) if cell.text]
    if not labels or (known < 0 and not any(row[x].text for x in state.heads)):
        return
    columns = sorted(state.heads)
    place = place_of(labels[-1], line.table)
    cells = value_cells(line, Heads(columns, state.right, aligned=state.aligned), last)
    heads = tuple(state.heads[x] for x in columns)
    found.items.append(PrintedRow(tuple(cell.text for cell in labels), cells, place, heads=heads))


# --- section 3 ---------------------------------------------------------------------------------------


def _is_total_alone(texts: set[str]) -> bool:
    """Whether a head row names a column of totals and, beside that of the labels, no other."""
    return _TOTAL_HEAD in texts and len(texts) > 1 and texts - {_TOTAL_HEAD} <= LABEL_HEADS


def _applicant_head(line: Line, state: _State) -> None:
    row = line.cells
    state.open("3", row)
    known = applicants()
    for x, cell in enumerate(row):
        member = known.get(fold(cell.text))
        if member and (x == 0 or row[x - 1] != cell):
            state.heads[x] = member
    own = [(x, word) for x, cell in enumerate(row) if cell.row == line.number and (word := fold(cell.text))]
    state.group = [x for x, word in own if word == GROUP] or state.group
    state.words += [word for x, word in own if (word in known or word == GROUP) and (x == 0 or row[x - 1] != row[x])]
    if state.group and any(x not in state.group for x, member in state.heads.items() if member in _KINDS):
        _place_by_order(state)


def _place_by_order(state: _State) -> None:
    """The kinds of organisation do not stand under their common head: a span is wrong, and only their order is sure."""
    left = min(state.heads)
    order = applicant_order(tuple(state.words))
    if order and state.right - left == len(order):
        state.heads = dict(enumerate(order, left))
    else:
        state.heads = {x: member for x, member in state.heads.items() if member not in _KINDS}


def _request_row(line: Line, state: _State, found: MatrixRows) -> None:
    """A row of section 3: its label, and the cells of the applicants after it."""
    if state.section != "3":
        state.section, state.heads, state.above = "3", {}, []
    state.is_open = False
    last = _last_label(line, min(state.heads, default=0) if state.aligned else 0)
    # by rows: a span that is one too long pushes the headings of a row behind its own label
    labels = sorted((cell for cell in sources(line.cells[: last + 1]) if cell.text), key=lambda cell: cell.row)
    if not labels:
        return
    heads = _completed(state.heads, state.right)
    columns = sorted(heads)
    if columns:
        alone = state.right - columns[0] == len(MEMBERS) == len(columns)
        cells = value_cells(line, Heads(columns, state.right, alone, state.aligned), last)
    else:
        cells = _by_position(line, last)
    members = tuple(heads[x] for x in columns) or MEMBERS[: len(cells)]
    place = place_of(labels[-1], line.table)
    found.requests.append(PrintedRow(tuple(cell.text for cell in labels), cells, place, heads=members))


def _last_label(line: Line, left: int) -> int:
    """Where a row's label ends: that of the form, or one of the agency's own between it and the heads at `left`."""
    words = ((x, cell.text) for x, cell in enumerate(line.cells) if cell.text and not cell.text.isdigit())
    known = max((x for x, text in words if _is_like_request(plain(text))), default=-1)
    own = (x for x in range(known + 1, left) if line.cells[x].row == line.number)
    return max((x for x in own if _LABEL.search(line.cells[x].text)), default=known)


def _goes_on(line: Line, names: set[str], state: _State) -> bool:
    """Whether section 3 goes on: a label of it but for a slip, or words left of its heads and a figure under one."""
    if any(map(_is_like_request, names)):
        return True
    if not state.aligned or not state.heads:
        return False
    words = any(cell.row == line.number and _LABEL.search(cell.text) for cell in line.cells[: min(state.heads)])
    return words and any(line.cells[x].text.isdigit() for x in state.heads)


def _completed(heads: Mapping[int, str], right: int) -> Mapping[int, str]:
    """The applicant columns with those whose heads are blank, lost or spelt otherwise, where the others place them."""
    if len(heads) < _MIN_HEADS or len(heads) == len(MEMBERS):
        return heads
    first = right - len(MEMBERS)
    whole = {first + n: member for n, member in enumerate(MEMBERS)}
    return whole if first >= 0 and heads.items() <= whole.items() else heads


def _by_position(line: Line, label: int) -> tuple[PrintedCell, ...]:
    """The cells of a row whose table has no head: those after its label, where they are as many as applicants."""
    own = own_cells(line, label + 1)
    return tuple(PrintedCell(c.text, place_of(c, line.table)) for c in own) if len(own) == len(MEMBERS) else ()
