"""Check a report beside the same agency's other years: rules across years, a copied table, a value out of proportion.

Nothing here proves a figure wrong: an agency may have done the same work twice, or counted in a new way. The
findings say where to look. What is said of a report follows from the reports alone, not from their order.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from statistics import median_high, median_low

from schema.catalog import catalog
from schema.checks import check_years
from schema.records import TOTAL, Finding, Observation, Report, Severity, Status

# How many different figures make a copy. Cells would not do: since 2019 one request that was granted fills six of
# them with the same 1, and two quiet years look alike. Five figures that all return are no chance.
COPIED_FIGURES = 5
# From how many other years there is a usual value: of two that differ, neither is the usual one.
OTHER_YEARS = 2
# How far off is out of proportion. Real work grows and shrinks several times over; a slipped decimal point twice,
# glued cells, or yuan for 10,000 yuan are off by 100 and more, and 20 leaves them room for a real change beside.
TIMES = 20
# From where a figure is large. Below it a single request, case or course makes a twentyfold difference; an amount of
# 0.1 (10,000 yuan) that is printed in yuan just reaches it.
LARGE = Decimal(1000)

Cell = tuple[str, str, str | None]  # indicator, applicant and unit: amounts in other units do not compare


def check_history(reports: Mapping[int, Report]) -> dict[int, tuple[Finding, ...]]:
    """Every finding on each of an agency's reports that rests on the others; reports and findings by report year.

    The rules across years and `table_copied` need the year before, `out_of_proportion` any two others.
    """
    past = _large_cells(reports)
    return {
        year: (*_beside(report, reports.get(year - 1)), *_out_of_proportion(report, year, past))
        for year, report in reports.items()
    }


def _beside(report: Report, before: Report | None) -> tuple[Finding, ...]:
    return () if before is None else (*check_years(report, before), *_table_copied(report, before))


def _table_copied(report: Report, before: Report) -> tuple[Finding, ...]:
    """A finding if every figure but 0 is that of the year before, and there are `COPIED_FIGURES` different ones.

    Zeros, blanks and dashes are not compared, for a copyist may well turn one into another. A cell that is no
    number counts by its text.
    """
    figures = _figures(report)
    if figures != _figures(before) or len(set(figures.values())) < COPIED_FIGURES:
        return ()
    message = f"all {len(figures)} figures other than 0 are those of the report for {before.year}"
    return (Finding("table_copied", Severity.WARNING, message),)


def _figures(report: Report) -> dict[tuple[str, str], Decimal | str]:
    cells = ((o.indicator, o.applicant, o.raw if o.status is Status.TEXT else o.value) for o in report.observations)
    return {(indicator, applicant): figure for indicator, applicant, figure in cells if figure}


def _large_cells(reports: Mapping[int, Report]) -> Mapping[Cell, Mapping[int, Decimal]]:
    """The values by year of each cell that is `LARGE` in some year. Changes (增减) have no usual value."""
    values: defaultdict[Cell, dict[int, Decimal]] = defaultdict(dict)
    for year, report in reports.items():
        for one in report.observations:
            if one.value is not None:
                values[_cell(one)][year] = one.value
    large = {cell: years for cell, years in values.items() if max(years.values()) >= LARGE}
    return {cell: years for cell, years in large.items() if catalog().indicators[cell[0]].value_type != "change"}


def _cell(one: Observation) -> Cell:
    return one.indicator, one.applicant, one.unit


def _out_of_proportion(report: Report, year: int, past: Mapping[Cell, Mapping[int, Decimal]]) -> Iterator[Finding]:
    """A finding for each value that is `TIMES` the agency's usual one or more, or a `TIMES`th or less.

    The usual value is the median of at least `OTHER_YEARS` other years; of an even number the middle one that is
    nearer to the value, so that one wrong year does not put the others in doubt. The larger of the value and the
    usual one is `LARGE` at least.
    """
    for one in report.observations:
        others = {other: value for other, value in past.get(_cell(one), {}).items() if other != year}
        if one.value is not None and len(others) >= OTHER_YEARS and _is_far_from(one.value, others.values()):
            yield _disproportion(one, one.value, others)


def _is_far_from(value: Decimal, others: Collection[Decimal]) -> bool:
    return value >= max(LARGE, TIMES * median_high(others)) or median_low(others) >= max(LARGE, TIMES * value)


def _disproportion(one: Observation, value: Decimal, others: Mapping[int, Decimal]) -> Finding:
    about = one.indicator if one.applicant == TOTAL else f"{one.indicator} [{one.applicant}]"
    usual = ", ".join(f"{year}: {other:f}" for year, other in sorted(others.items()))
    message = f"{about}: {value:f} is out of all proportion to other years ({usual})"
    return Finding("out_of_proportion", Severity.WARNING, message, ((one.indicator, one.applicant),))
