import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from flows.json_lines import line_of_json, to_json
from schema.records import (
    TOTAL,
    Finding,
    Observation,
    Place,
    Reading,
    ReadingStatus,
    Report,
    Severity,
    Status,
)

REPORT = Report(
    title="某局2018年年度报告",
    agency=None,
    year=2018,
    form="2014",
    header={"index_number": "1/2019", "document_number": None},
    observations=(
        Observation("a", TOTAL, Decimal("3457"), Status.REPORTED, "条", "3457", "（一）", Place(1, 3, 2)),
        Observation("b", TOTAL, Decimal("670.376375"), Status.REPORTED, "万元", "670.376375", "b", Place(1, 4, 2)),
        Observation("c", TOTAL, None, Status.BLANK, "件", "", "c", Place(1, 5, 2)),
    ),
)


def test_a_line_has_the_keys_that_other_tools_read() -> None:
    finding = Finding("rule", Severity.WARNING, "合计不符", (("a", TOTAL),))
    line = json.loads(line_of_json("page.html", Reading(ReadingStatus.REPORT, REPORT, (finding,))))
    assert line == {
        "source": "page.html",
        "status": "report",
        "report": {
            "title": "某局2018年年度报告",
            "agency": None,
            "year": 2018,
            "form": "2014",
            "header": {"index_number": "1/2019", "document_number": None},
        },
        "observations": [
            observation("a", 3457, "reported", "条", "3457", "（一）", 3),
            observation("b", 670.376375, "reported", "万元", "670.376375", "b", 4),
            observation("c", None, "blank", "件", "", "c", 5),
        ],
        "findings": [{"rule": "rule", "severity": "warning", "message": "合计不符"}],
    }


def observation(
    indicator: str, value: float | None, status: str, unit: str, raw: str, label: str, row: int
) -> dict[str, object]:
    return {
        "indicator": indicator,
        "applicant": "total",
        "value": value,
        "status": status,
        "unit": unit,
        "raw": raw,
        "label": label,
        "table": 1,
        "row": row,
        "column": 2,
    }


def test_a_document_without_a_report_is_a_line_too() -> None:
    line = json.loads(line_of_json("-", Reading(ReadingStatus.UNREADABLE, reason="empty")))
    assert line == {"source": "-", "status": "unreadable", "report": None, "observations": [], "findings": []}


def test_chinese_stays_readable_and_a_line_stays_a_line() -> None:
    text = to_json({"label": "（一）\n主动公开"})
    assert text == '{"label": "（一）\\n主动公开"}'


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_every_digit(value: Decimal) -> None:
    assert Decimal(json.loads(to_json(value), parse_int=str, parse_float=str)) == value


def test_a_whole_number_has_no_point() -> None:
    assert to_json([Decimal("26453000"), Decimal("1E+3"), Decimal("5.00"), Decimal("0.370")]) == (
        "[26453000, 1000, 5, 0.37]"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_everything_else_is_what_json_makes_of_it(value: object) -> None:
    assert json.loads(to_json(value)) == value
