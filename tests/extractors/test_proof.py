"""Figures from pictures: only what the form's arithmetic bears out is a number."""

from decimal import Decimal

import pytest

from extractors.documents import read_document
from extractors.documents.errors import SCANNED
from extractors.report import Context, read_report
from schema.records import Document, Grid, Observation, Status
from tests.extractors import forms

CONSISTENT = {  # two requests of natural persons, both granted
    ("request.received", "natural_person"): "2",
    ("request.received", "total"): "2",
    ("request.outcome.granted", "natural_person"): "2",
    ("request.outcome.granted", "total"): "2",
    ("request.concluded", "natural_person"): "2",
    ("request.concluded", "total"): "2",
    ("licensing.decisions", "total"): "77",
}


def seen(changed: dict[tuple[str, str], str] | None = None, *, scan: bool = True) -> dict[tuple[str, str], Observation]:
    """What is read of the form of 2021 as if a picture had been recognised."""
    figures = dict.fromkeys(forms.cells("2021"), "0") | CONSISTENT | (changed or {})
    page = read_document(forms.page("2021", figures, title="示例市教育局2023年政府信息公开工作年度报告").encode())
    blocks = tuple(Grid(b.rows, b.index, "scan") if scan and isinstance(b, Grid) else b for b in page.blocks)
    reading = read_report(Document("", page.title, blocks, {SCANNED: "recognised"} if scan else {}), Context())
    assert reading.report
    return {(o.indicator, o.applicant): o for o in reading.report.observations}


def test_a_figure_of_sums_that_hold_counts():
    found = seen()
    assert found["request.received", "natural_person"].value == Decimal(2)
    assert found["request.outcome.granted", "total"].value == Decimal(2)


def test_a_figure_of_no_sum_is_text_with_what_was_read():
    one = seen()["licensing.decisions", "total"]
    assert (one.value, one.status, one.raw) == (None, Status.TEXT, "77")
    assert seen(scan=False)["licensing.decisions", "total"].value == Decimal(77)


@pytest.mark.parametrize("misread", ["7", "2?"])
def test_a_figure_misread_takes_along_what_its_sums_cannot_prove(misread: str):
    found = seen({("request.outcome.granted", "natural_person"): misread})
    assert found["request.outcome.granted", "natural_person"].value is None
    if misread == "7":
        assert found["request.outcome.granted", "total"].value is None


def test_two_figures_misread_alike_fail_in_the_other_direction():
    found = seen({("request.outcome.granted", member): "7" for member in ("natural_person", "total")})
    assert found["request.outcome.granted", "natural_person"].value is None
    assert found["request.outcome.granted", "total"].value is None
