"""Why a document was read as it was: every figure in one place, and the reason where there is one to tell."""

from collections import Counter
from pathlib import Path

import pytest

from extractors.explain import Explanation, Row, explain_capture
from extractors.forms.rows import Fate
from tests.golden.pages import OWN, golden_pages, name_of

EXAMPLES = OWN / "example"


def explained(name: str) -> Explanation:
    return explain_capture((EXAMPLES / name).read_bytes())


def rows(told: Explanation) -> list[Row]:
    return [row for table in told.tables for row in table.rows]


def row_of(told: Explanation, indicator: str) -> Row:
    (found,) = [row for row in rows(told) if row.is_taken and row.indicator == indicator]
    return found


@pytest.mark.parametrize("page", golden_pages(), ids=name_of)
def test_every_figure_stands_in_one_row(page: Path) -> None:
    told = explain_capture(page.read_bytes())
    report = told.reading.report
    observations = report.observations if report else ()
    assert Counter(one for row in rows(told) for one in row.figures) == Counter(observations)
    assert {row.number for row in rows(told) if row.is_taken and not row.figures} == set()


@pytest.mark.parametrize("page", golden_pages(), ids=name_of)
def test_the_first_source_of_the_year_is_the_one_that_decided(page: Path) -> None:
    told = explain_capture(page.read_bytes())
    report = told.reading.report
    if report and report.year:
        assert told.sources.years[0][1] == report.year


def test_columns_are_those_of_the_grid_whatever_the_spans() -> None:
    requests = next(table for table in explained("jyj_2019.html").tables if "org.research" in table.columns)
    assert requests.columns[:4] == ("labels", "labels", "labels", "natural_person")
    assert requests.columns[4:] == tuple(
        "org.business org.research org.public_interest org.legal_service org.other total".split()
    )


def test_a_spelling_a_cut_head_and_a_namesake_are_told() -> None:
    cut = explained("sjj_2020.html")
    assert "position" in row_of(cut, "documents.normative.published").why
    assert row_of(cut, "procurement.projects").why == ""
    split = row_of(explained("tyj_2022.html"), "request.outcome.granted")
    assert (split.why, split.section, len(split.figures)) == ("", "3", 7)
    assert "near" not in " ".join(row.why for row in rows(cut))


def test_a_namesake_is_told_by_its_place(corpus: Path) -> None:
    told = explain_capture((corpus / "quzhou_mzj_2018.txt").read_bytes())
    assert row_of(told, "litigation.corrected").why.startswith("one of 2 rows so named")
    assert row_of(told, "litigation.upheld").why == ""


def test_local_rows_heads_and_what_is_none_of_the_form_are_told() -> None:
    told = explained("tyj_2022.html")
    local = {row.text.partition(" |")[0] for row in rows(told) if row.fate is Fate.LOCAL}
    assert local == {"行政检查", "9.涉及个人隐私"}
    assert {"heads of columns", "heading"} <= {row.why for row in rows(told) if row.fate is None}
    assert [table.is_read for table in told.tables] == [False, True, True, True]


def test_running_text_is_explained_by_its_lines() -> None:
    told = explained("slj_2020.txt")
    (table,) = told.tables
    assert (table.number, table.origin) == (0, "lines")
    lines = (EXAMPLES / "slj_2020.txt").read_text(encoding="utf-8").splitlines()
    for row in table.rows:
        for one in row.figures:
            assert lines[one.place.row - 1] == one.raw


def test_what_is_no_report_has_nothing_to_explain() -> None:
    assert explain_capture(b"").tables == ()
    told = explain_capture("<title>某局</title><p>办公时间的通知</p><table><tr><td>甲</td></tr></table>".encode())
    assert [table.is_read for table in told.tables] == [False]
