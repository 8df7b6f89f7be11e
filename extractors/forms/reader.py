"""The form of a document: grids first, running text where there are none, and which form it is."""

import re
from collections.abc import Collection, Sequence

from extractors.forms.indicator_list import read_list
from extractors.forms.list_grid import Layout, count_labels, layout, printed_rows
from extractors.forms.list_stream import list_rows
from extractors.forms.matrix import read_matrix
from extractors.forms.matrix_grid import walk_grids
from extractors.forms.matrix_stream import matrix_rows
from extractors.forms.recall import recall
from extractors.forms.rows import Fate, Figure, FormReading, MatrixRows, PrintedRow
from extractors.forms.stream import joined, tokens
from extractors.forms.text_grid import is_even, text_rows, with_spans
from schema.catalog import catalog
from schema.records import Document, Grid, Severity

_MIN_LABELS = 3  # labels of the 2014 form that make a grid worth a look
_HEAD_ROWS = 2
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")


def read_form(document: Document) -> FormReading:
    """Read the tables of a document. `form` is None where no national form was recognised."""
    html = [grid for grid in document.grids() if grid.origin != "pipes"]
    known = recall(html)
    by_list, by_matrix = _beside(document, html, *known) if known else _read(document, html)
    best = _choose(by_list, by_matrix)
    _tell_local(best)
    if document.truncated and best.figures:
        (_doubt_last if html else _mark_last)(best)
    return best


def _beside(
    document: Document, html: Sequence[Grid], by_matrix: FormReading, used: Collection[int]
) -> tuple[FormReading | None, FormReading]:
    """The form of 2014 in the other tables of a document, and the one since 2019 that is known already."""
    return _read_list(document, [grid for grid in html if grid.index not in used]), by_matrix


def _read(document: Document, html: Sequence[Grid]) -> tuple[FormReading | None, FormReading | None]:
    """The form of 2014 and the one since 2019, as far as a document has them."""
    matrix = walk_grids(html)
    used = matrix.tables() if matrix.is_whole() else ()
    by_list = _read_list(document, [grid for grid in html if grid.index not in used])
    lost = ""
    if by_list is None and not matrix.is_whole():
        if not matrix:
            by_list = read_list(list_rows(joined(tokens(document))))
        if by_list is None:
            matrix, lost = _with_text(matrix, document)
    by_matrix = read_matrix(matrix)
    if by_matrix is not None and lost:
        by_matrix.note("cells_lost", Severity.WARNING, lost)
    return by_list, by_matrix


def _read_list(document: Document, grids: Sequence[Grid]) -> FormReading | None:
    """The form of 2014 in tables of a page, else in those that its text prints with separators."""
    year = _year_of(document.title)
    return read_list(_list_rows(grids, year)) or read_list(_list_rows(_with_heads(document), year))


def _year_of(title: str) -> str:
    """The year in a title that names one alone."""
    years = set(_YEAR.findall(title))
    return years.pop() if len(years) == 1 else ""


def _with_text(matrix: MatrixRows, document: Document) -> tuple[MatrixRows, str]:
    """Complete what the page's tables gave from its running text; say what could not be told apart in that.

    Tables of the page in which nothing stands under its head have lost their spans, and are read as text is.
    """
    proven = text_rows(grid for grid in document.grids() if grid.origin == "pipes")
    text, lost = matrix_rows(joined(tokens(document, with_tables=matrix.is_shifted())))
    best = proven.surer(text)
    is_used = any(part is own for part, own in zip(best.sections(), text.sections(), strict=True) if part)
    return matrix.completed(best), lost if is_used else ""


def _list_rows(grids: Sequence[Grid], year: str) -> list[PrintedRow]:
    """The rows of the 2014 form in all grids, a grid without a head going on as the one before it."""
    rows: list[PrintedRow] = []
    before = None
    for grid in grids:
        labels = count_labels(grid)
        if labels < _MIN_LABELS and not (labels and _goes_with(grid, before)):
            if not labels and len(grid.rows) <= _HEAD_ROWS:
                before = layout(grid) or before  # a page ends after the head
            continue
        found = layout(grid, before, year)
        if found:
            rows.extend(printed_rows(grid, found))
            before = found
    return rows


def _goes_with(grid: Grid, before: Layout | None) -> bool:
    """Whether a few rows are part of a table that a page break cut: as wide as the one before, or with a head."""
    own = layout(grid)
    return (before is not None and before.width == grid.width) or (own is not None and own.by_head)


def _with_heads(document: Document) -> list[Grid]:
    """The tables printed with separators whose heads name other columns than label, unit and value in this order.

    Without such heads the cells of a row prove nothing but their order, and the text is read by its labels.
    """
    pipes = (with_spans(grid) for grid in document.grids() if grid.origin == "pipes" and is_even(grid))
    told = ((grid, layout(grid)) for grid in pipes)
    return [grid for grid, found in told if found and found.by_head and not found.is_plain]


def _tell_local(reading: FormReading) -> None:
    """Name the rows that no form prints."""
    places = {trace.place for trace in reading.traces if trace.fate is Fate.LOCAL}
    labels = [row.label for row in reading.local_rows if row.place in places]
    if labels:
        message = f"{len(labels)} rows are of no form and kept by name: {'、'.join(labels)}"
        reading.note("local_rows", Severity.INFO, message)


def _doubt_last(reading: FormReading) -> None:
    """The document breaks off inside a table: the last cell that came may be cut, and those after it did not come."""
    last = _cut_off(reading, "the document breaks off in this cell or before it")
    reading.note("document_truncated", Severity.ERROR, f"the document breaks off inside the table, after {last.label}")


def _mark_last(reading: FormReading) -> None:
    """The text ends with a figure and without the end of its line: an excerpt does so too, so it is only told."""
    last = _cut_off(reading, "", "the text ends before this cell")
    printed = [row.indicator for row in catalog().forms[reading.form or ""].rows if row.indicator]
    if last.indicator != printed[-1]:
        message = f"the text ends within the table, with the figure of {last.label}: it may be cut"
        reading.note("text_ends_early", Severity.INFO, message, [(last.indicator, last.applicant)])


def _cut_off(reading: FormReading, last: str, rest: str = "") -> Figure:
    """Tell the trouble of the last figure with text, and of the blank ones after it; what comes back is the former."""
    end = max((n for n, figure in enumerate(reading.figures) if figure.cell.raw), default=len(reading.figures) - 1)
    for n in range(end, len(reading.figures)):
        trouble = last if n == end else rest or last
        figure = reading.figures[n]
        reading.figures[n] = figure._replace(cell=figure.cell._replace(trouble=figure.cell.trouble or trouble))
    return reading.figures[end]


def _choose(by_list: FormReading | None, by_matrix: FormReading | None) -> FormReading:
    """The form with more figures; that another was there as well is told."""
    readings = [reading for reading in (by_list, by_matrix) if reading is not None]
    if not readings:
        return FormReading()
    best = max(readings, key=lambda reading: len(reading.figures))
    for other in readings:
        if other is not best:
            message = (
                f"the document also holds {len(other.figures)} cells of the form of {other.form}; they are not read"
            )
            best.note("second_form", Severity.WARNING, message)
    return best
