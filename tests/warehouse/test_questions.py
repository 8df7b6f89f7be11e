"""The ten questions to the small country, answered by hand."""

from typing import Any

import pytest

from tests.warehouse.country import BUREAU, GOVERNMENT, SCHOOLS, STREET
from warehouse.query import run_query
from warehouse.questions import NAMES, question

ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "requests": [
        (GOVERNMENT, 2018, 7, "reported", "2014", None, False),
        (GOVERNMENT, 2019, 8, "reported", "2019", "close", True),
        (SCHOOLS, 2018, None, None, "2014", None, False),
        (BUREAU, 2018, 10, "reported", "2014", None, False),
        (BUREAU, 2019, 7, "derived", "2019", "close", True),
        (BUREAU, 2020, 7, "derived", "2019", "same", False),
        (BUREAU, 2021, 9, "reported", "2021", "exact", False),
    ],
    "disclosure_rate": [
        ("prefecture", "civil_affairs", 2018, "2014", 0, None, 1, 0.75),
        ("prefecture", "civil_affairs", 2019, "2019", 1, 0.5714, 1, 0.8),
        ("prefecture", "civil_affairs", 2020, "2019", 1, 0.5714, 1, 0.8),
    ],
    "refusal_mix": [
        (
            year,
            "request.outcome.denied.third_party",
            "不予公开：保护第三方合法权益",
            "Refused: lawful rights of a third party",
            1,
            1,
        )
        for year in (2019, 2020)
    ],
    "not_held": [(2019, 1, 0.2857, None), (2020, 1, 0.2857, None), (2021, 1, None, 0.3)],
    "who_asks": [
        (2019, "natural_person", "自然人", "Natural person", 5, 0.7143),
        (2019, "org.business", "商业企业", "Business enterprise", 2, 0.2857),
        (2020, "natural_person", "自然人", "Natural person", 5, 0.7143),
        (2020, "org.business", "商业企业", "Business enterprise", 2, 0.2857),
        (2021, "natural_person", "自然人", "Natural person", 9, 1),
    ],
    "remedies": [
        (2018, 3, 1, 0.3333, None, None, None, None),
        (2019, None, None, None, None, None, None, None),
        (2020, None, None, None, None, None, None, None),
        (2021, 4, 1, 0.25, 2, None, None, 2),
    ],
    "backlog": [(BUREAU, 2019, 4, 6, 2), (BUREAU, 2020, 4, 4, 0)],
    "workload": [
        (GOVERNMENT, 2018, None, None, None, 7, None),
        (SCHOOLS, 2018, None, None, None, None, None),
        (BUREAU, 2018, 4, 1, 2.5, 10, 2.5),
    ],
    "decisions": [
        (BUREAU, "civil_affairs", 2019, "2019", 12, None, None, 0),
        (BUREAU, "civil_affairs", 2020, "2019", 12, None, None, 0),
        (BUREAU, "civil_affairs", 2021, "2021", 20, 5, None, 1),
    ],
    "trouble": [
        (GOVERNMENT, 2018, "late", "published 2019-04-02, due 2019-03-31"),
        (GOVERNMENT, 2020, "not_found", "no page"),
        *((STREET, year, "not_found", "no page") for year in range(2014, 2021)),
        (SCHOOLS, 2018, "blank", ""),
        (SCHOOLS, 2019, "table_missing", ""),
        (SCHOOLS, 2020, "blocked", "blocked: 403"),
        (SCHOOLS, 2021, "not_found", "no page"),
        (BUREAU, 2018, "failing", "staff_sum: Staff should equal full-time and part-time staff: 4 ≠ 1"),
        (BUREAU, 2019, "edited", "changes: 1, the last seen on 2026-01-04"),
        (BUREAU, 2019, "failing", "request_balance: New and carried-in requests should equal ... 6 ≠ 11"),
        (BUREAU, 2020, "copied", "all 10 figures other than 0 are those of the report for 2019"),
        (BUREAU, 2020, "failing", "request_balance: New and carried-in requests should equal ... 6 ≠ 11"),
    ],
}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("concluded and carried-out requests:", "...")
    return value if value is None else float(value)


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_the_one_by_hand(country, name):
    rows = run_query(country, question(name).sql).rows
    wanted = [tuple(map(_plain, row)) for row in ANSWERS[name]]
    assert [tuple(map(_plain, row)) for row in rows] == wanted


@pytest.mark.parametrize("name", NAMES)
def test_a_question_has_titles_and_says_how_to_read_the_answer(name):
    one = question(name)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in one.title_zh)
    assert one.title_en.endswith("?")
    assert len(one.how_to_read) > 40
    assert one.sql.startswith("SELECT")
