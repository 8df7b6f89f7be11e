"""The numbers that link the tables of a release, given in the order of names and years.

A warehouse numbers its rows as they come. In a release equal contents must have equal numbers, or two releases could
not be compared by their bytes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select

from warehouse.release.personal import WITHHELD, keeps_label
from warehouse.tables import agency, correction, dimension, indicator, label, report

Numbers = Mapping[int, int]  # by the number that the warehouse knows the row by


@dataclass(frozen=True)
class Numbering:
    """The rows that a release has, and their numbers in it."""

    agency: Numbers
    report: Numbers  # in the order of agencies and years
    capture: Numbers
    correction: Numbers
    dimension: Numbers
    indicator: Numbers
    label: Numbers  # several to one where texts are withheld
    label_texts: tuple[str, ...]  # the text of number 1, 2 ...


def number(connection: Connection) -> Numbering:
    """Number what a release has of a warehouse."""
    current = (
        select(report.c.id, report.c.year, agency.c.name, report.c.capture_id).join(agency).where(report.c.is_current)
    )
    reports = sorted(connection.execute(current), key=lambda row: (row.name, row.year))
    of_cell = (correction.c.agency, correction.c.year, correction.c.indicator, correction.c.applicant)
    labels, texts = _labels(connection)
    return Numbering(
        _by_key(connection, select(agency.c.id, agency.c.name)),
        _in_order(row.id for row in reports),
        _in_order(row.capture_id for row in reports),
        _by_key(connection, select(correction.c.id, *of_cell)),
        _by_key(connection, select(dimension.c.id, dimension.c.dimension, dimension.c.code)),
        _by_key(connection, select(indicator.c.id, indicator.c.code)),
        labels,
        texts,
    )


def _by_key(connection: Connection, query: Select[tuple[int, *tuple[object, ...]]]) -> Numbers:
    """Numbers in the order of what follows the id. By code point, as no engine's collation has it."""
    return _in_order(row[0] for row in sorted(connection.execute(query), key=lambda row: tuple(row)[1:]))


def _in_order(ids: Iterable[int]) -> Numbers:
    return {each: place for place, each in enumerate(dict.fromkeys(ids), start=1)}


def _labels(connection: Connection) -> tuple[Numbers, tuple[str, ...]]:
    kept = {
        row.id: row.text if keeps_label(row.text) else WITHHELD
        for row in connection.execute(select(label.c.id, label.c.text))
    }
    texts = sorted(set(kept.values()))
    place = {text: number for number, text in enumerate(texts, start=1)}
    return {each: place[text] for each, text in kept.items()}, tuple(texts)
