"""The forms of 2019 and 2021: rows of sections 2, 3 and 4 to figures, and which of the two forms it is."""

import re
from collections import Counter
from collections.abc import Sequence

from extractors.forms.align import Alignment, align, form_index
from extractors.forms.rows import Fate, Figure, FormReading, MatrixRows, PrintedCell, PrintedRow, Trace
from extractors.forms.vocabulary import CUT_HEAD, MATRIX_FORMS, item_heads, item_rows, result_paths
from extractors.labels import fold, plain
from schema.catalog import FormRow, catalog
from schema.records import TOTAL, Severity

_HEAD_UNIT = re.compile(r"\((?:单位[:]?)?(亿元|万元|元)\)$")
_SUIT = "行政诉讼"
_MIN_RIVALS = 3  # figures that differ from which a second print is another report, and not a slip


def read_matrix(rows: MatrixRows) -> FormReading | None:
    """Take the rows of sections 2 to 4 for the form of 2019 or 2021; None when there are none."""
    if not rows:
        return None
    reading = FormReading()
    votes = Counter(_form_of_heads(row.heads) for row in rows.items)
    third, requests = _aligned(rows.requests)
    reading.form = _vote(votes, third)
    if len({form for form in (*votes, third) if form}) > 1:
        message = "some of its sections are those of the form of 2019, some those of 2021"
        reading.note("mixed_forms", Severity.WARNING, message)
    for row in rows.items:
        _read_item(reading, row)
    _read_requests(reading, rows.requests, requests[third or reading.form], third or reading.form)
    _read_results(reading, rows.results)
    _settle_rivals(reading)
    _tell_missing(reading, third or reading.form)
    return reading if reading.figures else None


def _vote(votes: Counter[str], third: str) -> str:
    """The form that most heads of section 2 speak for, else that of section 3."""
    old, new = MATRIX_FORMS
    if votes[old] != votes[new]:
        return old if votes[old] > votes[new] else new
    return third or new


def _aligned(rows: Sequence[PrintedRow]) -> tuple[str, dict[str, Alignment]]:
    """The form that the rows of section 3 fit better, empty where they fit both alike, and how they fit.

    Where they are all rows of one form in its order there is nothing to compare.
    """
    found: dict[str, Alignment] = {}
    for form in reversed(MATRIX_FORMS):
        index = form_index(form, "3")
        found[form] = align(rows, index)
        if found[form].rows == list(range(len(index.rows))):
            return form, found
    return _form_of_rows(rows, found), found


def _form_of_rows(rows: Sequence[PrintedRow], requests: dict[str, Alignment]) -> str:
    """The form that the rows of section 3 fit better; empty where they fit both alike."""
    old, new = MATRIX_FORMS
    fits = {form: (requests[form].score, -_on_headings(rows, requests[form], form)) for form in MATRIX_FORMS}
    return "" if fits[old] == fits[new] else max(fits, key=lambda form: fits[form])


def _on_headings(rows: Sequence[PrintedRow], found: Alignment, form: str) -> int:
    """How many rows with figures a form would take for headings: (六)其他处理 has figures in 2019 only."""
    index = form_index(form, "3").rows
    taken = ((row, j) for row, j in zip(rows, found.rows, strict=True) if j is not None)
    return sum(not index[j].indicator and any(cell.raw for cell in row.cells) for row, j in taken)


# --- section 2 ---------------------------------------------------------------------------------------


def _form_of_heads(heads: Sequence[str]) -> str:
    """The form that knows most of these heads; empty when both know as many, or neither any."""
    old, new = (sum(map(bool, _head_labels(heads, form))) for form in MATRIX_FORMS)
    return "" if old == new else MATRIX_FORMS[new > old]


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
        reading.trace(row, Fate.LOCAL, "2")
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
        reading.trace(row, Fate.TAKEN, "2", target.indicator, head)


def _tell_head(reading: FormReading, row: PrintedRow, head: str, cell: PrintedCell) -> None:
    if cell.raw:
        message = f"«{row.label}» × «{head}»: the form has no such column; {cell.raw!r} is not taken"
        reading.note("head_unknown", Severity.WARNING, message)
        reading.trace(row, Fate.NO_COLUMN, "2", head=head)


# --- section 3 ---------------------------------------------------------------------------------------


def _read_requests(reading: FormReading, rows: Sequence[PrintedRow], found: Alignment, name: str) -> None:
    """Section 3, by the form of that name, which need not be that of section 2."""
    form = form_index(name, "3").rows
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
        reading.trace(row, Fate.NEAR if i in found.near else Fate.TAKEN, "3", form[j].indicator)
        for member, cell in zip(row.heads, row.cells, strict=True):
            reading.figures.append(Figure(form[j].indicator, member, cell, row.label, None))


def _tell_request(reading: FormReading, row: PrintedRow, heading: FormRow | None, *, ambiguous: bool) -> None:
    """A row of section 3 that gives no figure: a heading without numbers is nothing to tell."""
    reading.trace(row, Fate.AMBIGUOUS if ambiguous else Fate.HEADING if heading else Fate.LOCAL, "3")
    if not any(cell.raw for cell in row.cells) and not ambiguous:
        return
    path = "/".join(row.labels)
    if ambiguous:
        reading.note("ambiguous_row", Severity.WARNING, f"«{path}» fits several rows of the form equally well")
    elif heading:
        reading.note("value_on_heading", Severity.WARNING, f"the heading {path} takes no value, yet has numbers")
    reading.keep_local(row)


# --- section 4 ---------------------------------------------------------------------------------------


def _read_results(reading: FormReading, results: Sequence[tuple[str, PrintedCell]]) -> None:
    known = result_paths()
    for path, cell in results:
        code = known.get(path) or known.get(f"{_SUIT}/{path}")
        if code:
            reading.figures.append(Figure(code, TOTAL, cell, path, None))
            reading.traces.append(Trace(cell.place, (), Fate.TAKEN, "4", code, path))
        elif cell.raw:
            reading.note("head_unknown", Severity.WARNING, f"section 4 has no column {path}; {cell.raw!r} is not taken")
            reading.traces.append(Trace(cell.place, (), Fate.NO_COLUMN, "4", head=path))


# --- the whole ---------------------------------------------------------------------------------------


def _settle_rivals(reading: FormReading) -> None:
    """One figure a place: where two are printed and differ neither is taken."""
    first: dict[tuple[str, str], int] = {}
    figures: list[Figure] = []
    again: list[Figure] = []
    rivals = 0
    for figure in reading.figures:
        key = (figure.indicator, figure.applicant)
        if key not in first:
            first[key] = len(figures)
            figures.append(figure)
            continue
        again.append(figure)
        held = figures[first[key]]
        if held.cell.raw != figure.cell.raw:
            rivals += 1
            figures[first[key]] = _doubted(held, "two cells compete for this figure and differ")
            message = f"{held.label}: printed twice, as {held.cell.raw!r} and {figure.cell.raw!r}"
            reading.note("competing_rows", Severity.ERROR, message, [key])
    if len(again) > rivals:
        message = f"{len(again) - rivals} cells are printed again with the same figures"
        reading.note("repeated_rows", Severity.INFO, message)
    reading.figures = figures
    if rivals >= _MIN_RIVALS:
        _doubt_other_prints(reading, min(_position(figure) for figure in again))


def _doubt_other_prints(reading: FormReading, start: tuple[int, int]) -> None:
    """A second print of the form that differs is of another year or body, and so is what only it has."""
    trouble = "only another print of the form has this figure, and the two differ"
    reading.figures = [
        _doubted(figure, trouble) if _position(figure) >= start else figure for figure in reading.figures
    ]


def _position(figure: Figure) -> tuple[int, int]:
    return figure.cell.place.table, figure.cell.place.row


def _doubted(figure: Figure, trouble: str) -> Figure:
    return figure._replace(cell=figure.cell._replace(trouble=figure.cell.trouble or trouble))


def _tell_missing(reading: FormReading, third: str) -> None:
    """Name what the form prints and this document does not, section by section; `third` is the form of section 3."""
    printed = {figure.indicator for figure in reading.figures}
    for section in ("2", "3", "4"):
        form = catalog().forms[third if section == "3" else reading.form or MATRIX_FORMS[1]]
        rows = [row for row in form.rows if row.section == section and row.indicator]
        missing = [row for row in rows if row.indicator not in printed]
        cells = [(row.indicator, TOTAL) for row in missing]
        if len(missing) == len(rows):
            reading.note("section_missing", Severity.WARNING, f"section {section} has no table that can be read", cells)
        elif missing:
            names = "、".join(dict.fromkeys(row.label_zh for row in missing))
            message = f"{len(missing)} rows or cells of section {section} are not printed: {names}"
            reading.note("rows_missing", Severity.WARNING, message, cells)
    _tell_missing_columns(reading)


def _tell_missing_columns(reading: FormReading) -> None:
    """Name the applicants for whom section 3 has no cell in rows that are there."""
    members = {c.member: c.label_zh for c in catalog().forms[MATRIX_FORMS[1]].columns if c.member}
    cells = {(figure.indicator, figure.applicant) for figure in reading.figures if figure.applicant in members}
    rows = dict.fromkeys(code for code, _ in cells if code.startswith("request."))
    missing = [(code, member) for code in rows for member in members if (code, member) not in cells]
    if missing:
        names = "、".join(label for member, label in members.items() if member in {m for _, m in missing})
        message = f"{len(missing)} cells of section 3 are not printed or not under a head that is known: {names}"
        reading.note("cells_missing", Severity.WARNING, message, missing)
