"""博达 vsb (Visual SiteBuilder): column `X.htm`, documents `/info/CATEGORY/ID.htm`.

Pages are numbered from the end: of 11 the second is `X/10.htm`, the last `X/1.htm`. The pager says how many records
and pages there are, and leads on; on the last page its link is gone:

    <span class="p_t">共52条</span> ... <span class="p_next p_fun"><a href="zbgg/10.htm">下页</a></span>
    <span class="p_last p_fun"><a href="zbgg/1.htm">尾页</a></span> <span class="p_t">1/11</span>

When documents are added while the list is read, those that were on one page stand on the next, and a further page
may have come in between: then the pager counts more pages, and the highest number not asked for yet is the next.
What the list holds new since then stands on the first page and is found by the next crawl. The rows of a list bear
its unit (`id="line_u5_0"`); a page may have other units for its margins, so that before the pager counts. Without
units the list is what stands together before the pager; margins may come with it, so the pager's total proves nothing.
An older pager is a table:

    <td id="fanye134388">共45条&nbsp;&nbsp;1/3&nbsp;</td> ... <a href="zbgg/2.htm" class="Next">下页</a>
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Tag

from extractors.platforms.base import cut_out, links_in, list_text
from extractors.platforms.candidates import list_of, rows_with
from extractors.platforms.pager import onward
from extractors.platforms.turns import Turn, entry, in_turn
from schema.records import Fetch, Link, ListPage

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_ROW = re.compile(r"^line_?\w+_\d+$")
_DOCUMENT = re.compile(r"/info/\d+/\d+\.html?|[?&]wbnewsid=\d+")
_NUMBERED = re.compile(r"(.*/)(\d+)(\.html?)")
_TOTAL, _PAGES = re.compile(r"共\s*(\d+)\s*条"), re.compile(r"\d+\s*/\s*(\d+)|共\s*(\d+)\s*页")


class Vsb:
    """Columns whose pages are numbered from the end."""

    name = "vsb"

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """See Platform."""
        fetch = yield from entry(portal.address(column), session)
        yield from in_turn(fetch.url, _List(fetch, column.id, session).ask)


@dataclass(slots=True)
class _List:
    """A list while it is read. `name` is what stands before and after the number in the addresses of its pages."""

    first: Fetch
    column: str  # id in the registry
    session: PoliteSession
    name: tuple[str, str] = ("", "")
    highest: int = 0
    asked: set[int] = field(default_factory=set)

    def ask(self, address: str) -> Turn[str]:
        """Ask for a page of the list. After one that fails the list goes on where its pages are numbered."""
        if numbered := _NUMBERED.fullmatch(address):
            self.asked.add(int(numbered[2]))
        fetch = self.first if address == self.first.url else self.session.get(address)
        text = list_text(fetch)
        if fetch.capture is None or not text:
            return Turn(fetch, None, self._highest_left())
        soup = BeautifulSoup(text, "lxml")
        pager = soup.select_one(".p_pages, [id^=fanye]")
        said = " ".join(mark.get_text() for mark in soup.select(".p_t, [id^=fanye]"))
        total = int(found[1]) if (found := _TOTAL.search(said)) else None
        rows, address = _rows(soup, pager), fetch.capture.url
        links = (
            _records(soup, rows, pager, address, self.column) if total != 0 else ()
        )  # rows in the margins are not its
        following = self._after(onward(soup, address), said)
        return Turn(fetch, links if links or pager else None, following, total or 0 if rows else 0)

    def _after(self, leads_to: str, said: str) -> str | None:
        """The page to ask for after one whose pager leads there, if anywhere, and says this."""
        numbered, pages = _NUMBERED.fullmatch(leads_to), _PAGES.search(said)
        if leads_to and not numbered:
            return leads_to
        if numbered:
            self.name = numbered[1], numbered[3]
            self.highest = max(self.highest, int(numbered[2]))
        if pages and self.name[0]:
            self.highest = max(self.highest, int(pages[1] or pages[2]) - 1)
        return self._highest_left()

    def _highest_left(self) -> str | None:
        number = next((number for number in range(self.highest, 0, -1) if number not in self.asked), None)
        return f"{self.name[0]}{number}{self.name[1]}" if number else None


def _rows(soup: BeautifulSoup, pager: Tag | None) -> list[Tag]:
    """The list's rows; none where they bear no unit."""
    rows: list[Tag] = soup.find_all(id=_ROW)
    last = pager.find_previous(id=_ROW) if pager else None
    return [row for row in rows if _unit(row) == _unit(last)] if isinstance(last, Tag) else rows


def _records(soup: BeautifulSoup, rows: list[Tag], pager: Tag | None, address: str, column: str) -> tuple[Link, ...]:
    """The links of the rows; without rows, of lists of documents that stand with the last one before the pager."""
    if rows:
        return links_in(cut_out(soup, rows), address, column)
    last = pager.find_previous("a", href=_DOCUMENT) if pager else None
    block = list_of(last) if isinstance(last, Tag) else None
    around = block.parent if block else None
    return rows_with(_DOCUMENT, cut_out(soup, [around]) if around else str(soup), address, column)


def _unit(row: Tag) -> str:
    return str(row["id"]).rpartition("_")[0]
