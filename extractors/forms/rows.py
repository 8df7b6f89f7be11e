"""What the readers of a form hand on: printed rows, figures, and what went wrong with either."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from schema.records import Cell, Finding, LocalRow, Place, Severity


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A value cell as it is printed. `trouble` says why its text cannot be taken for this cell's alone."""

    raw: str
    place: Place
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row of a table: its labels from the outermost to its own, its unit where one is printed, its values.

    `heads` names the column of each cell where the table says it (section 2: the printed head; section 3:
    the applicant); it is empty where there is one value column.
    """

    labels: tuple[str, ...]
    cells: tuple[PrintedCell, ...]
    place: Place
    unit: str | None = None
    heads: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The row's own label."""
        return self.labels[-1] if self.labels else ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell of a form, found: where it belongs, and its text."""

    indicator: str
    applicant: str
    cell: PrintedCell
    label: str
    unit: str | None  # as printed; None where the table prints none
    head_unit: str | None = None


class Fate(StrEnum):
    """What became of a printed row, or of one cell where columns have indicators of their own."""

    TAKEN = "taken"
    NEAR = "near"  # taken, on a spelling that the form does not list
    HEADING = "heading"
    AGAIN = "again"  # another row has its place already
    AMBIGUOUS = "ambiguous"
    LOCAL = "local"
    NO_COLUMN = "no column"  # the form has no such column


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of one printed row or cell, for a person who asks (`extractors/explain.py`).

    `place` is that of the label (section 4: of the cell), `path` the printed labels from the outermost on. `head`
    is the head of the column, in sections 2 and 4; `indicator` is empty for what is no figure.
    """

    place: Place
    path: tuple[str, ...]
    fate: Fate
    section: str = ""
    indicator: str = ""
    head: str = ""


@dataclass(slots=True)
class FormReading:
    """What was found of one form in a document; `traces` tell a person how, row by row."""

    form: str | None = None
    figures: list[Figure] = field(default_factory=list)
    local_rows: list[LocalRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)

    def note(self, rule: str, severity: Severity, message: str, cells: Iterable[tuple[str, str]] = ()) -> None:
        """Add a finding."""
        self.findings.append(Finding(rule, severity, message, tuple(cells)))

    def trace(self, row: PrintedRow, fate: Fate, section: str = "", indicator: str = "", head: str = "") -> None:
        """Remember what a row was taken for."""
        self.traces.append(Trace(row.place, row.labels, fate, section, indicator, head))

    def keep_local(self, row: PrintedRow) -> None:
        """Keep a row that no form prints."""
        self.local_rows.append(LocalRow("/".join(row.labels), tuple(cell.raw for cell in row.cells), row.place))


def place_of(cell: Cell, table: int) -> Place:
    """Where a grid's cell stands, counted from 1."""
    return Place(table, cell.row + 1, cell.column + 1)
