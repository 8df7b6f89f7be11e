"""What a document says of itself: its titles, and the year it reports on.

The year is that of the period reported on, never that of publication, address, document or index number. All
places that say it are kept, and where they disagree the printed period decides and a finding tells.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from extractors.header_keys import KEY
from extractors.labels import arabic_years, fold, narrow, simple
from extractors.regions import begins_with_place
from extractors.wording import Wording
from schema.records import Document

_YEAR = r"(?P<year>20\d{2}|199\d)"
_KIND = (
    r"(?:报告|年报|报表|统计表|总结|情况|通知|指南|制度|格式|解读|图解|要点|办法|目录|汇总|汇编|问答|解答|培训会"
    r"|总结及20\d\d年(?:工作)?(?:计划|打算|安排))"
)
_TITLE = re.compile(rf"(?:公开|政务|法治|网站).*{_KIND}[》」)）】]*$|{_KIND}[》]*(?:\([^()]*\))*$")
_LAST = frozenset('")]】」》”*cfsx告报表结况知南度式读解点法录总编答会划算排')  # of a title, or of a file's name
_TITLE_TAIL = re.compile(r"^(?:(?:20\d{2}|199\d)年?度?)?(?:政府信息公开|信息公开|政务公开|工作年度报告|年度报告)")
_TITLE_HEAD = re.compile(r"[局厅委办府镇乡街道县区市省院处署会社站心部旗](?:\([^()]*\))?$")
_CUT = re.compile(r"(?:20\d\d年度?|公开|公开工作)$")  # what no title ends with, above its end
_TOPIC = re.compile(r"政府信息公开|信息公开|政务公开")
_OF_REPORT = re.compile(r"报告|年报|总结|报表|统计表|情况")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,8}[省市县区州旗盟]")
_OFFICE = re.compile(r"[\u4e00-\u9fff]{1,12}?[局委办厅院处]")
_ONLY_YEAR = re.compile(r"(?:20\d\d|199\d)年度?")
_MENU_WORD = re.compile(r"[^\d:]{1,8}")  # a line above two that look like one title tells that they stand in a menu
_COLUMN = re.compile(r"(?:政府)?信息公开(?:工作)?(?:年度报告|年报|年度工作报告)")
_NO_TITLE = re.compile(
    r"现[就将公发向把]|特[此向将]|由.*编制|附件|编制|[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\d+[.、]"
)
_MARKS = re.compile(r"^[\s#*]+|[\s*]+$|\.(?:docx?|pdf|wps)$", re.IGNORECASE)  # of a heading; of a file
_TRAIL = re.compile(r"[>＞»›]|当前位置")  # a line of links from the home page down
_SITE = re.compile(r"\s*[-_|—–]{1,2}\s*(?=[^-_|—–]{2,30}$)")  # before the name of the site in a page's title
_OF_COLUMN = re.compile(rf"(?<=.)\s*[-_|—–]{{1,2}}\s*{_COLUMN.pattern}$")
_MIN_HEADING = 8
_MIN_PROSE = 30
_NO_HEADING = re.compile(  # sentences, keys, dates, the way from the home page; names of agencies and of sites
    r"[,，。;；:>]|\d月|(?:网|网站|门户|平台|专栏|[局厅委办府镇乡街县区市省院处署会站心部旗道校])$"
)
_MAX_TITLE = 70
_MAX_TITLE_LINES = 4
_MAX_STATED = 300  # characters of a title that a page states
_PROSE = re.compile(r"[,，。;；]|施行的")
_ANY_YEAR = re.compile(r"20\d\d|199\d")
_PERIOD = re.compile(  # characters get lost: 自20171120171231止, 2018年11日至2018年1231日
    rf"(?<!\d){_YEAR}[年./-]?0?1[月./-]?0?1?日?(?:\d\d:\d\d)?起?"
    r"(?:(?:至|到|—|–|-|~|－)+(?:(?P=year)[年./-]?)?|(?P=year)[年./-]?)"
    r"12[月./-]?(?:31|30|20)(?![\d:])"
)
_MONTHS = re.compile(rf"(?<!\d){_YEAR}年1月?(?:至|到|—|-|~)+(?:(?P=year)年)?12月")
_UNTIL = re.compile(rf"(?<=[至到止]){_YEAR}年12月31日")
_YEAR_END = re.compile(rf"(?<=[至到止]){_YEAR}年(?:底|末)")
_ONE = rf"(?<!\d)(?<!\d[-—~至和、]){_YEAR}(?!年?度?[-—~至和、](?:20)?\d\d)"  # 2018-2019年 is no one year
_NO_DATE = r"年(?!\d{1,2}月|修订|修正|颁布|施行)"
_IN_TITLE = re.compile(rf"{_ONE}(?:{_NO_DATE}|(?=政府信息|政务公开|信息公开))|[(](20\d{{2}}|199\d)[)](?!\d*号)")
_ANNOUNCED = re.compile(
    rf"{_ONE}(?:{_NO_DATE}|(?=政府信息|政务公开|信息公开))[^。\n]{{0,40}}?(?:信息公开|政务公开)[^。\n]{{0,14}}?(?:报告|年报)"
    r"(?=[^\n]{0,200}[。,:;])"  # a line without these is a link to a report, of this year or another
)
_MENTIONED = re.compile(
    rf"(?<![〔\[(]){_ONE}年度?(?!修订|修正|颁布|施行|\d{{1,2}}月|\d{{1,2}}日|\d{{2,3}}日|[一二三四五六七八九十]{{1,2}}月|底|\d)"
)
_BESIDE_TITLE = re.compile(r"(?:(?<=^\()\d{4}年度?\)|(?<=年[度份]:)\d{4}年?度?)$", re.MULTILINE)


def titles_of(document: Document, words: Wording, header: Mapping[str, str | None], link: str = "") -> list[str]:
    """The titles a document has, the surest first; a title broken over lines is joined.

    `link` is the title it was listed under. Where neither meta data nor header state one, a title with a year goes
    before one without, which may be a menu's.
    """
    *stated, page = map(_unmarked, _stated(document, header))
    others = [_title_line(words, {fold(page), fold(link)}), page, link]
    found = [*stated, *sorted(others, key=lambda title: _year_in(title) is None)]
    return [title for n, title in enumerate(found) if title not in found[:n] and _is_title(fold(title))]


def _is_title(folded: str) -> bool:
    return bool(_TITLE.search(folded)) and not _TRAIL.search(folded)


def _unmarked(title: str) -> str:
    return _MARKS.sub("", title)


def heading_of(document: Document, header: Mapping[str, str | None]) -> str:
    """Whatever heads a document that has no title: it may still say what the document is. No prose."""
    heading = next((text for text in _stated(document, header) if text), "")
    return heading if len(heading) <= _MAX_TITLE and not _PROSE.search(heading) else ""


def headings_of(words: Wording) -> list[str]:
    """The lines above a document's first prose that head it: with a year, or a place and more than an agency's name.

    Menus name columns and agencies, so what else stands there says what the page is. Empty where there is no prose.
    """
    prose = next((n for n, line in enumerate(words.simple) if len(line) > _MIN_PROSE and "。" in line), 0)
    return [line for line in words.simple[:prose] if _is_heading(line)]


def _is_heading(line: str) -> bool:
    if not _MIN_HEADING <= len(line) <= _MAX_TITLE or _NO_HEADING.search(line):
        return False
    return _year_in(line) is not None or begins_with_place(line)


def _stated(document: Document, header: Mapping[str, str | None]) -> tuple[str, str, str]:
    """The titles in the page's meta data, in its header, and in its `<title>` without the names of site and column."""
    stated = document.meta.get("articletitle", ""), header.get("title") or ""
    page = _SITE.split(document.title[:_MAX_STATED])[0]
    return stated[0][:_MAX_STATED], stated[1][:_MAX_STATED], _OF_COLUMN.sub("", page)


def _title_line(words: Wording, stated: set[str]) -> str:
    """The line that reads as a title: above one with a year, one without; above both, one that `<title>` is too.

    Menus above a report name the pages beside it (政府信息公开指南, other years' reports). What `<title>` says may be
    the name of the column only, as on every page of it.
    """
    known = {title for title in stated if not _COLUMN.fullmatch(title)}
    lines = list(_title_lines(words))
    return max(lines, key=lambda line: (any(fold(line) in title for title in known), bool(_year_in(line))), default="")


def _title_lines(words: Wording) -> Iterator[str]:
    """Each short line that reads as a title, with the line before it where that is its beginning, up to the prose."""
    for n, line in enumerate(words.simple):
        if len(line) > _MAX_TITLE:
            if "。" in line:
                return
        elif line[-1:] in _LAST:
            folded = fold(_unmarked(words.printed[n]))
            if _is_title(folded) and not _NO_TITLE.match(folded) and not KEY.match(folded.lstrip("[【(")):
                yield _begun(words, n, folded) + _unmarked(words.printed[n])


def _begun(words: Wording, n: int, folded: str) -> str:
    """What stands in the lines before a title's last, where it is its beginning; else nothing."""
    begun = ""
    for at in range(n - 1, max(n - _MAX_TITLE_LINES, -1), -1):
        before = fold(_short(words.printed[at]))
        above = fold(_short(words.printed[at - 1])) if at else ""
        if not (_is_rest(folded, before, above) or (begun and _is_place_of(folded, before))):
            break
        begun, folded = _unmarked(words.printed[at]) + begun, before + folded
    return begun


def _is_place_of(folded: str, before: str) -> bool:
    """Whether a title that was broken once begins with the place before it: 示例区 above 水利局2021年 ..."""
    return bool(_PLACE.fullmatch(before) and _OFFICE.match(folded))


def _short(line: str) -> str:
    return _unmarked(line) if len(line) <= _MAX_TITLE else ""


def _is_rest(folded: str, before: str, above: str) -> bool:
    """Whether a title begins in the line before it: with an agency, a year, or what no title ends with.

    A menu ends with names of agencies and years too; there, the line `above` is another such word.
    """
    if _ONLY_YEAR.fullmatch(before):
        return not _ONLY_YEAR.fullmatch(above) and _year_in(folded) is None
    if folded.startswith("政府") and before.endswith("人民"):
        return True
    if (
        not _TITLE_TAIL.match(folded)
        or not _OF_REPORT.search(folded)
        or (before.endswith("公开") and _TOPIC.match(folded))
    ):
        return False
    long = not _MENU_WORD.fullmatch(before) and not before.endswith("人民政府")
    menu = _MENU_WORD.fullmatch(above) and not _COLUMN.fullmatch(above) and not long
    return bool(_CUT.search(arabic_years(before)) or (_TITLE_HEAD.search(before) and not menu))


def years(
    titles: Sequence[str], words: Wording, header: Mapping[str, str | None], listed_on: date | None
) -> list[tuple[str, int]]:
    """Every year a document gives for its report, the surest first, as (where it stands, year).

    The period of the figures decides, then the title, the sentence that announces the report, the category of
    the header, another year in the text, and last the year before that of publication.
    """
    said = _said(arabic_years(words.text))
    found = [("period", year) for year in [said.get(_PERIOD) or said.get(_MONTHS), said.get(_UNTIL)] if year]
    found += [("title", year) for title in titles if (year := _year_in(title))][:1]
    found += [("title", year) for year in [said.get(_BESIDE_TITLE)] if year]
    found += [("sentence", year) for year in [said.get(_ANNOUNCED)] if year]
    found += [("category", year) for year in [_year_in(header.get("category") or "")] if year]
    found += [("text", year) for year in [said.get(_YEAR_END), said.get(_MENTIONED)] if year]
    published = header.get("published_on") or header.get("issued_on") or header.get("composed_on")
    if published or listed_on:
        found.append(("publication", (int(published[:4]) if published else listed_on.year if listed_on else 0) - 1))
    return found


def _said(text: str) -> dict[re.Pattern[str], int]:
    """The first year in a text that stands as each pattern says. One pass, for a page may list thousands of dates."""
    sought = [_PERIOD, _MONTHS, _UNTIL, _BESIDE_TITLE, _ANNOUNCED, _YEAR_END, _MENTIONED]
    found: dict[re.Pattern[str], int] = {}
    for match in _ANY_YEAR.finditer(text):
        for pattern in sought:
            if pattern not in found and pattern.match(text, match.start()):
                found[pattern] = int(match[0])
    return found


def says_year(title: str) -> bool:
    """Whether a title names the year of a report, as that of a column or a page's own menu does not."""
    return _year_in(title) is not None


def _year_in(title: str) -> int | None:
    return _first(_IN_TITLE, arabic_years(simple(narrow(title))))


def _first(pattern: re.Pattern[str], text: str) -> int | None:
    """The year of a pattern's first match."""
    match = pattern.search(text)
    return int(next(value for value in match.groups() if value)) if match else None
