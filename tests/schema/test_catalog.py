"""The CSV files of `schema/` agree with each other: codes, forms, columns, rules, series."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from schema.catalog import Catalog, catalog
from schema.checks import comparisons, parse_sum
from schema.labels import fold

CELLS = {"2014": 77, "2019": 198, "2021": 200}  # value cells per form, as its notice prints them
BOUNDARIES = (("2014", "2019", "comparability_2018_2019"), ("2019", "2021", "comparability_2020_2021"))
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


@pytest.fixture(scope="module")
def c() -> Catalog:
    return catalog()


def test_codes_are_dotted_snake_case_and_have_unique_labels(c: Catalog):
    assert len(c.indicators) == 136
    assert [code for code in c.indicators if not CODE.fullmatch(code)] == []
    labels = Counter(label for i in c.indicators.values() for label in (i.label_zh, i.label_en))
    assert [label for label, n in labels.items() if n > 1 or not label] == []


def test_parents_are_other_indicators(c: Catalog):
    wrong = [i.code for i in c.indicators.values() if i.parent and (i.parent not in c.indicators or i.parent == i.code)]
    assert wrong == []


def test_units_and_value_types_are_members_of_the_dimensions(c: Catalog):
    units = {d.code: d.label_zh for d in c.dimensions if d.dimension == "unit"}
    assert [i.code for i in c.indicators.values() if units.get(i.unit) != i.unit_zh] == []
    assert {i.value_type for i in c.indicators.values()} <= set(c.members("value_type"))


def test_years_of_an_indicator_follow_from_the_forms_that_print_it(c: Catalog):
    for indicator in c.indicators.values():
        forms = [form for form in c.forms.values() if indicator.code in form.indicators()]
        assert forms, f"{indicator.code} is on no form"
        assert indicator.first_year == min(form.first_report_year for form in forms)
        ends = [form.last_report_year for form in forms]
        assert indicator.last_year == (None if None in ends else max(end for end in ends if end))


@pytest.mark.parametrize("name", CELLS)
def test_a_forms_rows_point_to_indicators_once_and_stand_in_order(c: Catalog, name: str):
    form = c.forms[name]
    assert [row.order for row in form.rows] == list(range(1, len(form.rows) + 1))
    assert [row.order for row in form.rows if (row.kind == "value") != (row.indicator in c.indicators)] == []
    assert [code for code, n in Counter(r.indicator for r in form.rows if r.indicator).items() if n > 1] == []
    assert [b.order for a, b in pairwise(form.rows) if b.level > a.level + 1] == []
    marks = {"value": {"exact", "close"}, "header": {""}}
    assert [row.order for row in form.rows if row.comparability not in marks[row.kind]] == []


@pytest.mark.parametrize("name", CELLS)
def test_no_two_rows_under_one_heading_share_a_spelling(c: Catalog, name: str):
    headings: dict[int, int] = {0: 0}
    seen: Counter[tuple[int, str, str]] = Counter()
    for row in c.forms[name].rows:
        headings[row.level] = row.order
        seen.update((headings[row.level - 1], spelling, row.column) for spelling in row.names)
    assert [key for key, n in seen.items() if n > 1] == []


@pytest.mark.parametrize(("name", "cells"), CELLS.items())
def test_value_cells_per_form(c: Catalog, name: str, cells: int):
    form = c.forms[name]
    assert len(form.indicators()) + (len(c.members("applicant")) - 1) * len(form.split()) == cells


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_columns_belong_to_rows_or_to_the_applicants_in_order(c: Catalog, name: str):
    form = c.forms[name]
    plain = {(column.section, column.label_zh) for column in form.columns if not column.member}
    assert plain == {(row.section, row.column) for row in form.rows if row.column}
    assert form.members("3") == c.members("applicant")


def test_rules_parse_and_name_what_their_forms_print(c: Catalog):
    assert len({rule.name for rule in c.rules}) == len(c.rules) == 43
    for rule in c.rules:
        terms = [
            term for comparison in comparisons(rule) for side in (comparison.left, comparison.right) for term in side
        ]
        assert any(t.prev for t in terms) == (rule.scope == "cross_year"), rule.name
        assert any(t.code == "*" for t in terms) == (rule.per in ("row", "cell")), rule.name
        for form in rule.forms:
            printed = c.forms[form].split() if rule.per == "member" else c.forms[form].indicators()
            assert {t.code for t in terms if t.code not in ("", "*")} <= printed, (rule.name, form)
        assert {t.member for t in terms if t.member} <= set(c.members("applicant")), rule.name


def test_series_parse_and_name_what_their_forms_print(c: Catalog):
    assert len({s.code for s in c.series}) == len(c.series) == 44
    for series in c.series:
        for form, formula in series.formulas.items():
            for choice in filter(None, formula.split(" | ")):
                parts = choice.split(" / ")
                assert len(parts) <= 2, series.code
                codes = {term.code for part in parts for term in parse_sum(part) if term.code}
                assert codes <= c.forms[form].indicators(), (series.code, form)


def test_marks_of_a_series_agree_with_its_formulas(c: Catalog):
    for series in c.series:
        marks = []
        for old, new, name in BOUNDARIES:
            mark = getattr(series, name)
            both = bool(series.formulas[old]) and bool(series.formulas[new])
            assert mark in (("exact", "close", "broken") if both else ("none", "broken")), (series.code, name)
            marks.append(mark)
        assert series.do_not_join == ("broken" in marks), series.code


def test_spellings_of_names_are_folded(c: Catalog):
    for form in c.forms.values():
        for row in form.rows:
            assert fold(row.label_zh) in row.names


def test_a_formula_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not a term"):
        parse_sum("request.received + ?")
