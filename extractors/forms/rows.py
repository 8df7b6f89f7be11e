"""What the readers of a form hand on: printed rows, figures, and what went wrong with either."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeVar

from schema.records import Cell, Finding, LocalRow, Place, Severity


class PrintedCell(NamedTuple):
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


Section = list[PrintedRow] | list[tuple[str, PrintedCell]]
AnySection = TypeVar("AnySection", list[PrintedRow], list[tuple[str, PrintedCell]])


@dataclass(slots=True)
class MatrixRows:
    """The rows of sections 2 and 3 of the forms since 2019, and section 4 as (column path, cell)."""

    items: list[PrintedRow] = field(default_factory=list)
    requests: list[PrintedRow] = field(default_factory=list)
    results: list[tuple[str, PrintedCell]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.items or self.requests or self.results)

    def sections(self) -> tuple[Section, Section, Section]:
        """The three sections in the order of the form."""
        return self.items, self.requests, self.results

    def tables(self) -> set[int]:
        """The numbers of the tables that the cells stand in."""
        places = [row.place for row in (*self.items, *self.requests)] + [cell.place for _, cell in self.results]
        return {place.table for place in places}

    def is_whole(self) -> bool:
        """Whether each section has a cell that is surely its own."""
        return all(map(_is_sure, self.sections()))

    def is_shifted(self) -> bool:
        """Whether a section is there in which no cell stands surely under its head."""
        return any(section and not _is_sure(section) for section in self.sections())

    def surer(self, other: "MatrixRows") -> "MatrixRows":
        """Each section from the one of the two that has more figures of it: from `self` where they are as many."""
        return MatrixRows(
            max(self.items, other.items, key=_figures),
            max(self.requests, other.requests, key=_figures),
            max(self.results, other.results, key=_figures),
        )

    def completed(self, other: "MatrixRows") -> "MatrixRows":
        """`self`, with the sections from the other of which it has no sure cell itself."""
        return MatrixRows(
            _or_else(self.items, other.items),
            _or_else(self.requests, other.requests),
            _or_else(self.results, other.results),
        )


def _or_else(mine: AnySection, theirs: AnySection) -> AnySection:
    """A section with a sure cell; one in doubt is still better than none, which would tell of nothing."""
    return theirs if not _is_sure(mine) and (_is_sure(theirs) or not mine) else mine


def _cells(section: Section) -> Iterator[PrintedCell]:
    for part in section:
        yield from part.cells if isinstance(part, PrintedRow) else part[1:]


def _is_sure(section: Section) -> bool:
    """Whether any cell of a section is not in doubt."""
    return any(not cell.trouble for cell in _cells(section))


def _figures(section: Section) -> tuple[int, bool]:
    """How many figures of a section are not in doubt; a section in doubt is still better than none.

    Blank cells do not count: where a label is repeated over its span, each but the last looks like a blank row.
    """
    return sum(not cell.trouble for cell in _cells(section) if cell.raw), bool(section)


class Figure(NamedTuple):
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
