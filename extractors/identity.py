"""What a document is: its title, the year it reports on, and whether it is an annual report at all.

The year is that of the period reported on, never that of publication, address, document or index number. All
places that say it are kept, and where they disagree the printed period decides and a finding tells.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from extractors.header_keys import KEY
from extractors.labels import fold, narrow, simple
from schema.records import Document

_YEAR = r"(20\d{2}|199\d)"
_KIND = r"(?:报告|年报|報告|年報|报表|统计表|總結|总结|情况|通知|指南|制度|格式|解读|解讀)"
_TITLE = re.compile(rf"(?:公开|公開|政务|政務|法治|网站).*{_KIND}[》」)）]*$|{_KIND}[》]*(?:\([^()]*\))?$")
_TITLE_TAIL = re.compile(
    rf"^(?:{_YEAR}年度?)?(?:政府信息公开|政府信息公開|信息公开|工作年度报告|工作年度報告|年度报告)"
)
_TITLE_HEAD = re.compile(
    r"(?:[局厅廳委办辦府镇鎮乡鄉街县縣区區市省院处处署社会站心部旗]|20\d\d年度?|公开|公開)(?:\([^()]*\))?$"
)
_NO_TITLE = re.compile(r"现|特|由|附件|编制|[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\d+[.、]")
_MAX_TITLE = 70
_PERIOD = re.compile(  # characters get lost: 自20171120171231止, 2018年11日至2018年1231日
    rf"{_YEAR}年?0?1月?0?1日?起?(?:至|到|—|-|~)*(?:20\d{{2}}年?)?12月?(?:31|30|20)"
)
_UNTIL = re.compile(rf"(?:截至|截止|到|至){_YEAR}年(?:底|末|12月31日)")
_IN_TITLE = re.compile(rf"{_YEAR}\s*年|[(（]{_YEAR}年?[)）]")
_ANNOUNCED = re.compile(rf"{_YEAR}年?度?[^。]{{0,40}}?(?:信息公开|信息公開|政务公开)[^。]{{0,14}}?(?:报告|報告|年报)")
_MENTIONED = re.compile(rf"(?<![〔\[(\d]){_YEAR}年度?(?!\d{{1,2}}月|\d{{1,2}}日|\d{{2,3}}日|底|\d)")

_NOT_REPORT = (
    (re.compile(r"网站.{0,12}(?:年度|工作)?报表|网站工作年度报|网站年度报表"), "a yearly table of a web site"),
    (re.compile(r"法治政府|依法行政|法治建设"), "a report on law-based government"),
    (
        re.compile(r"^(?:文字|图文|政策|一图)?(?:解读|图解|读懂)|(?:的?解读|图解|一图读懂)$|解读[:]"),
        "an interpretation of a report",
    ),
    (re.compile(r"(?:公开)?指南(?:\(.*\))?》?$"), "a guide"),
    (re.compile(r"公开(?:统计)?制度|规定》?$|办法(?:\(.*\))?》?$|规则》?的通知|工作制度|公开条例》?$"), "a rule"),
    (re.compile(r"格式》?的通知|年度报告格式"), "a notice of the report's format"),
    (re.compile(r"统计报表$|情况统计报表"), "a blank statistical form"),
    (re.compile(r"(?:部门|单位|年度)?(?:预算|决算)(?:公开|信息)?(?:情况|说明)?$"), "a budget or final account"),
    (re.compile(r"关于(?:做好|开展|报送|编制|印发).*的通知$"), "a notice"),
    (re.compile(r"(?:工作)?(?:要点|方案|计划|目录)$"), "a plan or a catalogue"),
    (re.compile(r"年报汇总|年度报告汇总|汇编$"), "a compilation"),
)
_CARRIES_REPORT = re.compile(rf"印发.*{_YEAR}年.*(?:信息公开|信息公開).*(?:年度报告|年报).*的通知$")
_SPEAKS_FOR = re.compile(
    r"信息公开|政务公开|政府信息|由.{2,30}编制|截至20\d\d年12月|(?:19|20)\d\d年?1月?1日?(?:起|至|到)"
    r"|^(?:19|20)\d\d年度?[,，]?(?:[我本全]|[省市县区乡镇旗州]|局|围绕)",
    re.MULTILINE,
)
_EXPLAINS = re.compile(r"(?:年报|年度报告)(?:内容)?(?:作|做|进行)?(?:如下)?解读")
_RULES = re.compile(r"制定本(?:制度|办法|规定)")
_MANY = 8
_SITE_TABLE = re.compile(r"网站标识码|首页网址|网站名称.*主办单位|独立用户访问总量|网站总访问量")


def titles_of(document: Document, header: Mapping[str, str | None]) -> list[str]:
    """The titles a document gives itself, the surest first; a title broken over two lines is joined."""
    found = [document.meta.get("articletitle", ""), header.get("title") or "", _title_line(document)]
    found.append(re.split(r"[-_|—]{1,2}(?=[^-_|—]{2,20}$)", document.title)[0] if document.title else "")
    return [title for n, title in enumerate(found) if title and title not in found[:n] and _TITLE.search(fold(title))]


def _title_line(document: Document) -> str:
    """The first short line that reads as a title, with the line before it where that is its beginning."""
    before = ""
    for text in document.lines():
        if not text:
            continue
        if "。" in text and len(text) > _MAX_TITLE:
            return ""
        folded = fold(text)
        if (
            len(folded) <= _MAX_TITLE
            and _TITLE.search(folded)
            and not _NO_TITLE.match(folded)
            and not KEY.match(folded)
        ):
            return before + text if before and _TITLE_TAIL.match(folded) and _TITLE_HEAD.search(fold(before)) else text
        before = text if len(text) <= _MAX_TITLE else ""
    return ""


def years(
    titles: Sequence[str], lines: Sequence[str], header: Mapping[str, str | None], listed_on: date | None
) -> list[tuple[str, int]]:
    """Every year a document gives for its report, the surest first, as (where it stands, year).

    The period of the figures decides, then the title, the sentence that announces the report, the category of
    the header, another year in the text, and last the year before that of publication. `lines` are narrowed.
    """
    text = "".join(lines)
    found = [("period", _year(match)) for match in _PERIOD.finditer(text)][:1]
    found += [("period", _year(match)) for match in _UNTIL.finditer(text)][:1]
    found += [("title", _year(match)) for title in titles if (match := _IN_TITLE.search(narrow(title)))][:1]
    found += [("sentence", _year(match)) for match in _ANNOUNCED.finditer(text)][:1]
    category = _IN_TITLE.search(header.get("category") or "")
    found += [("category", _year(category))] if category else []
    found += [("text", _year(match)) for line in lines if (match := _MENTIONED.search(line))][:1]
    published = header.get("published_on") or header.get("issued_on") or header.get("composed_on")
    if published or listed_on:
        found.append(("publication", (int(published[:4]) if published else listed_on.year if listed_on else 0) - 1))
    return found


def _year(match: re.Match[str]) -> int:
    return int(next(value for value in match.groups() if value))


def not_a_report(titles: Sequence[str], lines: Sequence[str]) -> str:
    """Why a document is no annual report on disclosure, in words; empty where nothing speaks against it.

    `lines` are narrowed.
    """
    title = fold(titles[0]) if titles else ""
    if _CARRIES_REPORT.search(title):
        return ""
    for pattern, reason in _NOT_REPORT:
        if pattern.search(title):
            return reason
    text = simple("\n".join(lines))
    if _SITE_TABLE.search(text):
        return "a yearly table of a web site"
    if _EXPLAINS.search(text):
        return "an interpretation of a report"
    if _RULES.search(text):
        return "a rule"
    if text.count("法治") >= _MANY and not _ANNOUNCED.search(text) and "公开年" not in title:
        return "a report on law-based government"
    if not _SPEAKS_FOR.search(text) and not _SPEAKS_FOR.search(title):
        return "nothing in it speaks of the disclosure of information"
    return ""
