"""Figures in the prose against the table: told where they differ, left alone where nothing is sure."""

from decimal import Decimal

import pytest

from extractors.prose import compare_prose
from schema.records import TOTAL, Observation, Place, Status


def cell(code: str, value: int | None, status: Status | None = None) -> Observation:
    number = None if value is None else Decimal(value)
    found = status or (Status.BLANK if value is None else Status.REPORTED)
    return Observation(code, TOTAL, number, found, "条", "", code, Place(1, 1, 1))


@pytest.mark.parametrize(
    ("prose", "code", "value"),
    [
        ("示例微博发布94条。", "proactive.channel.weibo", 116),
        ("全年主动公开政府信息3000条", "proactive.total", 3457),
        ("共受理政府信息公开申请4项", "request.received", 3),
        ("先后召开了4次新闻发布会", "response.press_conferences", 2),
        ("共受理政府信息公开申请3项", "request.received", None),
        ("公开政府信息1,200余条", "proactive.total", 900),
    ],
)
def test_a_difference_is_told_with_both_figures(prose: str, code: str, value: int | None):
    (finding,) = compare_prose(prose, [cell(code, value)])
    assert (finding.rule, finding.cells) == ("prose_differs", ((code, TOTAL),))
    assert ("nothing" if value is None else str(value)) in finding.message


@pytest.mark.parametrize(
    ("prose", "code", "value"),
    [
        ("公开政府信息3457余条", "proactive.total", 3457),
        ("公开政府信息3400余条", "proactive.total", 3457),
        ("共受理政府信息公开申请3项，通过网络受理申请2项", "request.received", 3),
        ("共受理政府信息公开申请0项", "request.received", None),
        ("上年受理政府信息公开申请9项", "request.received", 3),
        ("累计主动公开政府信息90000条", "proactive.total", 3457),
        ("本局概况", "proactive.total", 3457),
    ],
)
def test_agreement_and_what_is_not_comparable_make_no_finding(prose: str, code: str, value: int | None):
    assert compare_prose(prose, [cell(code, value)]) == []


def test_a_cell_that_is_not_known_is_not_compared():
    assert compare_prose("共受理政府信息公开申请4项", [cell("request.received", None, Status.TEXT)]) == []


def test_the_example_documents_prose(corpus):
    from extractors.report import read_capture

    reading = read_capture((corpus / "quzhou_mzj_2018.txt").read_bytes())
    told = [f for f in reading.findings if f.rule == "prose_differs"]
    assert [f.cells for f in told] == [(("proactive.channel.weibo", TOTAL),)]
    assert "94" in told[0].message
    assert "116" in told[0].message
