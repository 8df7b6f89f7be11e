"""The formulas of the series, and what joins the forms."""

import pytest

from schema.catalog import catalog
from schema.series import Alternative, boundaries, codes_of, parse_formula


def test_alternatives_bind_least_and_sums_most():
    assert parse_formula("a.b | c.d + e.f") == (Alternative(("a.b",)), Alternative(("c.d", "e.f")))
    assert parse_formula("a.b + c.d / e.f + g.h") == (Alternative(("a.b", "c.d"), ("e.f", "g.h")),)
    assert parse_formula("a.b / c.d | e.f") == (Alternative(("a.b",), ("c.d",)), Alternative(("e.f",)))
    assert parse_formula("") == ()


@pytest.mark.parametrize(
    "text", ["a.b +", "a.b+c.d", "a.b / c.d / e.f", "a.b - c.d", "a.b |", "a.b + a.b", "a", "a.b + 1"]
)
def test_anything_else_is_no_formula(text):
    with pytest.raises(ValueError, match="not a formula"):
        parse_formula(text)


def test_the_terms_of_a_formula():
    assert list(codes_of(parse_formula("a.b | c.d / e.f"))) == [
        (1, "numerator", "a.b"),
        (2, "numerator", "c.d"),
        (2, "denominator", "e.f"),
    ]


@pytest.mark.parametrize("series", catalog().series, ids=lambda series: series.code)
def test_a_formula_names_what_its_form_prints(series):
    for form, text in series.formulas.items():
        codes = {code for _, _, code in codes_of(parse_formula(text))}
        assert codes <= catalog().forms[form].indicators()


@pytest.mark.parametrize("series", catalog().series, ids=lambda series: series.code)
def test_boundaries_are_those_of_the_list(series):
    marks = boundaries(series)
    for pair, mark in (
        (("2014", "2019"), series.comparability_2018_2019),
        (("2019", "2021"), series.comparability_2020_2021),
    ):
        assert marks.get(pair, mark) == mark
        assert marks.get(pair[::-1]) == marks.get(pair), "an old form used late breaks alike"
    assert all(mark == "same" for (one, other), mark in marks.items() if one == other)
    assert series.do_not_join >= ("broken" in marks.values())


def test_over_two_boundaries_the_worse_counts():
    by_code = {series.code: boundaries(series) for series in catalog().series}
    assert by_code["requests_received"]["2014", "2021"] == "close"  # close, then exact
    assert by_code["unclear"]["2014", "2021"] == "broken"  # broken, then close
    assert by_code["not_processed"].keys() == {(a, b) for a in ("2019", "2021") for b in ("2019", "2021")}
