"""The figures of one indicator or series over the whole country: totals, quantiles, distribution, extremes."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_EXTREMES = 10
_QUANTILES = (0.10, 0.25, 0.50, 0.75, 0.90)
# Upper bounds of the bins of a distribution; the first bin is for numbers below 0, the last for all above the bounds.
COUNTS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000)
SHARES = (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True)
class Figures:
    """The figures of all reports that have an indicator or series, in parallel arrays.

    `values` is NaN for no number.
    """

    reports: NDArray[np.int64]
    agencies: NDArray[np.int64]
    years: NDArray[np.int64]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int, float | None]]) -> "Figures":
        """From rows of report, agency, year and value."""
        reports, agencies, years, values = zip(*rows, strict=True) if rows else ((), (), (), ())
        numbers = np.array(values, dtype=np.float64)  # None becomes NaN
        return cls(np.array(reports, np.int64), np.array(agencies, np.int64), np.array(years, np.int64), numbers)

    def by_year(self) -> Iterator[tuple[int, "Figures"]]:
        """The figures of each year."""
        for year in np.unique(self.years).tolist():
            of_year = self.years == year
            yield (
                year,
                Figures(self.reports[of_year], self.agencies[of_year], self.years[of_year], self.values[of_year]),
            )


def put_statistics(connection: sqlite3.Connection, code: str, figures: Figures, *, is_share: bool) -> None:
    """Enter what the pages show of an indicator or series."""
    for year, all_of_year in figures.by_year():
        has = ~np.isnan(all_of_year.values)
        numbers = all_of_year.values[has]
        head = (code, year, len(has), len(numbers))
        if not len(numbers):
            connection.execute("INSERT INTO national (code, year, reports, numbers) VALUES (?, ?, ?, ?)", head)
            continue
        found = [*map(float, (numbers.sum(), numbers.mean(), *np.quantile(numbers, _QUANTILES)))]
        connection.execute("INSERT INTO national VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*head, *found))
        bins = [(code, year, *each) for each in _bins(numbers, SHARES if is_share else COUNTS)]
        connection.executemany("INSERT INTO histogram VALUES (?, ?, ?, ?)", bins)
        extremes = _extremes(all_of_year.reports[has], all_of_year.agencies[has], numbers)
        connection.executemany("INSERT INTO extreme VALUES (?, ?, ?, ?, ?, ?, ?)", [(code, year, *e) for e in extremes])


def _bins(numbers: NDArray[np.float64], bounds: Sequence[float]) -> list[tuple[int, int]]:
    """How many are in each bin: 0 is for numbers below the first bound, 1 for the first bound itself."""
    places = np.where(numbers < bounds[0], 0, np.searchsorted(bounds, numbers, side="left") + 1)
    found, counts = np.unique(places, return_counts=True)
    return list(zip(found.tolist(), counts.tolist(), strict=True))


def _extremes(
    reports: NDArray[np.int64], agencies: NDArray[np.int64], numbers: NDArray[np.float64]
) -> Iterator[tuple[Any, ...]]:
    order = np.lexsort((reports, numbers))
    for side, chosen in (("low", order[:_EXTREMES]), ("high", order[::-1][:_EXTREMES])):
        for place, at in enumerate(chosen.tolist(), start=1):
            yield side, place, int(reports[at]), int(agencies[at]), float(numbers[at])
