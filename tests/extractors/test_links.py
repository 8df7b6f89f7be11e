"""What a title alone can tell, and the discovery of a portal's links."""

import json
from datetime import date
from pathlib import Path

import pytest

from extractors.links import each_once, excluded, list_column, year_hint
from extractors.registry import Column
from schema.records import Link
from tests.extractors.loopback import Asked, Loopback, Reply


def link(title: str, listed_on: date | None = None) -> Link:
    return Link("http://a/1.html", title, "c", listed_on)


@pytest.mark.parametrize(
    "title",
    [
        "衢州市民政局2018年政府信息公开工作年度报告",
        "2018年度政府信息公开年报",
        "政府信息公开情况统计表（2018年度）",
        "河北省教育厅2013年度政府信息公开总结",
        "关于做好2018年政府信息公开工作年度报告编制工作的通知",
        "某局关于印发2025年政府信息公开工作年度报告的通知",
        "政府网站与政府信息公开工作年度报告",
        "2018年政府信息公开工作年度报告（附图解）",
        "潮州市教育局2017年政府信息公開年度報告",
        "河北省某厅2017年度政府信息公开工作报告",
        "年度报告",
        "2018年度",
        "",
    ],
)
def test_may_be_a_report(title: str) -> None:
    assert excluded(link(title)) == ""


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("某厅2023年度政府网站工作年度报表", "web site"),
        ("某厅网站工作 2019年度报表", "web site"),
        ("某厅2023年度法治政府建设情况报告", "law-based"),
        ("某局2018年度部门决算", "budget"),
        ("某局政府信息公开指南", "guide"),
        ("甲市人民政府公报2018年第3期", "bulletin"),
        ("文字解读：某街道办事处2022年政府信息公开工作年度报告", "interpretation"),
        ("【图解】某局2022年政府信息公开工作年度报告", "interpretation"),
        ("《某镇2023年政府信息公开工作年度报告》解读", "interpretation"),
        ("一图读懂某区2022年政府信息公开年报", "interpretation"),
    ],
)
def test_surely_is_none(title: str, reason: str) -> None:
    assert reason in excluded(link(title))


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_no_real_report_is_excluded(corpus: Path) -> None:
    titles = [
        row["title"] for row in rows(corpus / "vectors" / "identity.jsonl") if row["expected"]["class"] == "report"
    ]
    titles += [row["title"] for row in rows(corpus / "texts" / "index.jsonl") if row["kind"] in ("report", "table")]
    real = [title for title in titles if title]
    assert len(real) > 80
    assert [title for title in real if excluded(link(title))] == []


def test_the_real_near_misses_are_excluded(corpus: Path) -> None:
    titles = [row["title"] for row in rows(corpus / "texts" / "index.jsonl") if row["kind"] == "negative"]
    assert len(titles) > 8
    assert [title for title in titles if not excluded(link(title))] == []


def test_the_years_of_real_titles(corpus: Path) -> None:
    known = [row for row in rows(corpus / "vectors" / "identity.jsonl") if row["title"] and row["expected"]["year"]]
    hints = {row["title"]: year_hint(link(row["title"])) for row in known}
    wrong = {row["title"] for row in known if hints[row["title"]] not in (row["expected"]["year"], None)}
    assert wrong == set()
    assert sum(hint is not None for hint in hints.values()) > 0.95 * len(hints)


@pytest.mark.parametrize(
    ("title", "listed_on", "year"),
    [
        ("衢州市民政局2018年度政府信息公开年度报告", date(2020, 1, 1), 2018),
        ("武汉市统计局政府信息公开报告(2016年)", None, 2016),
        ("政府信息公开年报2017", None, 2017),
        ("二〇一六年度政府信息公开年度报告", None, 2016),
        ("２０１５年政府信息公开年报", None, 2015),
        ("某局年度报告（某政〔2019〕3号）", date(2019, 3, 1), 2018),
        ("某局政府信息公开工作年度报告", date(2019, 3, 1), 2018),
        ("某局政府信息公开工作年度报告", None, None),
        ("2017年和2018年政府信息公开年度报告", date(2019, 3, 1), None),
        ("第120183号", None, None),
    ],
)
def test_year_hints(title: str, listed_on: date | None, year: int | None) -> None:
    assert year_hint(link(title, listed_on)) == year


def test_a_document_in_two_columns_is_found_once() -> None:
    def column(asked: Asked) -> Reply:
        scheme = "https" if "col2" in asked.path else "http"
        shared = f'<li><a href="{scheme}://{asked.headers["Host"]}/art/2019/1/1/art_9_1.html#top">某局2018年政府信息公开年报</a></li>'
        own = f'<li><a href="/art/2019/1/1/art_9_{asked.path[8]}0.html">某局2017年政府信息公开年报</a></li>'
        far = '<li><a href="https://elsewhere.test/art/x.html">某局2016年政府信息公开年报</a></li>'
        return Reply(f"<html><body>{'栏目' * 20}<ul>{shared}{own}{far}</ul></body></html>")

    pages = {"/col/col1/index.html": column, "/col/col2/index.html": column}
    columns = [Column(name, f"/col/col{name}/index.html", "年报") for name in "12"]
    with Loopback(pages) as server, server.session() as session:
        portal = server.portal(*columns)
        listed = [link for column in columns for page in list_column(portal, column, session) for link in page.links]
    found = each_once(listed)
    assert [link.title[2:6] for link in listed] == ["2018", "2017", "2016"] * 2
    assert [(link.title[2:6], link.column) for link in found] == [
        ("2018", "1"),
        ("2017", "1"),
        ("2016", "1"),
        ("2017", "2"),
    ]
