"""A report beside the agency's other years: what is told, and what is left alone."""

from decimal import Decimal

import pytest

from schema.catalog import catalog
from schema.history import COPIED_FIGURES, LARGE, TIMES, check_history
from schema.records import TOTAL, Finding, Observation, Place, Report, Severity, Status

TOTAL_ITEMS = "proactive.total"
CODES = sorted(catalog().forms["2014"].indicators())


def observation(code: str, printed: str | None, unit: str = "item") -> Observation:
    """A cell: a number, blank for None, text for anything else."""
    is_number = printed is not None and printed.lstrip("-").isdigit()
    status = Status.REPORTED if is_number else Status.BLANK if printed is None else Status.TEXT
    value = Decimal(printed) if is_number and printed else None
    return Observation(code, TOTAL, value, status, unit, printed or "", code, Place(1, 1, 1))


def report(year: int, cells: dict[str, str | None], form: str = "2014") -> Report:
    return Report("", "示例局", year, form, {}, tuple(observation(code, printed) for code, printed in cells.items()))


def found(rule: str, *reports: Report) -> dict[int, list[Finding]]:
    """The findings of a rule by year, without the years that have none."""
    by_year = check_history({one.year: one for one in reports if one.year})
    kept = {year: [f for f in findings if f.rule == rule] for year, findings in by_year.items()}
    return {year: findings for year, findings in kept.items() if findings}


def figures(*printed: str | None) -> dict[str, str | None]:
    return dict(zip(CODES, printed, strict=False))


def series(*printed: str | None, code: str = TOTAL_ITEMS) -> list[Report]:
    """One cell over the years from 2014 on."""
    return [report(year, {code: one}) for year, one in enumerate(printed, 2014)]


LAST = figures("31", "7", "0", None, "5", "12", "4")


def test_a_table_with_all_figures_of_the_year_before_is_told() -> None:
    ((year, (finding,)),) = found("table_copied", report(2015, LAST), report(2016, LAST)).items()
    assert (year, finding.severity) == (2016, Severity.WARNING)
    assert "all 5 figures" in finding.message
    assert "2015" in finding.message


def test_zeros_and_blanks_may_change_places_in_a_copy() -> None:
    assert found("table_copied", report(2015, LAST), report(2016, figures("31", "7", None, "0", "5", "12", "4")))


@pytest.mark.parametrize("changed", [figures("31", "8", "0", None, "5", "12", "4"), LAST | {CODES[20]: "1"}])
def test_one_other_figure_is_no_copy(changed: dict[str, str | None]) -> None:
    assert found("table_copied", report(2015, LAST), report(2016, changed)) == {}


def test_a_cell_that_is_no_number_is_compared_by_its_text() -> None:
    some, other = figures("31", "7", "2", "5", "22（件）"), figures("31", "7", "2", "5", "23（件）")
    assert found("table_copied", report(2015, some), report(2016, some))
    assert found("table_copied", report(2015, some), report(2016, other)) == {}


def test_few_figures_return_by_chance() -> None:
    few = figures(*["1"] * 20, *map(str, range(2, COPIED_FIGURES)))
    assert found("table_copied", report(2015, few), report(2016, few)) == {}


def test_only_the_year_before_is_copied_from() -> None:
    assert found("table_copied", report(2014, LAST), report(2016, LAST)) == {}


@pytest.mark.parametrize(
    ("printed", "years"),
    [
        (("40", "60", "50", "1200"), {2017}),
        (("1200", "40", "60", "50"), {2014}),  # the years after count as well
        (("40", "60", "50", str(TIMES * 60)), {2017}),
        (("40", "60", "50", str(LARGE - 1)), set()),  # large to this agency, and yet one day's work
        (("400", "600", "500", "9000"), set()),
        (("40000", "60000", "50000", "900"), {2017}),
        (("40000", "60000", "50000", "0"), {2017}),
        (("40000", "60000", "50000", None), set()),  # a blank says nothing
        (("0", "0", str(LARGE)), {2016}),
        (("10", "50000"), set()),  # neither of two is the usual one
        (("10", None, "50000"), set()),
        (("10", "12", "50000"), {2016}),  # and it puts no other year in doubt
        (("9000", "9000", "1", "1"), {2014, 2015, 2016, 2017}),  # two against two: nobody knows which are right
    ],
)
def test_a_value_out_of_all_proportion_is_told(printed: tuple[str | None, ...], years: set[int]) -> None:
    assert set(found("out_of_proportion", *series(*printed))) == years


def test_the_finding_tells_the_figures_and_the_cell() -> None:
    ((finding,),) = found("out_of_proportion", *series("40", "60", "1200")).values()
    assert finding.message == f"{TOTAL_ITEMS}: 1200 is out of all proportion to other years (2014: 40, 2015: 60)"
    assert (finding.severity, finding.cells) == (Severity.WARNING, ((TOTAL_ITEMS, TOTAL),))


def test_amounts_in_other_units_are_not_compared() -> None:
    code = "procurement.amount"
    years = {
        year: Report("", None, year, "2019", {}, (observation(code, printed, unit),))
        for year, printed, unit in ((2018, "25", "cny_10k"), (2019, "30", "cny_10k"), (2020, "251000", "cny"))
    }
    assert check_history(years)[2020] == ()


def test_changes_have_no_usual_value() -> None:
    assert found("out_of_proportion", *series("3", "-2", "5000", code="licensing.items_change")) == {}


def test_the_rules_across_years_are_among_the_findings() -> None:
    before, now = report(2021, {"request.carried_out": "3"}, "2021"), report(2022, {"request.carried_in": "2"}, "2021")
    assert set(found("carried_over", before, now)) == {2022}
    later = report(2023, {"request.carried_in": "2"}, "2021")
    assert found("carried_over", before, later) == {}


def test_one_year_alone_has_no_history() -> None:
    assert check_history({2015: report(2015, LAST)}) == {2015: ()}
