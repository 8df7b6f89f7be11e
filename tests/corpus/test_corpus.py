"""The reader on the corpus of real documents: nothing silently wrong, and the scores that were reached stay."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extractors.labels import fold
from extractors.report import read_capture
from schema.catalog import catalog
from schema.records import Reading, Status
from tests.corpus import score
from tests.corpus.formats import real_pdf

NAMES = ("values", "header fields", "class", "year", "agency", "table cells", "ambiguous tables", "documents' class")


@pytest.fixture(scope="module")
def scores(corpus: Path) -> dict[str, score.Score]:
    return {each.name: each for each in score.every(corpus)}


@pytest.mark.parametrize("name", NAMES)
def test_score(scores: dict[str, score.Score], name: str):
    found = scores[name]
    assert found.silent == []
    assert found.asked
    assert found.wrong == []


def test_every_score_is_held(scores: dict[str, score.Score]):
    assert set(scores) == set(NAMES)


def read(corpus: Path, file: str) -> tuple[Reading, dict[str, Any]]:
    """A document's reading, and what a person read in it."""
    expected = json.loads((corpus / "expected" / f"{Path(file).stem}.json").read_text(encoding="utf-8"))
    return read_capture((corpus / file).read_bytes()), expected


def test_the_example_document(corpus: Path):
    reading, expected = read(corpus, "quzhou_mzj_2018.txt")
    report = reading.report
    assert reading.status == "report"
    assert report is not None
    assert (report.agency, report.year, report.form) == ("衢州市民政局", 2018, "2014")
    assert (report.credit_code, report.region) == ("113308000026181032", "330800")
    assert report.header == {
        "index_number": "113308000026181032/2019-102271",
        "publisher": "市民政局",
        "composed_on": "2019-03-15",
        "openness": "主动公开",
        "category": "2018年度",
    }
    rows = {row.indicator: row for row in catalog().forms["2014"].rows if row.indicator}
    values = [row["value"] for row in expected["rows"] if row["unit"]]
    assert [o.value for o in report.observations] == [None if v is None else Decimal(v) for v in values]
    assert [fold(o.label) for o in report.observations] == [fold(r["label"]) for r in expected["rows"] if r["unit"]]
    assert [o.unit for o in report.observations] == [rows[o.indicator].unit_zh for o in report.observations]
    statuses = [o.status for o in report.observations]
    assert (statuses.count(Status.REPORTED), statuses.count(Status.BLANK)) == (22, 55)
    assert {o.indicator: o.value for o in report.observations}["proactive.total"] == 3457


def test_a_table_with_one_cell_a_line(corpus: Path):
    reading, expected = read(corpus, "texts/jyt_035.txt")
    report = reading.report
    assert report is not None
    assert report.form == "2014"
    values = [Decimal(row["value"]) for row in expected["rows"] if row["unit"]]
    assert [o.value for o in report.observations] == values


def test_a_page_of_the_2021_form(corpus: Path):
    reading, expected = read(corpus, "html/shuyang_fgj_2023.html")
    report = reading.report
    assert report is not None
    assert (reading.status, report.form, report.year) == ("report", "2021", 2023)
    assert report.agency == expected["meta"]["agency"]
    assert report.header["index_number"] == expected["meta"]["index_no"]
    assert report.header["published_on"] == expected["meta"]["published"]
    printed = [number(value) for row in expected["table2_rows"] for _, value in row["cells"]]
    printed += [number(value) for row in expected["table3"] for value in row["values"].values()]
    printed += [number(value) for block in expected["table4"].values() for value in block.values()]
    assert [o.value for o in report.observations] == printed
    by_cell = {(o.indicator, o.applicant): o.value for o in report.observations}
    assert by_cell["request.received", "natural_person"] == 26
    assert by_cell["documents.normative.in_force", "total"] == 18
    assert by_cell["review.pending", "total"] == 1


@pytest.mark.slow
def test_every_cell_of_a_real_pdf(corpus: Path):
    recall = real_pdf(corpus)
    assert recall.wrong == []
    assert recall.right == recall.asked == 186
    reading = read_capture((corpus / "pdf" / "hongze_2023.pdf").read_bytes())
    assert reading.report
    assert (reading.report.agency, reading.report.year, reading.report.form) == ("洪泽区人民政府", 2023, "2021")


def number(value: object) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))
