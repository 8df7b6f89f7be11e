"""What the readers of a form hand on: printed rows, figures, and what went wrong with either."""

from collections.abc import Iterable
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class FormReading:
    """What was found of one form in a document; `why` tells a person how, line by line."""

    form: str | None = None
    figures: list[Figure] = field(default_factory=list)
    local_rows: list[LocalRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    why: list[str] = field(default_factory=list)

    def note(self, rule: str, severity: Severity, message: str, cells: Iterable[tuple[str, str]] = ()) -> None:
        """Add a finding."""
        self.findings.append(Finding(rule, severity, message, tuple(cells)))

    def keep_local(self, row: PrintedRow) -> None:
        """Keep a row that no form prints."""
        self.local_rows.append(LocalRow("/".join(row.labels), tuple(cell.raw for cell in row.cells), row.place))


def place_of(cell: Cell, table: int) -> Place:
    """Where a grid's cell stands, counted from 1."""
    return Place(table, cell.row + 1, cell.column + 1)
