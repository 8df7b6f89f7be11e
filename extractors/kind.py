"""Whether a document is an annual report on disclosure at all.

The columns of annual reports hold much else: tables of web sites, reports on law-based government, guides, rules,
notices, interpretations. The title decides; a page without one that names a year is judged by whatever heads it, and
by its text. A filled table outweighs those two (`Doubt.weak`), since headings of pages are often those of a menu.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from extractors.labels import fold

_END = r"(?:\([^()]*\))?[》」】)]*$"  # a remark and closing quotes may follow a title's last word
_BY_TITLE = (
    (r"网站.{0,12}(?:年度|工作)?报表|网站(?:监管)?工作?年度报|新媒体.{0,6}年度?报", "a yearly table of a web site"),
    (r"法治政府|依法行政|法治建设|依法治[省市县区]", "a report on law-based government"),
    (
        r"^[【\[(《]?(?:文字|图文|政策|动画|视频|一图)?(?:解读|图解|读懂|一张?图)|(?<!含)(?:解读|图解|读懂)[》】)]*$|解读[:]",
        "an interpretation of a report",
    ),
    (rf"指南{_END}|指引{_END}|申请(?:表|流程图?|须知|渠道){_END}|流程图{_END}", "a guide"),
    (rf"(?:制度|规定|办法|规则|条例|细则|规范|标准){_END}|(?:制度|办法|规则|条例)》?的通知{_END}", "a rule"),
    (r"格式》?的通知|年度报告格式|有关事项的通知$", "a notice of the report's format"),
    (r"征求.*意见|征求意见稿", "a draft"),
    (r"统计报表$|情况统计报表", "a blank statistical form"),
    (rf"(?:预算|决算)(?:公开|信息)?(?:情况|说明)?{_END}|预算草案|统计公报{_END}", "a budget, account or yearbook"),
    (rf"(?:答复|告知|决定|补正)书{_END}|依申请公开.*统计", "a matter of one request"),
    (r"(?:行政执法|行政许可).*(?:报告|年报)|双随机|网站工作年报|自查报告", "another report"),
    (r"关于.*(?:做好|开展|报送|上报|填报|编制|印发|举办|召开|加强|参加).*的(?:紧急)?通知$", "a notice"),
    (r"更正说明|编制说明", "a remark on a report"),
    (rf"(?:通报|名单|说明|问答|解答){_END}|(?<!报告》的)公示{_END}|会议?纪要{_END}", "a notice"),
    (rf"(?:培训|推进|座谈|工作|部署)(?:会议?|班|讲座){_END}|^我[省市县区州局]发布", "news"),
    (rf"^(?!.*总结及).*(?:要点|方案|计划|目录|清单|分工){_END}|要点落实", "a plan or a catalogue"),
    (r"^404|页面不存在|没有找到", "a page that says that nothing is there"),
    (
        rf"(?:年报|年度报告)(?:汇总)?(?:汇总{_END}|\(汇总\))|(?:汇编|合集|一览表|统计年鉴){_END}",
        "a compilation",
    ),
    (r"^(?!.*暨.*年度).*(?:上半年|下半年|半年度?报|季度|季报|月报|\d月份)", "a report on a part of a year"),
    (r"评估|考核|测评|检查情况", "an assessment"),
    (rf"政务公开(?:工作)?(?:情况|总结|汇报|综述)(?:的?报告)?{_END}", "a summary of open government affairs"),
)
_NOT_REPORT = tuple((re.compile(pattern), reason) for pattern, reason in _BY_TITLE)
_CARRIES_REPORT = re.compile(r"印发.*20\d\d年.*信息公开.*(?:年度报告|年报).*的通知$")
_TAIL = re.compile(r"(?:\.(?:docx?|pdf|wps|html?))$", re.IGNORECASE)
_SPEAKS_FOR = re.compile(
    r"信息公开|政务公开|政府信息|由.{2,30}编制|截至20\d\d年12月|(?:19|20)\d\d年?1月?1日?(?:起|至|到)"
    r"|^(?:19|20)\d\d年度?[,，]?(?:[我本全]|[省市县区乡镇旗州]|局|围绕|.{2,20}[局府镇乡](?:在|认真|按照|深入))",
    re.MULTILINE,
)
_EXPLAINS = re.compile(r"(?:年报|年度报告)(?:内容)?(?:作|做|进行)?(?:如下)?解读")
_RULES = re.compile(r"制定本(?:制度|办法|规定)")
_SITE_TABLE = re.compile(r"首页网址|网站名称.*主办单位|独立用户访问总量|网站总访问量")
_ANNOUNCED = re.compile(r"20\d\d年?度?[^。]{0,40}?(?:信息公开|政务公开)[^。]{0,14}?(?:报告|年报)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_COLUMN = re.compile(
    r"(?!.*(?:统计|全年|主动|编制))[^\d。]{1,12}|[^。]{0,80}>[^。]{0,80}"
)  # its name, or the way to it
_REPORT = re.compile(r"报告|年报|总结|情况|报表|统计|公开$")
_MANY = 8
_MIN_LISTED = 3  # titles that make a list; beside them on the page of one report stand the one before and the one after
_LISTED = re.compile(
    r"^(?!上一|下一|附件|相关)(?P<title>[^。\n]{0,40}20\d\d年?度?[^。\n]{0,24}(?:信息|政务)公开[^。\n]{0,12}(?:报告|年报)"
    r"(?:\([^()\n]*\)|\.\w{3,4})?)[\[(]?(?:20\d\d[-./年]\d\d?[-./月]\d\d?日?)?[\])]?$",
    re.MULTILINE,
)
_PROSE = re.compile(r"^[^\n]{40,}?。|。[^\n]{40,}$", re.MULTILINE)
_WEAK = frozenset({"a notice", "a blank statistical form"})


class Doubt(NamedTuple):
    """Why a document is no report, in words. A `weak` doubt gives way to a filled table."""

    reason: str
    weak: bool


def not_a_report(title: str, headings: Sequence[str], text: str, *, stated: str = "") -> Doubt | None:
    """The doubt about a document; None where nothing speaks against its being a report.

    `title` is one that reads as a report's or its like, `headings` the lines that head a document without such a
    title, `stated` what its meta data say instead, `text` that of its `Wording`.
    """
    folded = _TAIL.sub("", fold(title))
    if _CARRIES_REPORT.search(folded):
        return None
    reason = _by_title(folded)
    if reason:
        return Doubt(reason, weak=reason in _WEAK or not _YEAR.search(folded))
    reason = _by_title(_TAIL.sub("", fold(stated))) or _by_headings(headings) or _by_text(folded, text)
    return Doubt(reason, weak=True) if reason else None


def _by_title(folded: str) -> str:
    return next((reason for pattern, reason in _NOT_REPORT if pattern.search(folded)), "")


def _by_headings(headings: Sequence[str]) -> str:
    reason = next((reason for heading in headings if (reason := _by_title(fold(heading)))), "")
    other = headings and not any(_REPORT.search(heading) for heading in headings)
    return reason or ("headed as something else" if other else "")


def _by_text(title: str, text: str) -> str:
    if _SITE_TABLE.search(text):
        return "a yearly table of a web site"
    if _EXPLAINS.search(text):
        return "an interpretation of a report"
    if _RULES.search(text):
        return "a rule"
    if text.count("法治") >= _MANY and not _ANNOUNCED.search(text) and "公开年" not in title:
        return "a report on law-based government"
    if not _names_report(title) and not _speaks(text):
        return "nothing in it speaks of the disclosure of information"
    return ""


def _names_report(title: str) -> bool:
    """Whether a title is more than the name of the column, as 政府信息公开年报 is."""
    return bool(_SPEAKS_FOR.search(title) and ("报告" in title or _YEAR.search(title)))


def _speaks(text: str) -> bool:
    """Whether a line speaks of disclosure that is no link of a menu and no trail from the home page."""
    for match in _SPEAKS_FOR.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()] + text[match.start() :].partition("\n")[0]
        if not _COLUMN.fullmatch(line):
            return True
    return False


def is_list(title: str, text: str) -> bool:
    """Whether a page without a table only lists reports: titles one below the other, and no prose."""
    listed = {match["title"] for match in _LISTED.finditer(text)}
    return len(listed) >= (_MIN_LISTED if _YEAR.search(title) else _MIN_LISTED - 1) and not _PROSE.search(text)
