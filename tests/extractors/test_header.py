"""Metadata headers in the layouts that portals print."""

import pytest

from extractors.documents import read_document
from extractors.header import read_header
from extractors.header_keys import clean, iso_date


def header(text: str) -> dict[str, str | None]:
    return read_header(read_document(text.encode()))


WHOLE = {
    "index_number": "11330800002618103X/2019-1",
    "document_number": None,
    "publisher": "市教育局",
    "composed_on": "2019-03-15",
}
LAYOUTS = {
    "a table": "<table><tr><td>索引号</td><td>11330800002618103X/2019-1</td><td>文号</td><td></td></tr>"
    "<tr><td>发布机构</td><td>市教育局</td><td>成文日期</td><td>2019-03-15</td></tr></table>",
    "a table with split heads": "<table><tr><th>索<br>引<br>号：</th><td>11330800002618103X/2019-1</td></tr>"
    "<tr><th>文 号：</th><td>&nbsp;</td></tr><tr><th>发布机构：</th><td>市教育局</td></tr>"
    "<tr><th>成文日期：</th><td>2019年3月15日</td></tr></table>",
    "separators": "索引号: | 11330800002618103X/2019-1 | 文号: | |\n发布机构: | 市教育局 | 成文日期: | 2019-03-15 |",
    "separators, a blank collapsed": "索引号 | 11330800002618103X/2019-1 | 发布机构 | 市教育局 |\n"
    "文 号 | 成文日期 | 2019-03-15 |",
    "several pairs a line": "索 引 号：11330800002618103X/2019-1 文 号： 发布机构：市教育局 成文日期：2019-03-15 08:59",
    "without colons": "索 引 号 11330800002618103X/2019-1 文 号\n发布机构 市教育局 成文日期 2019-03-15",
    "glued": "索 引 号:11330800002618103X/2019-1发布机构:市教育局\n文    号成文日期:2019-03-15",
    "bullets": "• 索 引 号：11330800002618103X/2019-1\n• 备注/文号：无\n"
    "• 发布机构：市教育局\n• 公文生成日期：2019-03-15",
    "one cell a line": "索引号：\n11330800002618103X/2019-1\n文号：\n发布机构：\n市教育局\n成文日期：\n2019-03-15",
    "traditional": "索引號：11330800002618103X/2019-1\n文號：\n發布機構：市教育局\n成文日期：2019-03-15",
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_layout(text: str):
    assert header(text) == WHOLE


def test_no_header():
    assert header("示例局2018年政府信息公开工作年度报告\n现将有关情况公布如下。来源：网站。") == {}


def test_words_in_prose_are_no_keys():
    long = "本报告自发布之日起公布，" * 20
    assert header(f"{long}发布日期：2019-01-01") == {}


def test_the_time_a_copy_was_made_is_not_its_date():
    assert "published_on" not in header("采集时间：2025-12-30\n标题党\n")


def test_a_value_under_the_wrong_key_is_not_taken():
    assert header("公开日期：2020-01-21 公开方式：有效")["openness"] is None


def test_a_masked_value_is_none():
    assert header("索引号：**** 发布机构：****政府") == {"index_number": None, "publisher": None}


def test_the_first_value_of_a_field_stays():
    assert header("发布时间：2019-03-15\n时间：2020-01-01")["published_on"] == "2019-03-15"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2019-03-15", "2019-03-15"),
        ("2019年3月5日", "2019-03-05"),
        ("2024- 01- 22 17: 11", "2024-01-22"),
        ("2019/3/5", "2019-03-05"),
        ("2019-13-40", None),
        ("2019年", None),
        ("", None),
    ],
)
def test_dates(text: str, date: str | None):
    assert iso_date(text) == date


@pytest.mark.parametrize("number", ["无", "无号", "无〔〕号", "-", "国办公开办函〔202130"])
def test_document_numbers_that_are_none(number: str):
    assert clean("document_number", number) is None


def test_a_document_number_loses_its_blanks():
    assert clean("document_number", "厦思统〔2015〕1 号") == "厦思统〔2015〕1号"
