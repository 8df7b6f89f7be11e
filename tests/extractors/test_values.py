"""Cells to values: what is surely a number is one, all else stays text with a reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.values import parse_value
from schema.records import Status


@pytest.mark.parametrize(
    ("raw", "unit", "value"),
    [
        ("3457", "条", "3457"),
        ("0", "件", "0"),
        ("１２", "件", "12"),
        ("8,040", "条", "8040"),
        ("1 683", "条", "1683"),
        ("12.0", "条", "12"),
        ("5件", "件", "5"),
        ("零", "件", "0"),
        ("22（其中修订16件）", "件", "22"),
    ],
)
def test_counts(raw: str, unit: str, value: str):
    read = parse_value(raw, unit)
    assert (read.value, read.status, read.unit) == (Decimal(value), Status.REPORTED, unit)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("0.37万元", "0.37"), ("251000元", "25.1"), ("127.33亿元", "1273300"), ("670.376375", "670.376375"), ("0元", "0")],
)
def test_money_in_the_unit_of_the_form(raw: str, value: str):
    read = parse_value(raw, "万元", "money")
    assert (read.value, read.unit) == (Decimal(value), "万元")


def test_money_without_a_unit_says_so():
    read = parse_value("8040", None, "money")
    assert (read.value, read.unit, [p.rule for p in read.problems]) == (Decimal(8040), None, ["unit_unstated"])


@pytest.mark.parametrize(
    ("raw", "value"), [("减3", -3), ("减少3", -3), ("增5", 5), ("+34", 34), ("-59", -59), ("−3", -3)]
)
def test_changes(raw: str, value: int):
    assert parse_value(raw, "项", "change").value == value


def test_a_change_in_words_is_no_count():
    assert parse_value("减3", "件", "count").status is Status.TEXT


@pytest.mark.parametrize("raw", ["260余", "约30", "近200", "3.5万条", "12190余条", "19.9万余"])
def test_about_a_number_is_flagged(raw: str):
    read = parse_value(raw, "条")
    assert read.status is Status.REPORTED
    assert "value_approximate" in [p.rule for p in read.problems]


@pytest.mark.parametrize("raw", ["", " ", "　", "\u00a0", "&nbsp;", "条", "\u200b"])
def test_blanks(raw: str):
    assert parse_value(raw, "条").status is Status.BLANK


@pytest.mark.parametrize("raw", ["-", "——", "—", "/", "----", "－", "\\"])
def test_dashes(raw: str):
    read = parse_value(raw, "件")
    assert (read.status, read.value) == (Status.DASH, None)


@pytest.mark.parametrize(
    "raw",
    [
        "无",
        "8,04",
        "2.",
        ".5",
        "2.5",
        "****",
        "100%",
        "3(2)",
        "1-3",
        "O",
        "同上",
        "#REF!",
        "1e3",
        "000",
        "07",
        "1\n2",
        "1\n683",
        "12 34",
        "¥12",
        "1234567890123",
        "四",
        "3元",
    ],
)
def test_what_is_not_surely_a_number_is_text_with_a_finding(raw: str):
    read = parse_value(raw, "件")
    assert (read.status, read.value) == (Status.TEXT, None)
    assert read.problems


@given(st.text(max_size=12))
def test_any_text_ends_in_a_status(raw: str):
    read = parse_value(raw, "件")
    assert (read.value is not None) == (read.status is Status.REPORTED)


@given(st.integers(0, 10**9), st.sampled_from(["{}", " {} ", "{}件", "{:,}", "{}.0"]))
def test_numbers_in_any_spelling(number: int, spelling: str):
    assert parse_value(spelling.format(number), "件").value == number


@pytest.mark.parametrize("raw", ["²", "⑫", "٣", "82①", "12¹", "Ⅻ"])
def test_other_signs_for_numbers_are_not_folded_into_digits(raw: str):
    assert parse_value(raw, "件").status is Status.TEXT


def test_ten_thousand_of_what_is_not_guessed():
    assert parse_value("12万", "万元", "money").status is Status.TEXT
    assert parse_value("12万元", "万元", "money").value == 12
