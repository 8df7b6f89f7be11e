"""From a portal's columns to candidate reports: discovery, and what a title alone can tell.

A title is weak evidence. Only what surely is no annual report is excluded by it; a notice that carries a
report, or a page of statistics, is fetched and judged by its content.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from extractors.http import PoliteSession
from extractors.platforms import PLATFORMS
from extractors.registry import Column, Portal
from schema.records import Link, ListPage

# A disclosure report by its title, in either script, also as 总结 or as its table of statistics alone.
_REPORT = re.compile(r"(?:信息|政务)公[开開].*(?:年[报報]|[报報]告|总结|[统統][计計]|情况)")
_INTERPRETATION = re.compile(
    r"^[【\[(（《]?(?:文字|图文|图片|视频|政策|专家|一图)?(?:解读|图解|读懂)|(?<!附)(?:解读|图解)[】\])）》]?$"
)
_OTHERS = (
    (re.compile(r"网站.*(?:报表|年报)"), "an annual table of the web site"),
    (re.compile(r"法治(?:政府)?建设|依法行政"), "a report on law-based government"),
    (re.compile(r"决算|预算|三公"), "a budget or its accounts"),
    (re.compile(r"指南"), "a guide"),
    (re.compile(r"(?:政府|统计)公报"), "a bulletin"),
)
_NUMBERED = re.compile(r"[〔\[【(（]20\d\d[〕\]】)）]\s*第?\d*\s*号")  # a document number, of the year it was issued
_WITH_WORD = re.compile(r"(?<!\d)(20\d\d)(?=年)")
_BARE = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_SPOKEN = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_SPOKEN_YEAR = re.compile(r"二[〇○零][〇○零一二三四五六七八九]{2}(?=年)")


def excluded(link: Link) -> str:
    """Why the title alone says that this is no such report, in words; empty when it may be one."""
    title = _folded(link.title)
    if _INTERPRETATION.search(title):
        return "an interpretation of a report"
    if _REPORT.search(title):
        return ""
    return next((reason for pattern, reason in _OTHERS if pattern.search(title)), "")


def year_hint(link: Link) -> int | None:
    """The report year that a link promises: the one year in its title, else the year before it was listed.

    None when the title names several years, or there is neither year nor date. A hint saves visits; what
    the report says itself overrules it.
    """
    title = _NUMBERED.sub("", _SPOKEN_YEAR.sub(lambda match: match[0].translate(_SPOKEN), _folded(link.title)))
    years = set(_WITH_WORD.findall(title)) or set(_BARE.findall(title))
    if years:
        return int(years.pop()) if len(years) == 1 else None
    return link.listed_on.year - 1 if link.listed_on else None


def list_column(portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
    """The list pages of a column as its platform gives them."""
    return PLATFORMS[portal.platform].list_column(portal, column, session)


def each_once(links: Iterable[Link]) -> list[Link]:
    """The links in order, without those that lead to the document of an earlier one.

    A document that stands in two columns, or once with http and once with https, is one document.
    """
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(urlsplit(link.url)._replace(scheme="").geturl(), link)
    return list(found.values())


def _folded(title: str) -> str:
    return "".join(unicodedata.normalize("NFKC", title).split())
