"""Files made by the real programs read as the pages they were made of: every cell of all three forms."""

import socket

import pytest

from extractors.report import read_capture
from schema.records import Status
from tests.extractors.documents import producers
from tests.extractors.documents.producers import SOURCES, Produced, cells, expected, pdf_of, scanned, wrong

pytestmark = pytest.mark.slow
KINDS = ("docx", "doc", "rtf", "odt", "xlsx", "xls", "pdf", "chromium")
SHEETS = ("xlsx", "xls")
NESTED = "2021"  # its tables stand in a table for layout, of which Calc makes two hundred columns
EVERY = [(kind, form) for kind in KINDS for form in SOURCES if (form, kind in SHEETS) != (NESTED, True)]


@pytest.fixture(scope="module")
def produced(tmp_path_factory: pytest.TempPathFactory) -> Produced:
    return producers.produce(tmp_path_factory.mktemp("produced"))


@pytest.mark.parametrize(("kind", "form"), EVERY)
def test_a_file_reads_as_its_page(produced: Produced, kind: str, form: str):
    page, reading = expected(form), read_capture(produced.file(kind, form))
    assert reading.status == "report", reading.reason
    assert reading.report
    assert page.report
    found, true = cells(reading), cells(page)
    assert {key: (o.value, o.status, o.unit) for key, o in found.items()} == {
        key: (o.value, o.status, o.unit) for key, o in true.items()
    }
    same = ("agency", "year", "form")
    assert [getattr(reading.report, name) for name in same] == [getattr(page.report, name) for name in same]


@pytest.mark.parametrize("kind", SHEETS)
def test_a_sheet_that_lost_its_columns_gives_no_wrong_number(produced: Produced, kind: str):
    reading = read_capture(produced.file(kind, NESTED))
    found, true = cells(reading), cells(expected(NESTED))
    assert wrong(found, true) == []
    unsure = {key for finding in reading.findings if finding.rule == "cell_unsure" for key in finding.cells}
    assert {key for key, one in found.items() if one.status is Status.TEXT and one.raw} <= unsure


def test_a_scan_of_a_hundred_dots_an_inch_gives_no_wrong_number(produced: Produced, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("rapidocr")

    def no_network(*_: object) -> None:
        raise AssertionError("a model was asked for over the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    pictures = scanned(produced.file("pdf", "2019"), 100)
    reading = read_capture(pdf_of(pictures, 100))
    assert reading.report, reading.reason
    found, true = cells(reading), cells(expected("2019"))
    assert wrong(found, true) == []
    right = [key for key, one in found.items() if one.value is not None]
    assert len(right) > len(true) / 2
    assert "scanned" in {finding.rule for finding in reading.findings}
    unproven = {key for finding in reading.findings if finding.rule == "scanned" for key in finding.cells}
    assert unproven
    assert {found[key].status for key in unproven} == {Status.TEXT}
    assert ("licensing.decisions", "total") in unproven  # no sum of the form has it


def test_a_scan_that_is_too_coarse_is_not_read(produced: Produced):
    pytest.importorskip("rapidocr")
    coarse = scanned(produced.file("pdf", "2014"), 60)
    assert "60 dpi" in read_capture(pdf_of(coarse[:1], 60)).reason
