"""Lonsun (龙讯), most of Anhui: `/public/column/ORGAN?type=3&action=list`, documents at `/public/ORGAN/ID.html`.

Type 3 is the list of annual reports, 4 the catalogue, where `catId` says which part. The column's page may hold the
first records; the others, or all, are asked for as its script does, which names the label's address and words:

    GET /site/label/8888?labelName=publicInfoList&siteId=...&organId=...&type=3&pageSize=15&pageIndex=N&file=...

The answer is a piece of HTML with one `div.xxgk_navli` a record, or a `ul.xxgk_nav_list` of them, and a pager whose
`a[paged]` name pages. Words that the page leaves out are taken from the column's address, or are those that all portals
use. An answer with the words that the label was given for that (暂无相关信息) is the end of a list.

A column's page with records that calls no label turns its pages itself, `&pageIndex=N`, as `/content/column/ID` does.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from extractors.platforms.base import absolute, cut_out, links_in, list_text
from extractors.platforms.turns import Turn, entry, in_turn
from schema.records import Fetch, Link, ListPage

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_LABEL = "/site/label/8888"
_USUAL = {
    "IsAjax": "1",
    "dataType": "html",
    "labelName": "publicInfoList",
    "pageSize": "15",
    "action": "list",
    "isDate": "true",
    "dateFormat": "yyyy-MM-dd",
    "length": "80",
    "result": "暂无相关信息",
    "file": "/xxgk/publicInfoList_newest2020",
}
_COLUMN_PAGE = 0  # its number among the pages; the label counts its own from 1
_SCRIPT = {"X-Requested-With": "XMLHttpRequest"}

_ADDRESS = re.compile(r"""["']([^"']*/site/label/\d+[^"']*)["']""")
_BLOCK = re.compile(r"\{[^{}]*publicInfoList[^{}]*\}")
_PAIR = re.compile(r"""["']?(\w+)["']?\s*:\s*(?:'([^']*)'|"([^"]*)"|(\w+))""")
_ORGAN = re.compile(r"/public/column/(\d+)")
_PAGES = re.compile(r"""(?:\bpaged\s*=\s*["']?|\bpageCount["']?\s*[:=]\s*["']?)(\d+)""")


class Lonsun:
    """Lists of the disclosure catalogue by organ."""

    name = "lonsun"

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """See Platform."""
        fetch = yield from entry(portal.address(column), session)
        yield from in_turn(_COLUMN_PAGE, _List(fetch, column.id, session).ask)


@dataclass(slots=True)
class _List:
    """A list while it is read. `last` is the number of its last page, 0 as long as no page says it."""

    page: Fetch  # the column's own
    column: str  # id in the registry
    session: PoliteSession
    address: str = ""
    label: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    last: int = 0
    shown: Collection[Link] = ()  # the records in the column's page

    def ask(self, number: int) -> Turn[int]:
        """Ask for a page of the list."""
        return self._label_page(number) if number != _COLUMN_PAGE else self._column_page()

    def _column_page(self) -> Turn[int]:
        """Learn from the column's page how its script asks, and take the first records if they are there.

        They are the label's first page only where they are as many as it gives: else some would be lost in between.
        """
        text = list_text(self.page)
        if self.page.capture is None or not text:
            return Turn(self.page, None)
        self.address, self.last = self.page.capture.url, _last(text)
        self.label, self.words = _call(text, self.address)
        self.shown = links = links_in(_rows(text), self.address, self.column)
        if links and not _ADDRESS.search(text) and not _BLOCK.search(text):
            self.label = self.address.partition("?")[0]
            self.words = dict(parse_qsl(urlsplit(self.address).query))
            return Turn(self.page, links, following=self._after(1))
        is_first = self.last == 1 or self.words["pageSize"] == str(len(links))
        return Turn(self.page, links, following=self._after(1) if links and is_first else 1)

    def _label_page(self, number: int) -> Turn[int]:
        words = {**self.words, "pageIndex": str(number)}
        fetch = self.session.get(self.label, params=words, referer=self.address, headers=_SCRIPT)
        text = list_text(fetch)
        is_piece = "<body" not in text.lower()  # else menus would stand for records, as on a home page sent instead
        links = links_in(_rows(text) or (text if is_piece else ""), self.address, self.column)
        self.last = _last(text) or self.last
        if links:
            said = f"page {number} of {self.last}" if self.last else ""
            shown = self.shown if number == 1 else ()  # that page gives again what the column's page holds
            fresh = tuple(link for link in links if link not in shown)
            return Turn(replace(fetch, detail=said), fresh, following=self._after(number))
        if (end := words.get("result", _USUAL["result"])) in text:
            return Turn(replace(fetch, detail=end), ())
        return Turn(fetch, None, following=self._after(number))

    def _after(self, number: int) -> int | None:
        return number + 1 if number < self.last or not self.last else None


def _rows(text: str) -> str:
    """The markup of the records; empty for a portal that lays its list out in its own way."""
    soup = BeautifulSoup(text, "lxml")
    rows = soup.select("div.xxgk_navli, ul.xxgk_nav_list, ul.doc_list")
    return cut_out(soup, rows) if rows else ""


def _call(text: str, address: str) -> tuple[str, dict[str, str]]:
    """The address of the label and the words that go with it, by the page's script and the column's address."""
    block, calls = _BLOCK.search(text), [html.unescape(call) for call in _ADDRESS.findall(text)]
    others = (call.partition("?")[0] for call in calls)  # of the same label, but with the words of another list
    call = next((call for call in calls if "publicInfoList" in call), next(others, _LABEL))
    own, organ = dict(parse_qsl(urlsplit(address).query)), _ORGAN.search(address)
    site = BeautifulSoup(text, "lxml").find("meta", attrs={"name": re.compile("^SiteId$", re.IGNORECASE)})
    words = {
        **_USUAL,
        "siteId": str(site.get("content") or "") if isinstance(site, Tag) else "",
        **dict(parse_qsl(call.partition("?")[2])),
        **{key: "".join(values) for key, *values in _PAIR.findall(block[0] if block else "")},
        **({"organId": organ[1]} if organ else {}),
        **{key: own[key] for key in ("type", "catId") if key in own},
    }
    return absolute(address, call.partition("?")[0]) or urljoin(address, _LABEL), words


def _last(text: str) -> int:
    """The number of the last page, by a list's pager or the script that draws it; 0 when neither is there."""
    return max(map(int, _PAGES.findall(text)), default=0)
