"""Tables printed as thousands of others are: where each figure stands is remembered, and only the figures are read.

Which cell is which hangs on the labels and on which cells are blank, not on what the numbers are. So tables are looked
up with one number in place of all, and the way through them (`matrix_grid.py`, `matrix.py`) is gone once for each print
of a form. Where anything is to be told of a table, a finding or a row of the agency's own, nothing is remembered, for
what is told names the figures.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from extractors.forms.matrix import read_matrix
from extractors.forms.matrix_grid import walk_grids
from extractors.forms.rows import Figure, FormReading, PrintedCell, Trace, place_of
from extractors.forms.vocabulary import known_words
from extractors.labels import fold, plain
from schema.records import Cell, Grid, Place

_NUMBER = "0"
_MAX_DIGITS = 6  # a number with more may be figures run together, which the way through the table depends on
_MAX_PLACES = 1500  # of tables that are looked up; the longest print of a form has a third of them


class _Seat(NamedTuple):
    """All of a figure but its number, and which of the places of all tables, counted from 0, holds that."""

    at: int
    indicator: str
    applicant: str
    place: Place
    label: str
    head_unit: str | None


class _Print(NamedTuple):
    """How a form is printed: its edition, its figures, their traces, and the numbers of the tables."""

    form: str | None
    seats: tuple[_Seat, ...]
    traces: tuple[Trace, ...]
    tables: frozenset[int]


def recall(grids: Sequence[Grid]) -> tuple[FormReading, frozenset[int]] | None:
    """The form since 2019 in a page's tables, and the numbers of the tables it stands in.

    None where it is not printed there as a whole, once, and without anything to be told.
    """
    own = _from_first(grids)
    if not own or sum(len(grid.rows) * grid.width for grid in own) > _MAX_PLACES:
        return None
    known = _print(tuple(Grid(tuple(map(_unnumbered, grid.rows)), grid.index, grid.origin) for grid in own))
    if known is None:
        return None
    cells = _places(own)
    figures = [
        Figure(indicator, applicant, PrintedCell(cells[at].text, place), label, None, head_unit)
        for at, indicator, applicant, place, label, head_unit in known.seats
    ]
    return FormReading(known.form, figures, traces=list(known.traces)), known.tables


def _from_first(grids: Sequence[Grid]) -> Sequence[Grid]:
    """The tables from the first on that has a word of the forms: those before it mean nothing to them."""
    known = known_words()
    for n, grid in enumerate(grids):
        texts = (cell.text for row in grid.rows for cell in row)
        if any(plain(text) in known or fold(text) in known for text in texts):
            return grids[n:]
    return ()


def _unnumbered(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple(
        [
            _number_at(cell.row, cell.column)
            if (text := cell.text).isdigit() and len(text) <= _MAX_DIGITS and text.isascii()
            else cell
            for cell in row
        ]
    )


@lru_cache(maxsize=4096)
def _number_at(row: int, column: int) -> Cell:
    return Cell(_NUMBER, row, column)


def _places(grids: Sequence[Grid]) -> list[Cell]:
    return [cell for grid in grids for row in grid.rows for cell in row]


@lru_cache(maxsize=128)
def _print(grids: tuple[Grid, ...]) -> _Print | None:
    """The print of a form in tables that have one number for all; None where it is not sound to remember."""
    rows = walk_grids(grids)
    reading = read_matrix(rows) if rows.is_whole() else None
    if reading is None or reading.findings or reading.local_rows or _has_number(reading):
        return None
    at = _numbered(grids)
    seats = [
        _Seat(at[f.cell.place], f.indicator, f.applicant, f.cell.place, f.label, f.head_unit) for f in reading.figures
    ]
    return _Print(reading.form, tuple(seats), tuple(reading.traces), frozenset(rows.tables()))


def _numbered(grids: Sequence[Grid]) -> dict[Place, int]:
    """The places of all tables by that of their source cell, numbered as `_places` has them."""
    tables = [grid.index for grid in grids for row in grid.rows for _ in row]
    return {place_of(cell, table): n for n, (cell, table) in enumerate(zip(_places(grids), tables, strict=True))}


def _has_number(reading: FormReading) -> bool:
    """Whether a number stands where a label should, or a cell is not sure to be one figure's."""
    words = {part for trace in reading.traces for text in (*trace.path, trace.head) for part in text.split("/")}
    return _NUMBER in words or any(figure.cell.trouble or figure.unit for figure in reading.figures)
