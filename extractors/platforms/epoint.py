"""Epoint (新点): an interface in JSON, or static lists, each of one agency.

`/dynamic/zwgk/govInfoPub.html?categorynum=003006&deptcode=001001` has no records; its script asks the interface.

`/govxxgk/ORGAN/openSubPage.html?specialurl=/govxxgk/ORGAN/category/035/035001/govlist.html` is a frame around a static
list, which is asked for itself. ORGAN is the agency's public code; its documents bear it in their addresses, too. A
static list without records is one that a script fills, so it goes on at the interface with the words of its address.
Where the pager says 1/3 but its pages are turned by script (`ShowAjaxNewPage`), they lie beside the first as `2.html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

from bs4 import BeautifulSoup

from extractors.platforms.base import absolute, cut_out, links_in, list_text
from extractors.platforms.candidates import rows_with
from extractors.platforms.epoint_interface import interface, words_of
from extractors.platforms.pager import onward
from extractors.platforms.turns import Turn, entry, in_turn
from extractors.regions import credit_code
from schema.records import Fetch, ListPage, Outcome

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_ORGAN = re.compile(r"/govxxgk/([^/]+)/")
_OLD_CODE = re.compile(r"[0-9A-Z]{8}-[0-9X]")  # of an organisation, until unified codes came (GB 11714-1997)
_DOCUMENT = re.compile(r"/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.html?$", re.IGNORECASE)
_LIST = re.compile(r"/(?:\w*subPage|gov\w*list|govInfoPub\w*)\.html", re.IGNORECASE)
_POSITION = re.compile(r"(?<![\d/])(\d+)\s*/\s*(\d+)(?![\d/])")


class Epoint:
    """Lists of the disclosure catalogue, static ones or those that the interface gives."""

    name = "epoint"

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """See Platform."""
        for page in _pages(portal.address(column), column.id, session):
            yield ListPage(page.fetch, tuple(replace(link, organ=_organ(link.url)) for link in page.links))


def _pages(column_address: str, column: str, session: PoliteSession) -> Iterator[ListPage]:
    """What the interface lists for a column of its own; else the static list, or what a script would fill it with."""
    address = _list_address(column_address)
    words = words_of(address)
    if not words or "/dynamic/" not in address:
        fetch, settled = (yield from entry(address, session)), False
        for page in in_turn(fetch.url, partial(_static, fetch, session, column)):
            settled = settled or bool(page.links) or page.fetch.outcome not in (Outcome.FETCHED, Outcome.STUB)
            yield page
        if settled:
            return
    if words:
        yield from interface(words, address, column, session)


def _list_address(address: str) -> str:
    """The address of the list itself where that of its frame is given."""
    framed = dict(parse_qsl(urlsplit(address).query)).get("specialurl", "")
    return absolute(address, framed) or address


def _static(first: Fetch, session: PoliteSession, column: str, address: str) -> Turn[str]:
    """A page of a static list. Where its rows have no mark of their own, they are the lists that hold a document."""
    fetch = first if address == first.url else session.get(address)
    text = list_text(fetch)
    if fetch.capture is None or not text:
        return Turn(fetch, None)
    soup, came_from = BeautifulSoup(text, "lxml"), fetch.capture.url
    rows = soup.select("#govinfolist")
    beside = [link for link in rows_with(_DOCUMENT, text, came_from, column) if not _LIST.search(link.url)]
    links = links_in(cut_out(soup, rows), came_from, column) if rows else tuple(beside)
    if not links:
        return Turn(replace(fetch, detail="no records in the page"), ())
    return Turn(fetch, links, onward(soup, came_from) or _beside(soup, came_from))


def _beside(soup: BeautifulSoup, address: str) -> str | None:
    """The page after this one by the pager's count, where no anchor leads there; None for the last one."""
    pager = " ".join(part.get_text(" ") for part in soup.select("[class*=page], [id*=page]"))
    position = _POSITION.search(pager)
    if position is None or int(position[1]) >= int(position[2]):
        return None
    return urljoin(address, f"{int(position[1]) + 1}.html")


def _organ(url: str) -> str:
    """The agency's public code in an address; empty where a portal counts its agencies in its own way."""
    found = _ORGAN.search(url)
    code = found[1] if found else ""
    return credit_code(code) or (code if _OLD_CODE.fullmatch(code) else "")
