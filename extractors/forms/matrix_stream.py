"""Sections 2, 3 and 4 of the forms since 2019 in running text: labels are the anchors, values lie between them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from extractors.forms.head_order import ENDS, GROUP, RESULTS, TOTAL_HEAD, applicant_order, result_order
from extractors.forms.likeness import POINTS, is_near
from extractors.forms.rows import MatrixRows, PrintedCell, PrintedRow
from extractors.forms.stream import SHORT, Spacing, Token, cells_of, spacing
from extractors.forms.vocabulary import (
    ARTICLE,
    GENERIC_NAMES,
    ITEM_HEAD,
    MATRIX_FORMS,
    MEMBERS,
    UNIT_WORDS,
    all_item_heads,
    applicants,
    item_names,
    item_rows,
    request_names,
    result_words,
)
from extractors.labels import fold, plain

_SUITS = frozenset({"行政复议", "行政诉讼"})
_FIRST_REQUESTS = frozenset(map(fold, ("本年新收政府信息公开申请数量", "上年结转政府信息公开申请数量")))
_STANDING = frozenset(ENDS)
_NO_ORDER = "the order of the columns cannot be told from their heads"
_UNIT = "a unit stands before the figures"
_MAX_WORD = 8  # characters of a word that stands for a number on a line of its own
_DROPPED = "cells whose text had stood before are missing, so only whole rows are read; "
_MAX_LOCAL_LABEL = 16  # characters of a row label that no form prints


@dataclass(slots=True)
class _Row:
    """A label with the values after it, before the number of its columns is known."""

    section: str
    labels: tuple[Token, ...]
    heads: tuple[str, ...] = ()  # as printed; in section 3 applicants, in section 4 column paths
    trouble: str = ""
    values: list[Token] = field(default_factory=list)
    end: int | None = None  # line breaks from the last value to what follows

    @property
    def width(self) -> int:
        return len(self.heads) or _own_width(self.labels[-1].text)


def _own_width(label: str) -> int:
    """How many columns a row of section 2 has where no head says it; 0 where both forms have the row."""
    return len(_own_heads(label))


def matrix_rows(stream: Sequence[Token]) -> tuple[MatrixRows, str]:
    """The rows of sections 2 to 4 in a token stream, and in words what could not be told apart.

    A row whose cells cannot be told apart keeps its text in every cell, with the reason as `trouble`.
    """
    rows = _without_heads(_walk(stream))
    spaced = _calibrate(rows)
    dropped = _has_dropped_repeats(rows)
    found = MatrixRows()
    lost: list[str] = []
    for row in rows:
        cells = _cells(row, spaced, dropped)
        if cells is None:
            lost.append(row.labels[-1].text)
        elif cells:
            _add(found, row, cells)
    return found, _DROPPED * dropped + (f"no cells are left of {'、'.join(lost)}" if lost else "")


def _without_heads(rows: Sequence[_Row]) -> list[_Row]:
    """Leave out the heads of section 4, each of which looked like a row until the next one came.

    The row of figures is the one with text in it; where all cells are blank, the last with cells at all.
    """
    results = [row for row in rows if row.section == "4" and row.values]
    filled = [row for row in results if any(token.text for token in row.values)]
    kept = filled or results[-1:]
    return [row for row in rows if row.section != "4" or row in kept]


# --- the walk -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Walk:
    """Cuts a stream into rows, section by section and label by label."""

    rows: list[_Row] = field(default_factory=list)
    section: str = ""
    heads: tuple[str, ...] = ()
    headed: bool = False  # rows of section 2 have come since its last head
    row: _Row | None = None
    applicants: tuple[str, ...] = ()  # heads of section 3 so far
    results: tuple[str, ...] = ()  # heads of section 4 so far
    last: str = ""  # the folded text of the last token that was not blank
    requested: bool = False  # rows of section 3 have come since its last head
    figured: bool = False  # the row of figures of section 4 has come, and no head of it since

    def take(self, token: Token, after: Token | None = None) -> None:
        """Take the next token for what it is where it stands; `after` is the one that follows it."""
        if token.cell and token.breaks:
            self._new_line(token)
        name = plain(token.text)
        kind = _kind(token, name, self.section)
        if kind == "item" and name in _SUITS and not (after and after.is_value):
            kind = "result"  # the heads of section 4 right after section 2
        if kind == "other" and self._is_local_request(token, name, after):
            kind = "request"
        if kind == "value" and self._is_beside_the_table(token, after):
            self.close(token)  # a page's number between two rows
        elif kind == "value" or self._stands_for_a_number(kind, token, after):
            if self.row is not None:
                self.row.values.append(token)
                if len(self.row.values) == 1 and fold(token.text) in UNIT_WORDS:
                    self.row.trouble = self.row.trouble or _UNIT
        elif kind == "item":
            self._item(token, name)
        elif kind != "blank":
            self.close(token)
            self._open(kind, token, name)
        self.last = fold(token.text) or self.last

    def _is_beside_the_table(self, token: Token, after: Token | None) -> bool:
        """Whether a figure is alone on its line, after a row whose cells have separators or stand in one line."""
        row = self.row
        if row is None or row.section == "4" or token.cell or not token.breaks or (after and not after.breaks):
            return False
        return row.labels[-1].cell or (bool(row.values) and not row.values[0].breaks)

    def _stands_for_a_number(self, kind: str, token: Token, after: Token | None) -> bool:
        """Whether a word such as 见附件 or **** is a cell of the row in work: it must not end the row unseen."""
        if self.row is None or kind not in ("other", "item"):
            return False
        words = any("\u4e00" <= c <= "\u9fff" for c in token.text)
        if words and kind == "item":
            return False  # a row of section 2
        if token.breaks == 0:
            return True
        if token.cell and not self.row.values and after is not None and after.breaks == 0 and self.section == "4":
            return after.is_value  # the first cell of the row of figures
        short = len(token.text) <= _MAX_WORD and len(self.row.values) < self.row.width
        return short and (bool(self.row.values) or (not words and after is not None and after.is_value))

    def _is_local_request(self, token: Token, name: str, after: Token | None) -> bool:
        """Whether a short label of no form stands between a full row of section 3 and a figure, on its own line."""
        if self.row is None or len(self.row.values) < self.row.width or token.breaks == 0:
            return False  # within a row, it stands for a figure
        short = len(name) <= _MAX_LOCAL_LABEL and name[0] not in POINTS and any("\u4e00" <= c <= "\u9fff" for c in name)
        figure = after is not None and after.is_value and any(c.isdigit() for c in after.text)
        return short and figure and self.section == "3"

    def close(self, token: Token | None = None) -> None:
        """End the row in work; `token` is what follows it."""
        if self.row is not None:
            self.figured = self.row.section == "4" and any(value.text for value in self.row.values)
            self.row.end = token.breaks if token else None
            self.rows.append(self.row)
        self.row = None

    def _new_line(self, token: Token) -> None:
        """A new row of cells begins: rows end with their line, and what stood beside the heads was padding."""
        if self.section != "4":
            self.close(token)
        elif self.row is not None and not any(value.text for value in self.row.values):
            self.row.values.clear()

    def _open(self, kind: str, token: Token, name: str) -> None:
        if kind == "article":
            self.section, self.heads, self.headed = "2", (), False
        elif kind == "applicants":
            if self.requested or not self.applicants:
                self.applicants = (self.last,) if self.last == TOTAL_HEAD else ()  # 总计 may stand first
            self.applicants = (*self.applicants, name)
            self.section, self.requested = "3", False
        elif kind == "request":
            self.section, self.requested = "3", True
            order = applicant_order(self.applicants)
            self.row = _Row("3", (token,), order or MEMBERS, "" if order else _NO_ORDER)
        elif kind == "result":
            if self.figured:
                self.results, self.figured = (), False  # a table of its own
            self.section, self.results = "4", (*self.results, name)
            order = result_order(self.results)
            self.row = _Row("4", (token,), order or RESULTS, "" if order else _NO_ORDER) if name in _STANDING else None

    def _item(self, token: Token, name: str) -> None:
        """A head or a row of section 2; an unknown label after one without values is a local row under it."""
        before = self.row
        if name in all_item_heads():
            self.close(token)
            self.heads = (token.text,) if self.headed else (*self.heads, token.text)
            self.section, self.headed = "2", False
            return
        local = name not in item_names()
        parent = before.labels if local and before is not None and not before.values else ()
        if parent:
            self.row = None  # 其他对外管理服务事项 over 行政检查: a heading here
        self.close(token)
        if not local or self.headed:
            self.row = _Row("2", (*parent, token), self.heads)
            self.headed = True


def _walk(stream: Sequence[Token]) -> list[_Row]:
    walk = _Walk()
    for token, after in zip_longest(stream, stream[1:]):
        walk.take(token, after)
    walk.close()
    return walk.rows


def _kind(token: Token, name: str, section: str) -> str:
    """What a token is where it stands: a value, a blank, or a label of one of the sections."""
    folded = fold(token.text)
    if token.is_value or not token.text:
        return "value" if token.is_value else "blank"
    if folded.startswith(ARTICLE) or name == ITEM_HEAD:
        return "article"
    if name == GROUP or (name in applicants() and (name not in GENERIC_NAMES or (section == "3" and folded == name))):
        return "applicants"
    if section in ("", "2") and _is_item(name, folded, section):
        return "item"
    if section == "4" or name in _SUITS:
        return "result" if name in result_words() else "other"
    known = name not in GENERIC_NAMES or folded != name
    known = known and (name in request_names() or (section == "3" and is_near(name, request_names())))
    return "request" if name in _FIRST_REQUESTS or (section == "3" and known) else "other"


def _is_item(name: str, folded: str, section: str) -> bool:
    """Whether a label belongs to section 2: a head opens it, in it also rows of the form and short local labels."""
    if name in all_item_heads():
        return True
    return section == "2" and (
        name in item_names() or (len(folded) <= _MAX_LOCAL_LABEL and name not in request_names())
    )


# --- cells ------------------------------------------------------------------------------------------------


def _calibrate(rows: Sequence[_Row]) -> Spacing:
    whole = [row for row in rows if row.width > 1 and len(row.values) == row.width and not row.values[0].cell]
    gaps = [token.breaks for row in whole for token in row.values[1:]]
    found = spacing(gaps, [row.end for row in whole if row.end is not None])
    long = [row for row in rows if row.width > 1 and len(row.values) > row.width and row.values[0].cell]
    spanned = any(row.values[-1].text and not row.values[0].text for row in long)
    first = any(row.values[0].text and row.values[row.width - 1].text for row in long)
    return replace(found, padded=first and not any(row.values[-1].text for row in long), spanned=spanned)


def _has_dropped_repeats(rows: Sequence[_Row]) -> bool:
    """Whether a copy lost each cell whose text had stood before: then no text is there twice, and rows are short."""
    texts = [token.text for row in rows for token in row.values if token.text]
    short = [row for row in rows if len(row.values) < (row.width or 1)]
    return len(set(texts)) == len(texts) and len(short) * 2 > len(rows) > len(_STANDING)


def _cells(row: _Row, spaced: Spacing, dropped: bool) -> list[PrintedCell] | None:
    """The cells of a row; each with the trouble where they cannot be told; None where nothing is left."""
    width, place = row.width, row.labels[-1].place
    if width == 0:
        return None
    values = row.values
    if not values or not any(token.text for token in values):
        if row.section == "2" and plain(row.labels[-1].text) not in item_names():
            return []
        return None if dropped else [PrintedCell("", place)] * width
    if row.section == "4" and spaced.row is not None and len(values) < width:
        first = values[0]
        lead = Token(first.text, first.place, max(first.breaks - spaced.row, 0), first.cell, first.glued)
        values = [lead, *values[1:]]
    cells = row.trouble or cells_of(values, width, spaced, row.end)
    if dropped and len(row.values) != width:
        cells = SHORT
    if isinstance(cells, str):
        raw = " ".join(token.text for token in values if token.text)
        return [PrintedCell(raw, values[0].place, cells)] * width
    return cells


def _add(found: MatrixRows, row: _Row, cells: list[PrintedCell]) -> None:
    labels = tuple(token.text for token in row.labels)
    place = row.labels[-1].place
    if row.section == "4":
        found.results += list(zip(row.heads, cells, strict=True))
    elif row.section == "3":
        found.requests.append(PrintedRow(labels, tuple(cells), place, heads=row.heads))
    else:
        heads = row.heads or _own_heads(row.labels[-1].text)
        found.items.append(PrintedRow(labels, tuple(cells), place, heads=heads))


def _own_heads(label: str) -> tuple[str, ...]:
    """The head of a row of section 2 whose own was dropped, where only one form has such a row, of one column."""
    found = [tuple(row.column for row in rows) for form in MATRIX_FORMS if (rows := item_rows(form).get(plain(label)))]
    return found[0] if len(found) == 1 and len(found[0]) == 1 else ()  # the order of several is not known
