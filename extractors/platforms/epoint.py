"""Epoint (新点): an interface in JSON, or static lists, each of one agency.

`/dynamic/zwgk/govInfoPub.html?categorynum=003006&deptcode=001001` has no records; its script asks the interface.

`/govxxgk/ORGAN/openSubPage.html?specialurl=/govxxgk/ORGAN/category/035/035001/govlist.html` is a frame around a static
list, which is asked for itself. ORGAN is the agency's public code; its documents bear it in their addresses, too. A
static list without records is one that a script fills, so it goes on at the interface with the words of its address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup

from extractors.platforms.base import absolute, cut_out, links_in, list_text
from extractors.platforms.epoint_interface import interface, words_of
from extractors.platforms.turns import Turn, entry, in_turn
from extractors.regions import credit_code
from schema.records import Fetch, ListPage, Outcome

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_ORGAN = re.compile(r"/govxxgk/([^/]+)/")
_OLD_CODE = re.compile(r"[0-9A-Z]{8}-[0-9X]")  # of an organisation, until unified codes came (GB 11714-1997)
_DOCUMENT = re.compile(r"/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.html?$", re.IGNORECASE)
_ONWARD = re.compile(r"\s*下一?页\s*[>›»]*\s*")


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
    """A page of a static list. What it has beside its own rows are menus, and no document has such an address."""
    fetch = first if address == first.url else session.get(address)
    text = list_text(fetch)
    if fetch.capture is None or not text:
        return Turn(fetch, None)
    soup = BeautifulSoup(text, "lxml")
    rows = soup.select("#govinfolist")
    found = links_in(cut_out(soup, rows) if rows else text, fetch.capture.url, column)
    links = tuple(link for link in found if rows or _DOCUMENT.search(link.url))
    pager = [anchor for anchor in soup.select("a[href]") if _ONWARD.fullmatch(anchor.get_text())]
    onward = links_in(cut_out(soup, pager), fetch.capture.url, column) if links else ()
    said = fetch if links else replace(fetch, detail="no records in the page")
    return Turn(said, links, onward[0].url if onward else None)


def _organ(url: str) -> str:
    """The agency's public code in an address; empty where a portal counts its agencies in its own way."""
    found = _ORGAN.search(url)
    code = found[1] if found else ""
    return credit_code(code) or (code if _OLD_CODE.fullmatch(code) else "")
