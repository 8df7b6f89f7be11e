"""The 2014 form: printed rows, from grids or from running text, to figures."""

from collections.abc import Sequence

from extractors.forms.align import Alignment, align, form_index
from extractors.forms.rows import Fate, Figure, FormReading, PrintedCell, PrintedRow
from extractors.forms.vocabulary import HEADING_UNITS, LIST_FORM
from extractors.labels import fold, plain
from schema.catalog import FormRow
from schema.records import TOTAL, Severity

_MIN_VALUES = 3  # value rows of the form below which no table is claimed
_MIN_RIVALS = 3  # figures that differ from which a second print is another report, and not a slip
_MIN_SHARE = 0.5  # share of a table's rows that must be the form's: local forms print some of the same labels


def read_list(printed: Sequence[PrintedRow]) -> FormReading | None:
    """Take printed rows for the 2014 form; None when too few of them are rows of it."""
    form = form_index(LIST_FORM)
    found = align(printed, form)
    taken = {j: i for i, j in enumerate(found.rows) if j is not None}
    values = sum(form.rows[j].kind == "value" for j in taken)
    rows = sum(bool(row.cells) for row in printed) - len(found.competing)
    if values < _MIN_VALUES or values < rows * _MIN_SHARE:
        return None
    reading = FormReading(LIST_FORM)
    rivals = _rivals(found, printed, reading, form.rows)
    if len(rivals) >= _MIN_RIVALS:
        rivals = {**_of_other_prints(found), **rivals}
    for i, row in enumerate(printed):
        j = found.rows[i]
        if j is not None:
            _take(reading, row, form.rows[j], rivals.get(j, ""))
        _explain(reading, row, form.rows, found, i)
    _tell_missing(reading, form.rows, set(taken) | _ambiguous_rows(found, printed))
    return reading


def _ambiguous_rows(found: Alignment, printed: Sequence[PrintedRow]) -> set[int]:
    by_name = form_index(LIST_FORM).by_name
    return {j for i in found.ambiguous for j in by_name.get(plain(printed[i].label), ())}


def _take(reading: FormReading, row: PrintedRow, form: FormRow, rival: str) -> None:
    """Add the figure of a value row; a heading that carries a number is told."""
    if form.kind == "header":
        numbers = [cell.raw for cell in row.cells if cell.raw and fold(cell.raw) not in ("", *HEADING_UNITS)]
        if numbers:
            message = f"the heading {row.label} takes no value, yet {numbers[0]} is printed beside it"
            reading.note("value_on_heading", Severity.WARNING, message)
        return
    if not row.cells:
        reading.note("cell_missing", Severity.WARNING, f"no cell for a number beside {row.label}")
        return
    cell = row.cells[0]
    if rival:
        cell = PrintedCell(cell.raw, cell.place, rival)
    reading.figures.append(Figure(form.indicator, TOTAL, cell, row.label, row.unit))


def _rivals(
    found: Alignment, printed: Sequence[PrintedRow], reading: FormReading, form: Sequence[FormRow]
) -> dict[int, str]:
    """Form rows for which two printed rows compete with different cells: neither is taken."""
    holders = {j: i for i, j in enumerate(found.rows) if j is not None}
    rivals: dict[int, str] = {}
    same = 0
    for i, j in found.competing.items():
        if _text(printed[i]) == _text(printed[holders[j]]):
            same += bool(printed[i].cells)  # a heading of the form stands in the prose too
            continue
        rivals[j] = "two rows compete for this figure and differ"
        if form[j].indicator:
            message = f"{printed[i].label}: printed twice, as {_text(printed[holders[j]])!r} and {_text(printed[i])!r}"
            reading.note("competing_rows", Severity.ERROR, message, [(form[j].indicator, TOTAL)])
    if same:
        reading.note("repeated_rows", Severity.INFO, f"{same} rows are printed again with the same figures")
    return rivals


def _of_other_prints(found: Alignment) -> dict[int, str]:
    """Form rows that only a later print of the form has, which is of another year or body."""
    first = min(found.copies[found.rows.index(j)] for j in found.competing.values())
    return {
        j: "only another print of the form has this row, and the two differ"
        for j, copy in zip(found.rows, found.copies, strict=True)
        if j is not None and copy > first
    }


def _text(row: PrintedRow) -> str:
    return row.cells[0].raw if row.cells else ""


def _explain(reading: FormReading, row: PrintedRow, form: Sequence[FormRow], found: Alignment, i: int) -> None:
    """Say what a printed row was taken for, and tell rows that found no place."""
    j = found.rows[i]
    if j is not None:
        taken = Fate.NEAR if i in found.near else Fate.TAKEN
        reading.trace(row, taken if form[j].indicator else Fate.HEADING, form[j].section, form[j].indicator)
        if i in found.near:
            message = f"«{row.label}» is not a listed spelling; taken for {form[j].label_zh} by its place and likeness"
            reading.note("label_near", Severity.INFO, message, [(form[j].indicator, TOTAL)] * bool(form[j].indicator))
    elif i in found.ambiguous:
        reading.trace(row, Fate.AMBIGUOUS)
        reading.note("ambiguous_row", Severity.WARNING, f"«{row.label}» fits several rows of the form equally well")
        reading.keep_local(row)
    elif i in found.competing:
        again = form[found.competing[i]]
        reading.trace(row, Fate.AGAIN, again.section, again.indicator)
    elif row.unit or any(cell.raw for cell in row.cells):
        reading.trace(row, Fate.LOCAL)
        reading.keep_local(row)


def _tell_missing(reading: FormReading, form: Sequence[FormRow], present: set[int]) -> None:
    """Name the rows of the form that are not printed; an optional block that is wholly absent is none."""
    missing = [row for j, row in enumerate(form) if row.kind == "value" and j not in present]
    if all(row.optional for row in missing) and len(missing) == sum(row.optional for row in form):
        return
    if missing:
        names = "、".join(row.label_zh for row in missing)
        message = f"{len(missing)} rows of the form are not printed: {names}"
        reading.note("rows_missing", Severity.WARNING, message, [(row.indicator, TOTAL) for row in missing])
