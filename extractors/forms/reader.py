"""The form of a document: grids first, running text where there are none, and which form it is."""

from collections.abc import Sequence
from dataclasses import replace

from extractors.forms.indicator_list import read_list
from extractors.forms.list_grid import count_labels, layout, printed_rows
from extractors.forms.list_stream import list_rows
from extractors.forms.matrix import read_matrix
from extractors.forms.matrix_grid import MatrixRows, walk_grids
from extractors.forms.matrix_stream import matrix_rows
from extractors.forms.rows import FormReading, PrintedRow
from extractors.forms.stream import Token, joined, tokens
from schema.catalog import catalog
from schema.records import Document, Grid, Severity

_MIN_LABELS = 3  # labels of the 2014 form that make a grid worth a look
_HEAD_ROWS = 2


def read_form(document: Document) -> FormReading:
    """Read the tables of a document. `form` is None where no national form was recognised."""
    html = [grid for grid in document.grids() if grid.origin == "html"]
    by_list = read_list(_list_rows(html)) or read_list(_list_rows(_with_heads(document)))
    matrix = walk_grids(html)
    lost = ""
    if by_list is None and not (matrix.items and matrix.requests and matrix.results):
        stream = joined(tokens(document))
        if not matrix:
            by_list = read_list(list_rows(stream))
        if by_list is None:
            lost = _complete(matrix, stream)
    by_matrix = read_matrix(matrix)
    if by_matrix is not None and lost:
        by_matrix.note("cells_lost", Severity.WARNING, lost)
    best = _choose(by_list, by_matrix)
    if document.truncated and best.figures:
        (_doubt_last if html else _mark_last)(best)
    return best


def _list_rows(grids: Sequence[Grid]) -> list[PrintedRow]:
    """The rows of the 2014 form in all grids, a grid without a head going on as the one before it."""
    rows: list[PrintedRow] = []
    before = None
    for grid in grids:
        labels = count_labels(grid)
        if labels < _MIN_LABELS and not (before and labels and before.width == grid.width):
            if not labels and len(grid.rows) <= _HEAD_ROWS:
                before = layout(grid) or before  # a page ends after the head
            continue
        found = layout(grid, before)
        if found:
            rows.extend(printed_rows(grid, found))
            before = found
    return rows


def _with_heads(document: Document) -> list[Grid]:
    """The tables printed with separators whose heads name other columns than label, unit and value in this order.

    Without such heads the cells of a row prove nothing but their order, and the text is read by its labels.
    """
    pipes = (grid for grid in document.grids() if grid.origin == "pipes")
    return [grid for grid in pipes if (found := layout(grid)) and found.by_head and not found.is_plain]


def _complete(matrix: MatrixRows, stream: Sequence[Token]) -> str:
    """Add the sections that no grid holds from running text; say what could not be told apart."""
    text, lost = matrix_rows(stream)
    matrix.items = matrix.items or text.items
    matrix.requests = matrix.requests or text.requests
    matrix.results = matrix.results or text.results
    return lost if text else ""


def _doubt_last(reading: FormReading) -> None:
    """The document breaks off inside a table: the last cell that came may be cut."""
    last = reading.figures[-1]
    cell = replace(last.cell, trouble="the document breaks off in this cell")
    reading.figures[-1] = replace(last, cell=cell)
    reading.note("document_truncated", Severity.ERROR, f"the document breaks off inside the table, after {last.label}")


def _mark_last(reading: FormReading) -> None:
    """The text ends with a figure and without the end of its line: an excerpt does so too, so it is only told."""
    last = reading.figures[-1]
    printed = [row.indicator for row in catalog().forms[reading.form or ""].rows if row.indicator]
    if last.indicator != printed[-1]:
        message = f"the text ends within the table, with the figure of {last.label}: it may be cut"
        reading.note("text_ends_early", Severity.INFO, message, [(last.indicator, last.applicant)])


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
