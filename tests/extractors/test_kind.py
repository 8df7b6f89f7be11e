"""Whether a document is a report: by its title, else by whatever heads it, else by its text."""

import pytest

from extractors.kind import not_a_report
from extractors.report import read_capture
from schema.records import ReadingStatus
from tests.extractors import forms
from tests.extractors.test_forms import figures

REPORT = "示例县水利局2018年政府信息公开工作年度报告"
OTHERS = [
    "示例厅2020年度政府网站工作年度报表",
    "示例市政府网站监管年度报表",
    "示例县政务新媒体年度报告",
    "示例厅2018年法治政府建设情况",
    "示例市教育局2020年依法行政工作报告",
    "文字解读：示例街道办事处2022年政府信息公开工作年度报告",
    "【图解】示例市教育局2020年政府信息公开工作年度报告",
    "示例市教育局2020年政府信息公开工作年度报告图解",
    "政府信息公开指南(2021年版)",
    "示例市教育局政府信息主动公开基本目录",
    "示例市政府信息公开申请表",
    "示例市政府信息公开保密审查制度",
    "示例市政府信息公开工作考核评议办法（试行）",
    "中华人民共和国政府信息公开条例",
    "关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知",
    "关于做好2018年政府信息公开工作年度报告编制工作的通知",
    "关于举办政府信息公开工作培训班的通知",
    "示例市召开2020年政府信息公开工作培训会",
    "示例县2018年政府信息公开工作考核结果的通报",
    "示例市2020年政务公开工作要点分工方案",
    "示例市教育局2020年政务公开工作总结",
    "示例市各部门2020年政府信息公开工作年度报告汇总",
    "示例市2020年度政府信息公开工作第三方评估报告",
    "示例市教育局2021年上半年政府信息公开工作总结",
    "示例市教育局2021年第一季度政府信息公开统计表",
    "示例市教育局2020年部门预算",
    "关于政府信息公开工作年度报告有关事项的通知",
    "示例市各部门2022年政府信息公开年报（汇总）",
    "关于2023年度政府信息公开工作的自查报告",
    "2021年政府信息公开工作年度报告编制说明",
    "政府信息公开年度报告常见问题解答",
]
REPORTS = [
    REPORT,
    "示例局关于印发2025年政府信息公开工作年度报告的通知",
    "示例局关于2020年度政府信息公开工作情况的报告",
    "示例局2013年度政府信息公开总结",
    "示例局2020年政府信息公开工作年度报告.docx",
    "(文字版)2017年示例市政府信息公开工作年度报告",
    "政府信息公开情况统计表（2018年度）",
    "示例局2021年政府信息公开工作年度报告（含解读）",
    "关于《示例局2021年政府信息公开工作年度报告》的公示",
    "示例局2019年政府信息公开工作总结及2020年工作计划",
    "示例县2019年政府信息公开年报汇总报告",
]


@pytest.mark.parametrize("title", OTHERS)
def test_what_is_no_report(title: str):
    assert not_a_report(title, (), "政府信息公开")
    assert read_capture(title.encode()).status is ReadingStatus.NOT_REPORT


@pytest.mark.parametrize("title", REPORTS)
def test_what_is_one(title: str):
    assert not_a_report(title, (), "政府信息公开") is None
    assert read_capture(title.encode()).status is ReadingStatus.NO_TABLE


def test_a_page_that_speaks_of_something_else():
    assert not_a_report("", (), "关于调整城区部分道路交通的公告")


def test_the_page_around_a_report_does_not_make_it_another_thing():
    """Each page of a portal has the site's number at its foot, and many speak of its rules and of law."""
    foot = "<p>网站标识码：3300000001</p>" + "<li>法治政府建设</li>" * 9
    page = forms.page("2014", figures("2014"), title=REPORT).replace("</body>", f"{foot}</body>")
    assert read_capture(page.encode()).status is ReadingStatus.REPORT


def test_a_filled_table_outweighs_the_heading_of_a_page():
    page = forms.page("2014", figures("2014"), title="政府信息公开目录")
    assert read_capture(page.replace("<h1>政府信息公开目录</h1>", "").encode()).status is ReadingStatus.REPORT


def test_the_name_of_the_column_does_not_make_a_report_of_another_page():
    page = "<title>{}</title><div>首页 > 政府信息公开年报</div><h1>{}</h1><p>政府信息公开</p>"
    assert read_capture(page.replace("{}", "2020年部门决算公开").encode()).status is ReadingStatus.NOT_REPORT


PROSE = (
    "<p>为做好有关工作，现将有关事项公布如下，请认真抓好贯彻落实，并将情况及时反馈。</p><p>2021年，全县成效明显。</p>"
)
HEADINGS = [
    "示例县财政局2021年度部门决算公开",
    "关于2021年度全县政府信息公开考核的通报",
    "2021年度社会组织检查结果公告",
]


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_page_without_a_title_is_what_its_heading_says(heading: str):
    page = f"<ul><li>首页<li>政府信息公开指南</ul><h1>{heading}</h1>{PROSE}"
    assert read_capture(page.encode()).status is ReadingStatus.NOT_REPORT


def items(*years: int) -> str:
    return "".join(f"<li><a>示例局{year}年政府信息公开工作年度报告</a> {year + 1}-01-20</li>" for year in years)


@pytest.mark.parametrize(
    "page",
    [
        f"<h1>政府信息公开年报</h1><ul>{items(2022, 2021)}</ul>",
        f"<title>示例县人民政府</title><div><ul>{items(2022, 2021, 2020)}</ul></div>",
        f"<table><tr><td>{items(2022)}<td>{items(2021)}</tr><tr><td>{items(2020)}<td>{items(2019)}</tr></table>",
    ],
)
def test_a_list_of_reports(page: str):
    reading = read_capture(page.encode())
    assert (reading.status, reading.reason) == (ReadingStatus.NOT_REPORT, "a list of reports")


def test_links_to_other_years_make_no_list_of_a_report_in_a_file():
    title = "示例局2021年政府信息公开工作年度报告"
    page = f"<title>{title}</title><h1>{title}</h1><a href='a.pdf'>{title}.pdf</a><ul>{items(2020, 2019, 2018)}</ul>"
    assert read_capture(page.encode()).status is ReadingStatus.NO_TABLE


@pytest.mark.parametrize(
    "page",
    [
        "<div>首页 > 政府信息公开 > 政府信息公开年报</div><h1>404 页面不存在</h1>",
        "<title>示例区人民政府</title><p>政府信息公开</p><p>政府信息公开年报</p><p>政务动态</p>",
        "<h1>政府信息公开申请表</h1><table><tr><td>姓名</td><td></td></tr></table>",
        "<h1>示例局2021年工作年报</h1><table><tr><td>首页网址</td><td>www.example.cn</td></tr></table>",
    ],
)
def test_names_of_columns_alone_are_no_report(page: str):
    assert read_capture(page.encode()).status is ReadingStatus.NOT_REPORT


def test_the_category_of_a_header_tells_of_a_report():
    header = "公开目录：政府信息公开年报\n发布机构：示例县水利局\n发布日期：2019-01-20"
    assert read_capture(header.encode()).status is ReadingStatus.NO_TABLE
