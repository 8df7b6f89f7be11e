"""The forms of 2019 and 2021: rows of sections 2, 3 and 4 to figures, and which of the two forms it is."""

import re
from collections import Counter
from collections.abc import Sequence

from extractors.forms.align import Alignment, align, form_index
from extractors.forms.matrix_grid import MatrixRows
from extractors.forms.rows import Figure, FormReading, PrintedCell, PrintedRow
from extractors.forms.vocabulary import CUT_HEAD, MATRIX_FORMS, item_heads, item_rows, result_paths
from extractors.labels import fold, plain
from schema.catalog import FormRow, catalog
from schema.records import TOTAL, Severity

_HEAD_UNIT = re.compile(r"\((?:单位[:]?)?(亿元|万元|元)\)$")
_SUIT = "行政诉讼"


def read_matrix(rows: MatrixRows) -> FormReading | None:
    """Take the rows of sections 2 to 4 for the form of 2019 or 2021; None when there are none."""
    if not rows:
        return None
    reading = FormReading()
    votes = Counter(_form_of_heads(row.heads) for row in rows.items)
    requests = {form: align(rows.requests, form_index(form, "3")) for form in MATRIX_FORMS}
    reading.form = _vote(votes, requests)
    if len({form for form in votes if form}) > 1:
        message = "the heads of section 2 are partly those of 2019, partly those of 2021"
        reading.note("mixed_forms", Severity.WARNING, message)
    for row in rows.items:
        _read_item(reading, row)
    _read_requests(reading, rows.requests, requests[reading.form])
    _read_results(reading, rows.results)
    _settle_rivals(reading)
    _tell_missing(reading)
    return reading if reading.figures else None


def _vote(votes: Counter[str], requests: dict[str, Alignment]) -> str:
    """The form that most heads of section 2 speak for, else the one that section 3 fits better."""
    old, new = MATRIX_FORMS
    if votes[old] != votes[new]:
        return old if votes[old] > votes[new] else new
    return old if requests[old].score > requests[new].score else new


# --- section 2 ---------------------------------------------------------------------------------------


def _form_of_heads(heads: Sequence[str]) -> str:
    """The form whose heads these are; empty when they fit neither or both."""
    fits = [form for form in MATRIX_FORMS if all(label for label in _head_labels(heads, form))]
    return fits[0] if len(fits) == 1 else ""


def _head_labels(heads: Sequence[str], form: str) -> list[str]:
    """The form's column for each printed head; cut heads (本年新 twice) are told apart by their position."""
    known = item_heads(form)
    labels = [known.get(plain(head), "") for head in heads]
    cut = [n for n, head in enumerate(heads) if plain(head) == CUT_HEAD]
    if cut:
        order = [c.label_zh for c in catalog().forms[form].columns if c.section == "2"]
        full = [label for label in order if label.startswith(CUT_HEAD)]
        if len(cut) == len(full) == 2 and cut == [0, 1]:
            labels[0], labels[1] = full
    return labels


def _read_item(reading: FormReading, row: PrintedRow) -> None:
    """A row of section 2: a figure for each head, or a local row where no form prints its label."""
    form = _form_of_heads(row.heads) or reading.form or MATRIX_FORMS[1]
    known = item_rows(form).get(plain(row.label))
    if not known:
        reading.keep_local(row)
        reading.why.append(f"section 2 «{'/'.join(row.labels)}»: on no form, kept as a local row")
        return
    columns = {cell.column: cell for cell in known}
    for head, label, cell in zip(row.heads, _head_labels(row.heads, form), row.cells, strict=True):
        target = columns.get(label)
        if target is None:
            _tell_head(reading, row, head, cell)
            continue
        unit = _HEAD_UNIT.search(fold(head))
        reading.figures.append(
            Figure(target.indicator, TOTAL, cell, f"{row.label} / {head}", None, unit[1] if unit else None)
        )
        reading.why.append(f"section 2 «{row.label}» × «{head}»: {target.indicator} (form {form})")


def _tell_head(reading: FormReading, row: PrintedRow, head: str, cell: PrintedCell) -> None:
    if cell.raw:
        message = f"«{row.label}» × «{head}»: the form has no such column; {cell.raw!r} is not taken"
        reading.note("head_unknown", Severity.WARNING, message)


# --- section 3 ---------------------------------------------------------------------------------------


def _read_requests(reading: FormReading, rows: Sequence[PrintedRow], found: Alignment) -> None:
    form = form_index(reading.form or MATRIX_FORMS[1], "3").rows
    for i, row in enumerate(rows):
        j = found.rows[i]
        if j is None and i in found.competing:
            j = found.competing[i]  # printed twice: `_settle_rivals` compares the two
        if j is None or not form[j].indicator:
            _tell_request(reading, row, form[j] if j is not None else None, ambiguous=i in found.ambiguous)
            continue
        if i in found.near:
            cells = [(form[j].indicator, TOTAL)]
            message = f"«{row.label}» is not a listed spelling; taken for {form[j].label_zh} by its place and likeness"
            reading.note("label_near", Severity.INFO, message, cells)
        reading.why.append(f"section 3 «{'/'.join(row.labels)}»: {form[j].indicator}")
        for member, cell in zip(row.heads, row.cells, strict=True):
            reading.figures.append(Figure(form[j].indicator, member, cell, row.label, None))


def _tell_request(reading: FormReading, row: PrintedRow, heading: FormRow | None, *, ambiguous: bool) -> None:
    """A row of section 3 that gives no figure: a heading without numbers is nothing to tell."""
    if not any(cell.raw for cell in row.cells) and not ambiguous:
        return
    path = "/".join(row.labels)
    if ambiguous:
        reading.note("ambiguous_row", Severity.WARNING, f"«{path}» fits several rows of the form equally well")
    elif heading:
        reading.note("value_on_heading", Severity.WARNING, f"the heading {path} takes no value, yet has numbers")
    reading.keep_local(row)
    reading.why.append(f"section 3 «{path}»: not taken")


# --- section 4 ---------------------------------------------------------------------------------------


def _read_results(reading: FormReading, results: Sequence[tuple[str, PrintedCell]]) -> None:
    known = result_paths()
    for path, cell in results:
        code = known.get(path) or known.get(f"{_SUIT}/{path}")
        if code:
            reading.figures.append(Figure(code, TOTAL, cell, path, None))
            reading.why.append(f"section 4 «{path}»: {code}")
        elif cell.raw:
            reading.note("head_unknown", Severity.WARNING, f"section 4 has no column {path}; {cell.raw!r} is not taken")


# --- the whole ---------------------------------------------------------------------------------------


def _settle_rivals(reading: FormReading) -> None:
    """One figure a place: where two are printed and differ neither is taken."""
    first: dict[tuple[str, str], int] = {}
    figures: list[Figure] = []
    same = 0
    for figure in reading.figures:
        key = (figure.indicator, figure.applicant)
        if key not in first:
            first[key] = len(figures)
            figures.append(figure)
            continue
        held = figures[first[key]]
        if held.cell.raw == figure.cell.raw:
            same += 1
            continue
        cell = PrintedCell(held.cell.raw, held.cell.place, "two cells compete for this figure and differ")
        figures[first[key]] = Figure(*key, cell, held.label, held.unit, held.head_unit)
        message = f"{held.label}: printed twice, as {held.cell.raw!r} and {figure.cell.raw!r}"
        reading.note("competing_rows", Severity.ERROR, message, [key])
    if same:
        reading.note("repeated_rows", Severity.INFO, f"{same} cells are printed again with the same figures")
    reading.figures = figures


def _tell_missing(reading: FormReading) -> None:
    """Name what the form prints and this document does not, section by section."""
    form = catalog().forms[reading.form or MATRIX_FORMS[1]]
    printed = {figure.indicator for figure in reading.figures}
    for section in ("2", "3", "4"):
        rows = [row for row in form.rows if row.section == section and row.indicator]
        missing = [row for row in rows if row.indicator not in printed]
        cells = [(row.indicator, TOTAL) for row in missing]
        if len(missing) == len(rows):
            reading.note("section_missing", Severity.WARNING, f"section {section} has no table that can be read", cells)
        elif missing:
            names = "、".join(dict.fromkeys(row.label_zh for row in missing))
            message = f"{len(missing)} rows or cells of section {section} are not printed: {names}"
            reading.note("rows_missing", Severity.WARNING, message, cells)
