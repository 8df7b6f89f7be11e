r"""Hanweb's disclosure module (信息公开目录): a tree of classes, and a search that lists the documents of one.

The column's page shows `/module/xxgk/tree.jsp?standardXxgk=1&area=ORG&divid=div4` in a frame, or calls
`loadDynamic('/module/xxgk/search.jsp?infotypeId=CLASS&area=ORG','div4','','','','JDID')`. The tree names the classes:

    d.add(4,3,0,'<a onclick="funclick(\'A0105\',\'createdatetime:0,orderid:0\')">政府信息公开年度报告</a>');

The class is the one that the column's address asks for (`number`, `infotypeId`), else the one of the column's title,
else the first that is called an annual report. A page comes for a POST to `search.jsp` or `search_custom.jsp`, whose
words stand in the query as well; its rows are `tr.tr_main_value_odd|even` or `.wip_lists`, and 共N页 counts the pages.
Where the search ignores the class, it lists the whole agency: once documents of the address's own column are there
(`art_COL_ID`), others are left out unless they are called an annual report.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from extractors.platforms.base import links_in, list_text
from extractors.platforms.turns import Turn, entry, in_turn
from schema.records import Fetch, Link, ListPage

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_SEARCH, _TREE = "/module/xxgk/search.jsp", "/module/xxgk/tree.jsp"
_SEARCHES = re.compile(r"/module/xxgk/(?:search\w*|subjectinfo|attributeinfo)\.jsp")
_CALLS = re.compile(r"""loadDynamic\s*\([^;]*|["'][^"'\s]*/module/xxgk/\w+\.jsp\?[^"'\s]*["']""")
_PAIR = re.compile(r"\b(vc_xxgkarea|area|divid|standardXxgk|infotypeId|number|jdid|webid)=([\w.-]+)")
_DIV, _LAST_NUMBER = re.compile(r"""["'](div\w+)["']"""), re.compile(r"""["'](\d+)["']\s*\)?\s*$""")
_ALIASES = {"vc_xxgkarea": "area", "number": "infotypeId", "webid": "jdid"}
_NODE = re.compile(r"""funclick\(\s*\\?['"](\w+)\\?['"][^<>]*>\s*([^<]{1,60})""")
_REPORT = re.compile(r"(?:信息|政务)公开.*(?:年报|年度报告|年度工作报告)|^(?:政府)?(?:年度报告|年报)")
_PAGES = re.compile(r"共\s*(\d+)\s*页|\d\s*/\s*(\d+)\s*页|funGoPage\(\s*['\"][^'\"]*['\"]\s*,\s*['\"]?(\d+)")
_COLUMN, _NEXT = re.compile(r"/col(\d+)"), re.compile(r"<a\b[^>]*>\s*下一?页")


class HanwebXxgk:
    """Columns of the disclosure module."""

    name = "hanweb_xxgk"

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """See Platform."""
        fetch = yield from entry(portal.address(column), session)
        text = list_text(fetch)
        if fetch.capture is None or not text:
            yield ListPage(fetch, ())
            return
        address = fetch.capture.url
        words = _words(text, address)
        yield _told(fetch, "" if words else "no disclosure module in the page")
        if words and not words["infotypeId"]:
            tree = session.get(urljoin(address, _TREE), params=_of_tree(words), referer=address)
            words["infotypeId"] = _kind(list_text(tree), column.title)
            yield _told(tree, "" if words["infotypeId"] else "no class of annual reports in the tree")
        if words and words["infotypeId"]:
            named = _SEARCHES.search(text)
            url = urljoin(address, named[0] if named else _SEARCH)
            yield from in_turn(1, _Search(url, words, address, column.id, session).ask)


@dataclass(slots=True)
class _Search:
    """The list of one class while it is read: how to ask for a page of it, and what the pages so far have said."""

    url: str
    words: Mapping[str, str]
    address: str  # of the column's page
    column: str  # id in the registry
    session: PoliteSession
    count: int = 1
    own: str = ""  # the mark of the address's own column in that of a document, once there is one

    def ask(self, number: int) -> Turn[int]:
        """Ask for a page. The list goes on after one that fails, since its pages are numbered."""
        words = {**self.words, "currpage": str(number)}
        script = {"X-Requested-With": "XMLHttpRequest"}
        fetch = self.session.post(self.url, params=words, data=words, referer=self.address, headers=script)
        text = list_text(fetch)
        links = _rows(text, self.address, self.column)
        self.own = self.own or _own(links, self.address)
        self.count = max(self.count, _page_count(text, number))
        kept = tuple(link for link in links if self.own in link.url or _REPORT.search(link.title))
        told = f"page {number} of {self.count}"
        told += f"; {len(links) - len(kept)} documents of other columns left out" if len(kept) < len(links) else ""
        following = number + 1 if number < self.count else None
        return Turn(replace(fetch, detail=fetch.detail or told), kept if links or number == 1 else None, following)


def _told(fetch: Fetch, detail: str) -> ListPage:
    return ListPage(replace(fetch, detail=fetch.detail or detail), ())


def _words(text: str, address: str) -> dict[str, str]:
    """What the search is asked with: from the column's address, then from the page's calls; empty without a module."""
    calls = [html.unescape(call[0]) for call in _CALLS.finditer(text)]
    pairs = _PAIR.findall("\n".join([*calls, urlsplit(address).query]))
    found = {_ALIASES.get(key, key): value for key, value in pairs}
    if not calls and "area" not in found:
        return {}
    for call in calls:
        div, number = _DIV.search(call), _LAST_NUMBER.search(call)
        found |= {"divid": div[1]} if div else {}
        found |= {"jdid": number[1]} if number else {}
    blank = dict.fromkeys(
        ("infotypeId", "area", "vc_title", "vc_number", "vc_filenumber", "vc_all", "texttype", "fbtime"), ""
    )
    usual = {"jdid": "1", "divid": "div4", "standardXxgk": "1", "isAllList": "1"}
    return {**blank, **usual, "sortfield": "createdatetime:0,orderid:0", **found}


def _of_tree(words: Mapping[str, str]) -> dict[str, str]:
    return {key: words[key] for key in ("standardXxgk", "area", "divid")}


def _kind(tree: str, title: str) -> str:
    """The class of the column's title, else the first that is called an annual report; empty without either."""
    nodes = [("".join(html.unescape(label).split()), kind) for kind, label in _NODE.findall(tree)]
    named = [kind for label, kind in nodes if label == "".join(title.split())]
    return next(iter(named or [kind for label, kind in nodes if _REPORT.search(label)]), "")


def _rows(text: str, address: str, column: str) -> tuple[Link, ...]:
    """The documents of an answer; the title may stand in the attribute `mc` where the text is cut short."""
    soup = BeautifulSoup(text, "lxml")
    for anchor in soup.select("a[mc]"):
        anchor["title"] = str(anchor.get("title") or anchor["mc"])
    rows = soup.select("tr.tr_main_value_odd, tr.tr_main_value_even") or soup.select(".wip_lists")
    return links_in("".join(map(str, rows)), address, column)


def _own(links: tuple[Link, ...], address: str) -> str:
    """The mark of the address's own column, if documents are there that bear it."""
    number = _COLUMN.search(address)
    mark = f"/art_{number[1]}_" if number else ""
    return mark if any(mark in link.url for link in links) else ""


def _page_count(text: str, number: int) -> int:
    counted = (int(count) for found in _PAGES.findall(text) for count in found if count)
    return max(counted, default=number + bool(_NEXT.search(text)))  # without a count one more if it leads on
