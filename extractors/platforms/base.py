"""What a platform module gives, and the one thing that all of them do: read links from a list's markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urldefrag, urljoin

from bs4 import BeautifulSoup, Tag

from extractors.documents.decode import decode
from schema.records import Fetch, Link, ListPage, Outcome

if TYPE_CHECKING:  # the registry imports the platforms to know their names
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_ROWS = ("li", "tr", "dd", "dt", "p")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_NO_DOCUMENT = re.compile(r"(?:#|javascript:|mailto:|data:|$)", re.IGNORECASE)


class Platform(Protocol):
    """How one publishing system lists the documents of a column."""

    name: str

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """Yield a page for every response that came, failed ones with no links, and end by itself."""


def list_text(fetch: Fetch) -> str:
    """The text of a list page; empty unless it was fetched."""
    if fetch.capture is None or fetch.outcome is not Outcome.FETCHED:
        return ""
    return decode(fetch.capture.body, fetch.capture.header("Content-Type"))[0]


def links_in(markup: str, page_url: str, column: str) -> tuple[Link, ...]:
    """The links of a piece of a list, in order, each URL once; what leads to no page is left out.

    The title is the anchor's `title`, since the text may be cut short; the date is what stands beside the
    anchor in its row, since a date inside it belongs to the title.
    """
    soup = BeautifulSoup(markup, "lxml")
    links: dict[str, Link] = {}
    for anchor in soup.select("a[href]"):
        href = "".join(str(anchor["href"]).split())
        title = " ".join((str(anchor.get("title") or "") or anchor.get_text()).split())
        url = _absolute(page_url, href)
        if url and title:
            links.setdefault(url, Link(url, title, column, _listed_on(anchor)))
    return tuple(links.values())


def _absolute(page_url: str, href: str) -> str:
    """The absolute URL of an anchor; empty for what leads to no page, or is no address at all."""
    if _NO_DOCUMENT.match(href):
        return ""
    try:
        return urldefrag(urljoin(page_url, href)).url
    except ValueError:
        return ""


def _listed_on(anchor: Tag) -> date | None:
    """The one date beside an anchor; None when there are several, since nobody says which is meant."""
    row = anchor.find_parent(_ROWS) or anchor.parent
    if row is None:
        return None
    within = {id(text) for text in anchor.find_all(string=True)}
    beside = " ".join(text for text in row.find_all(string=True) if id(text) not in within)
    found = set(_DATE.findall(beside))
    try:
        return date(*map(int, found.pop())) if len(found) == 1 else None
    except ValueError:
        return None
