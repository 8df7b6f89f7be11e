"""What is visited in which order, and what may go on at the same time."""

from datetime import date

import pytest

from extractors.registry import Column, Portal
from flows.steps import lanes, links_by_year
from schema.records import Link


def portal(name: str, base_url: str, *hosts: str) -> Portal:
    return Portal(name, name, "330800", "hanweb", base_url, (Column("a", "/a", "a"),), hosts=hosts)


@pytest.mark.parametrize(
    ("portals", "expected"),
    [
        ([("a", "https://a.example"), ("b", "https://b.example")], [["a"], ["b"]]),
        ([("a", "https://x.example/a"), ("b", "https://X.example/b")], [["a", "b"]]),
        ([("a", "https://a.example", "files.example"), ("b", "https://b.example", "files.example")], [["a", "b"]]),
        ([("a", "http://h.example:1"), ("b", "http://h.example:2")], [["a"], ["b"]]),
        # Two lanes that a third portal joins become one.
        (
            [("a", "https://a.example"), ("b", "https://b.example"), ("c", "https://a.example", "b.example")],
            [["a", "b", "c"]],
        ),
    ],
)
def test_portals_that_share_a_host_share_a_lane(portals: list[tuple[str, ...]], expected: list[list[str]]) -> None:
    found = lanes([portal(name, url, *hosts) for name, url, *hosts in portals])
    assert [[member.id for member in lane] for lane in found] == expected


def link(title: str, listed_on: date | None = None) -> Link:
    return Link(f"http://h.example/{title}", title, "a", listed_on)


REPORTS = [
    link("某局2018年政府信息公开年度报告"),
    link("某局政府信息公开年度报告"),
    link("某局2016年政府信息公开年度报告"),
    link("某科2018年政府信息公开年度报告"),
    link("某局政府信息公开年度报告书", date(2018, 3, 1)),
]


def test_links_go_by_year_the_oldest_first_and_those_without_one_last() -> None:
    groups = links_by_year(REPORTS, [])
    assert list(groups) == [2016, 2017, 2018, None]
    assert [REPORTS.index(one) for one in groups[2018]] == [0, 3]


def test_only_the_years_asked_for_and_those_that_may_be_one_of_them() -> None:
    assert {year: len(group) for year, group in links_by_year(REPORTS, [2018]).items()} == {2018: 2, None: 1}
