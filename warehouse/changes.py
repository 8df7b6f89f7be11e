"""What another reading of the same pages changes: reports and cells that are new, changed or lost."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from sqlalchemy import Connection, select

from schema.records import Observation
from warehouse.chunks import chunks
from warehouse.rows import read_figures
from warehouse.standing import AgencyYear
from warehouse.tables import agency, report


class Standing(NamedTuple):
    """The report that stands for an agency and year: all that the reader gave as a digest, and its figures."""

    reading: str
    figures: tuple[Observation, ...]


class Changed(NamedTuple):
    """A cell, and what it says before and after: text and number; empty where it is not there."""

    agency: str
    year: int
    indicator: str
    applicant: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Reports by agency and year, cells, and pages by address with the reason for which they rest in quarantine.

    A report that stands is changed also where no cell is: in its title, its header, or the places of its cells.
    """

    new_reports: tuple[tuple[str, int], ...] = ()
    changed_reports: tuple[tuple[str, int], ...] = ()
    lost_reports: tuple[tuple[str, int], ...] = ()
    new_cells: tuple[Changed, ...] = ()
    changed_cells: tuple[Changed, ...] = ()
    lost_cells: tuple[Changed, ...] = ()
    quarantined: tuple[tuple[str, str], ...] = ()
    released: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return any(getattr(self, field.name) for field in fields(self))


@dataclass(slots=True)
class Tally:
    """How many changes of each kind there were in many steps, by the names of `Changes`, and the `most` first of them.

    None for all: of a country's reports they are millions, which a person does not read.
    """

    most: int | None = None
    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[Sequence[object]]] = field(default_factory=lambda: {one.name: [] for one in fields(Changes)})

    def add(self, found: Changes) -> None:
        """Count what one step changed."""
        for name, kept in self.first.items():
            changed = getattr(found, name)
            self.counts[name] += len(changed)
            kept.extend(changed if self.most is None else changed[: self.most - len(kept)])


Reports = Mapping[tuple[str, int], Standing]


def standing(connection: Connection, pairs: Collection[AgencyYear]) -> Reports:
    """The reports that stand for agencies and years, by the agency's name and the year."""
    columns = (report.c.id, agency.c.name, report.c.agency_id, report.c.year, report.c.reading_digest)
    query = select(*columns).join(agency).where(report.c.is_current)
    found: dict[tuple[str, int], Standing] = {}
    for some in chunks(sorted({agency_id for agency_id, _ in pairs})):
        rows = connection.execute(query.where(agency.c.id.in_(some)))
        wanted = [row for row in rows if (row.agency_id, row.year) in pairs]
        for few in chunks(wanted):
            figures = read_figures(connection, [row.id for row in few])
            found |= {(row.name, row.year): Standing(row.reading_digest, figures.get(row.id, ())) for row in few}
    return found


def changes(before: Reports, after: Reports, rested: Mapping[str, str], rests: Mapping[str, str]) -> Changes:
    """What is different after; `rested` and `rests` are the reasons of the pages in quarantine by address."""
    both = before.keys() & after.keys()
    cells = list(_cells(before, after))
    return Changes(
        new_reports=tuple(sorted(after.keys() - both)),
        changed_reports=tuple(sorted(key for key in both if before[key].reading != after[key].reading)),
        lost_reports=tuple(sorted(before.keys() - both)),
        new_cells=tuple(cell for old, new, cell in cells if old is None),
        changed_cells=tuple(cell for old, new, cell in cells if old and new),
        lost_cells=tuple(cell for old, new, cell in cells if new is None),
        quarantined=tuple(sorted(rests.items() - rested.items())),
        released=tuple(sorted((url, why) for url, why in rested.items() if url not in rests)),
    )


def _cells(before: Reports, after: Reports) -> Iterator[tuple[Observation | None, Observation | None, Changed]]:
    nothing = Standing("", ())
    for key in sorted(before.keys() | after.keys()):
        old, new = (_by_cell(reports.get(key, nothing).figures) for reports in (before, after))
        for cell in sorted(old.keys() | new.keys()):
            was, now = old.get(cell), new.get(cell)
            if was != now:
                yield was, now, Changed(*key, *cell, _words(was), _words(now))


def _by_cell(figures: Collection[Observation]) -> dict[tuple[str, str], Observation]:
    return {(one.indicator, one.applicant): one for one in figures}


def _words(one: Observation | None) -> str:
    if one is None:
        return ""
    number = one.status.value if one.value is None else f"{one.value:f} {one.unit or ''}".strip()
    return f"'{one.raw}' ({number})"
