"""What a document is, of whom, and for which year."""

from datetime import date

import pytest

from extractors.agency import agency_names, full_name, in_title, of_source
from extractors.documents import read_document
from extractors.identity import titles_of, years
from extractors.regions import credit_code, place_names, region_of
from extractors.wording import wording, words_of


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("衢州市民政局2018年度政府信息公开工作年度报告", "衢州市民政局"),
        ("2015年广州市统计局政府信息公开工作年度报告", "广州市统计局"),
        ("武汉市统计局政府信息公开报告(2016年)", "武汉市统计局"),
        ("特向社会公布2024年连生乡人民政府政府信息公开工作情况报告", "连生乡人民政府"),
        ("《大蘆鎮2023年政府信息公開工作年度報告》", "大蘆鎮"),
        ("安康市农业农村局(市茶叶局)2020年政府信息公开工作年度报告", "安康市农业农村局"),
        ("泉州市丰泽区教育局关于印发2025年政府信息公开工作年度报告的通知", "泉州市丰泽区教育局"),
        ("中华人民共和国宁波海关2020年政府信息公开工作年度报告", "中华人民共和国宁波海关"),
        ("国家统计局示例调查队2022年政府信息公开工作年度报告", "国家统计局示例调查队"),
        ("中国人民银行示例市中心支行2022年政府信息公开年报", "中国人民银行示例市中心支行"),
        ("示例市残联2018年政府信息公开工作年度报告", "示例市残联"),
        ("巴彦淖尔苏木2020年政府信息公开工作年度报告", "巴彦淖尔苏木"),
        ("【年度报告】示例市教育局2020年政府信息公开工作年度报告", "示例市教育局"),
        ("(2020年)示例市教育局政府信息公开工作年度报告", "示例市教育局"),
        ("示例市教育局二〇一八年政府信息公开工作年度报告", "示例市教育局"),
        ("示例学院2015-2016学年信息公开年度报告", "示例学院"),
        ("将乐县民政局2021年政府信息公开工作年度报告", "将乐县民政局"),
        ("2021年特克斯县司法局政府信息公开工作年度报告", "特克斯县司法局"),
        ("2021年本溪市生态环境局政府信息公开工作年度报告", "本溪市生态环境局"),
        ("全州县林业局2021年政府信息公开工作年度报告", "全州县林业局"),
        ("和田市民政局2021年政府信息公开工作年度报告", "和田市民政局"),
        ("现代农业示范区管理委员会2021年政府信息公开工作年度报告", "现代农业示范区管理委员会"),
        ("统计局2021年政府信息公开工作年度报告", "统计局"),
        ("由示例县司法局编制的2017年度政府信息公开年度报告", "示例县司法局"),
        ("2022年1月20日示例县水利局2021年政府信息公开工作年度报告", "示例县水利局"),
        ("为民街道2021年政府信息公开工作年度报告", "为民街道"),
        ("2015年示例县人民政府信息公开工作年度报告", "示例县人民政府"),
        ("2022年度政府信息公开工作年度报告（示例县司法局）", "示例县司法局"),
        ("示例县司法局：2022年政府信息公开工作年度报告", "示例县司法局"),
        ("[示例县司法局]2022年政府信息公开工作年度报告", "示例县司法局"),
        ("年度报告|示例县司法局2022年政府信息公开工作年度报告", "示例县司法局"),
        ("10、示例县司法局2022年政府信息公开工作年度报告", "示例县司法局"),
        ("中国（示例）自由贸易试验区管理委员会2022年政府信息公开年报", "中国(示例)自由贸易试验区管理委员会"),
        ("XX镇2021年政府信息公开工作年度报告", None),
        ("2020年度政府信息公开工作年度报告", None),
        ("我局2018年政府信息公开工作年度报告", None),
    ],
)
def test_agency_of_a_title(title: str, agency: str | None):
    assert in_title(title) == agency


def test_a_short_name_is_completed_by_a_longer_one():
    names = agency_names(["市民政局2018年政府信息公开年度报告"], wording(["填报单位:衢州市民政局"]), "市民政局")
    assert full_name(names, None, {}) == "衢州市民政局"


def test_a_short_name_is_completed_by_the_region():
    names = agency_names(["市民政局2018年政府信息公开年度报告"], wording([]), None)
    assert full_name(names, "330800", {}) == "衢州市民政局"
    assert full_name([("title", "区教育局")], "330802", {}) == "柯城区教育局"
    assert full_name([("title", "省教育厅")], "130000", {}) == "河北省教育厅"
    assert full_name([("title", "区教育局")], "330800", {}) == "区教育局"


def test_a_list_of_agencies_completes_no_name():
    """The links at a page's foot name the same bureau of other places."""
    page = "<p>友情链接</p><ul><li>示例县司法局<li>另一县司法局</ul>"
    assert named(page, "县司法局2022年政府信息公开工作年度报告") == "县司法局"
    assert named(f"{page}<p>另一县司法局</p><p>2023年1月3日</p>", "市司法局2022年政府信息公开年报") == "市司法局"


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("发布机构：度门街道办事处", "度门街道"),
        ("发布机构：门街道办事处", "门街道"),
        ("正文", None),
    ],
)
def test_a_town_after_the_year_that_may_begin_with_its_last_character(text: str, agency: str | None):
    assert named(text, "2021年度门街道政府信息公开工作年度报告") == agency


def test_a_place_that_is_known_is_no_riddle():
    assert named("正文", "2021年度社旗县审计局政府信息公开工作年度报告") == "社旗县审计局"


def test_the_office_of_a_leading_group_reports_for_its_place():
    assert named("示例市人民政府信息公开工作领导小组办公室") == "示例市"


def test_the_portals_own_list_decides():
    assert full_name([("title", "市民政局")], "330800", {"市民政局": "示例市民政局"}) == "示例市民政局"


def test_no_name_is_none():
    assert full_name(agency_names([], wording(["2020年，我局公开信息"]), None), "330800", {}) is None


@pytest.mark.parametrize(
    ("titles", "lines", "year"),
    [
        (["示例局2018年年度报告"], [], 2018),
        (["示例局2020年报告"], ["自2021年1月1日起至2021年12月31日止"], 2021),
        ([], ["自2018年11日至2018年1231日"], 2018),
        ([], ["自20171120171231止"], 2017),
        ([], ["厦思统〔2015〕1号", "自2014年1月1日起至2014年12月31日止"], 2014),
        ([], ["2018年3月18日", "示例局到2017年底"], 2017),
        (["2015年示例局报告"], ["2014年国民经济公报"], 2015),
        ([], ["北京街道办事处全年主动公开政府信息"], None),
        (["示例局二〇一八年政府信息公开工作年度报告"], [], 2018),
        (["示例局二○一八年度政府信息公开工作年度报告"], ["二〇一九年一月十日"], 2018),
        ([], ["(二〇一九年一月十日)"], None),
        (["示例局2018政府信息公开年报"], [], 2018),
        (["示例学院2015-2016学年信息公开年度报告"], [], None),
        (["政府信息公开情况统计表"], ["(2017年度)"], 2017),
        (["示例局2020年报告"], ["到2025年底,基本建成"], 2020),
        (["示例局2020年报告"], ["2018年1月1日至2020年12月31日开展三年行动"], 2020),
        (["示例局2020年报告"], ["自2020.1.1-2020.12.31"], 2020),
        (["2022年1月20日示例局2021年政府信息公开工作年度报告"], [], 2021),
        (["示例局2021年政府信息公开年报"], ["发布日期:2023-01-1220:30"], 2021),
        ([], ["2022年,我局落实《信息公开条例》(2019年修订),推进信息公开,现将情况报告如下。"], 2022),
    ],
)
def test_year(titles: list[str], lines: list[str], year: int | None):
    found = years(titles, wording(lines), {}, None)
    assert (found[0][1] if found else None) == year


def test_the_year_before_publication_comes_last():
    assert years([], wording([]), {"published_on": "2019-03-15"}, None) == [("publication", 2018)]
    assert years([], wording([]), {}, date(2019, 3, 15)) == [("publication", 2018)]
    assert years([], wording([]), {"category": "2016年度", "published_on": "2019-03-15"}, None)[0] == ("category", 2016)


def titles(page: str, link: str = "") -> list[str]:
    document = read_document(page.encode())
    return titles_of(document, words_of(document), {}, link)


def test_one_title_among_those_of_a_menu():
    page = (
        "<title>示例县水利局2020年政府信息公开工作年度报告_示例县人民政府</title>"
        "<ul><li>政府信息公开指南<li>政府信息公开制度<li>2023年政府信息公开年报</ul>"
        "<h1>示例县水利局2020年政府信息公开工作年度报告</h1><p>正文</p>"
    )
    assert titles(page)[0] == "示例县水利局2020年政府信息公开工作年度报告"


def test_a_title_with_a_year_goes_before_one_of_a_menu():
    page = "<ul><li>政府信息公开指南</ul><p>正文</p>"
    assert titles(page, "示例局2020年政府信息公开年报")[0] == "示例局2020年政府信息公开年报"


def test_credit_code_and_region():
    assert credit_code("113308000026181032/2019-102271") == "113308000026181032"
    assert region_of("113308000026181032") == "330800"
    assert credit_code("113308000026181033/2019-102271") is None  # the check digit does not hold
    assert credit_code("014314799/2024-00002") is None
    assert credit_code(None) is None


def test_places():
    assert place_names("330800") == ("浙江省", "衢州市")
    assert place_names("110101") == ("北京市", "东城区")
    assert place_names("000000") == ()
    assert place_names("") == ()


NAVIGATION = "<div></div><ul><li>首页<li>走进示例区<li>示例市人民政府</ul>"


def named(page: str, *titles: str) -> str | None:
    return full_name(agency_names(titles, words_of(read_document(page.encode())), None), None, {})


def test_the_words_of_a_menu_name_nobody():
    assert named(NAVIGATION, "示例区2021年政府信息公开工作年度报告") == "示例区"
    assert named(f"{NAVIGATION}<h1>2021年政府信息公开工作年度报告</h1>", "2021年政府信息公开工作年度报告") is None
    assert named("政府信息公开工作年度报告（2020年度）\n示例县水利局\n2021年1月25日") == "示例县水利局"


@pytest.mark.parametrize(
    "line",
    ["填报单位：示例县审计局 填报日期：2016年1月12日", "单位名称：示例县审计局"],
)
def test_the_reporting_unit(line: str):
    assert named(line) == "示例县审计局"


def test_a_source_that_publishes_for_others_is_no_agency():
    assert of_source("示例市示例区示例乡人民政府") == "示例市示例区示例乡人民政府"
    assert of_source("示例市人民政府办公室") is None
    assert of_source("示例网") is None


@pytest.mark.parametrize(
    ("page", "title"),
    [
        (f"{NAVIGATION}<h1>2021年政府信息公开工作年度报告</h1>", "2021年政府信息公开工作年度报告"),
        ("示例县水利局\n2021年政府信息公开工作年度报告", "示例县水利局2021年政府信息公开工作年度报告"),
        ("2021年\n示例局政府信息公开工作年度报告", "2021年示例局政府信息公开工作年度报告"),
        ("示例局2021年政府信息公开工作\n年度报告", "示例局2021年政府信息公开工作年度报告"),
        ("政府信息公开年报\n示例局2021年政府信息公开工作年度报告", "示例局2021年政府信息公开工作年度报告"),
        ("首页>政务公开>信息公开年报\n示例局2021年政府信息公开年报", "示例局2021年政府信息公开年报"),
        ("示例区\n水利局2021年政府信息公开\n工作年度报告", "示例区水利局2021年政府信息公开工作年度报告"),
        ("示例县二〇二一年\n政务公开年度报告", "示例县二〇二一年政务公开年度报告"),
        ("2020年部门决算公开\n信息公开年报", "信息公开年报"),
        (
            "<title>示例局2021年信息公开年报-政府信息公开年报-示例县人民政府</title><p>正文</p>",
            "示例局2021年信息公开年报",
        ),
        ("# 示例局2021年政府信息公开工作年度报告", "示例局2021年政府信息公开工作年度报告"),
        ("<table><tr><td>示例局2021年政府信息公开年报</td></tr></table><p>正文</p>", "示例局2021年政府信息公开年报"),
    ],
)
def test_the_title_of_a_page(page: str, title: str):
    assert titles(page)[0] == title


def test_years_that_are_none_of_the_report():
    """In an index number, a document number, a date, and a link to the report of another year."""
    lines = ["索引号:014316/2023-1", "示水〔2023〕7号", "2023年1月20日", "示例局2020年政府信息公开年报"]
    found = years(["示例局2022年政府信息公开工作年度报告"], wording(lines), {}, None)
    assert {year for where, year in found if where != "text"} == {2022}
