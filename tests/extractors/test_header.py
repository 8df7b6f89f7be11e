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
    "bold marks": "**索引号：** 11330800002618103X/2019-1\n**文号：**\n"
    "**发布机构：** 市教育局\n**成文日期：** 2019-03-15",
    "brackets": "【索引号】11330800002618103X/2019-1 【文号】 【发布机构】市教育局 【成文日期】2019-03-15",
    "brackets around pairs": "[索引号：11330800002618103X/2019-1][文号：][发布机构：市教育局][成文日期：2019-03-15]",
    "keys above values": "<table><tr><td>索引号</td><td>文号</td><td>发布机构</td><td>成文日期</td></tr>"
    "<tr><td>11330800002618103X/2019-1</td><td></td><td>市教育局</td><td>2019-03-15</td></tr></table>",
    "spans without anything between": "<div><ul><li><i>索引号</i><b>11330800002618103X/2019-1</b><li><i>文号</i><b></b>"
    "<li><i>发布机构</i><b>市教育局</b><li><i>成文日期</i><b>2019-03-15</b></ul>",
    "keys that are not ours between": "索引号：11330800002618103X/2019-1 统一登记号： 文号：\n"
    "发布机构：市教育局 公开范围：全部公开 信息时效期：2025-01-20 成文日期：2019-03-15 登记日期：2019-03-16",
    "a date in words": "索引号：11330800002618103X/2019-1\n文号：暂无\n"
    "发布机构：市教育局\n成文日期：二〇一九年三月十五日",
    "keys broken over lines": "索\n引 号：\n11330800002618103X/2019-1\n文\n号：\n"
    "发布机\n构：\n市教育局\n成文日\n期：\n2019-03-15",
    "brackets, one cell a line": "[索引号]\n11330800002618103X/2019-1\n[文号]\n"
    "[发布机构]\n市教育局\n[成文日期]\n2019-03-15",
    "traditional": "索引號：11330800002618103X/2019-1\n文號：\n發布機構：市教育局\n成文日期：2019-03-15",
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_layout(text: str):
    assert header(text) == WHOLE


LINES = {
    "发布时间：2019-03-15 10:01 来源：市教育局 浏览次数：12 次 字号：[大 中 小]": "12",
    "来源：市教育局发布时间：2019-03-15浏览：12次": "12",
    "【来源：市教育局】【时间：2019-03-15】【阅读次数：12次】【我要打印】": "12",
    "（发布日期：2019-03-15  来源：市教育局  访问量：12）": "12",
    "2019年3月15日 来源: 市教育局 点击： 1,234": "1,234",
}


@pytest.mark.parametrize(("line", "views"), LINES.items())
def test_the_line_under_a_title(line: str, views: str):
    title = "示例市教育局2018年政府信息公开工作年度报告"
    expected = {"published_on": "2019-03-15", "source": "市教育局", "views": views}
    assert header(f"{title}\n{line}") == expected


def test_a_date_of_the_visit_is_none():
    assert header("时间：2023年5月6日 星期三\n来源：市教育局")["published_on"] is None


def test_a_date_in_words_alone_may_be_a_signatures():
    assert header("示例市教育局\n2019年3月15日") == {}


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
        ("20190315", "2019-03-15"),
        ("1970-01-01", None),
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


GENERIC = (
    "<table><tr><td>索引号</td><td>014316/2022-1</td><td>主题分类</td><td>其他</td></tr>"
    "<tr><td>发布机构</td><td>示例县水利局</td><td>体裁分类</td><td>其他</td></tr></table>"
)
TITLE = "示例县水利局2021年政府信息公开工作年度报告"


def test_a_value_that_is_a_label_of_the_form_too_makes_no_statistics():
    assert header(GENERIC) == {
        "index_number": "014316/2022-1",
        "publisher": "示例县水利局",
        "topic": "其他",
        "genre": "其他",
    }


@pytest.mark.parametrize(
    "page", ["废止日期：\n组配分类：\n文号：\n{}", "<div><dl><dt>文号</dt><dd></dd></dl><h1>{}</h1></div>"]
)
def test_the_title_is_no_value_of_the_blank_key_above_it(page: str):
    assert header(page.format(TITLE))["document_number"] is None


def test_keys_and_values_with_blank_lines_between():
    assert header("索引号\n\n014316/2022-1\n\n文号\n\n\n发布机构\n\n示例县水利局\n\n" + TITLE) == {
        "index_number": "014316/2022-1",
        "document_number": None,
        "publisher": "示例县水利局",
    }


def test_any_value_may_be_glued_to_its_key_among_others():
    items = {"索引号": "014316/2022-1", "发文字号": "示水〔2022〕7号", "有效性": "有效"}
    page = "".join(f"<li><em>{key}</em><i>{value}</i></li>" for key, value in items.items())
    assert header(f"<div><ul>{page}</ul></div>") == {
        "index_number": "014316/2022-1",
        "document_number": "示水〔2022〕7号",
        "valid": "有效",
    }


def test_a_key_glued_to_the_end_of_a_value():
    found = header(f"成文日期：2022年1月20日标题：{TITLE}文号：体裁：其他")
    assert found == {"document_number": None, "composed_on": "2022-01-20", "genre": "其他", "title": TITLE}


def test_a_title_that_ends_on_the_next_line():
    assert header("名称：示例县水利局2021年政府信息公开工作\n年度报告\n索引号：014316/2022-1")["title"] == TITLE


@pytest.mark.parametrize("line", ["[2022-01-20 10:20] 来源：县水利局", "2022/1/20 来源：县水利局", "（2022-01-20）"])
def test_a_date_without_a_key(line: str):
    assert header(f"{TITLE}\n{line}")["published_on"] == "2022-01-20"


def test_what_follows_a_whole_title_is_no_part_of_it():
    page = "名称\n示例局政府信息公开年度报告（2016年）\n政府信息公开年报\n文号\n索引号\n014316/2022-1"
    assert header(page)["title"] == "示例局政府信息公开年度报告（2016年）"


def test_a_date_under_the_wrong_key_is_not_taken():
    assert header("文号：2022-01-20\n公开方式：2022-01-18") == {"document_number": None, "openness": None}


def test_the_first_of_values_glued_to_their_keys():
    items = ["主题分类综合政务", "关 键 词政府信息公开,年报", "分 类2024年度", "发布机构示例县水利局"]
    found = header(f"<div><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul></div>")
    expected = {
        "topic": "综合政务",
        "keywords": "政府信息公开,年报",
        "category": "2024年度",
        "publisher": "示例县水利局",
    }
    assert found == expected


def test_two_keys_that_make_a_third_stay_two():
    assert header("体裁\n\n\n分类\n\n\n索引号\n\n014316/2022-1\n") == {
        "index_number": "014316/2022-1",
        "category": None,
        "genre": None,
    }


def test_the_title_is_no_keyword():
    assert header(f"发布机构：\n示例县水利局\n文号：\n主题词：\n{TITLE}")["keywords"] is None
    assert header(f"内容概述：{TITLE}")["summary"] == TITLE
