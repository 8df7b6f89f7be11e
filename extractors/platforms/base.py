"""What a platform module gives, and the one thing that all of them do: read links from a list's markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
_ONLY_DATE = re.compile(rf"[\s\[(（]*{_DATE.pattern}日?[\s\])）]*")
_NO_DOCUMENT = re.compile(r"(?:#|javascript:|mailto:|data:|$)", re.IGNORECASE)
_BULLETS = " ·•▪■◆●"  # drawn before a title as text
_YEAR, _NUMBER, _TWO = r"((?:19|20)\d\d)", r"(\d{1,2})", r"(\d\d)"
_DATED = (  # addresses that bear the day of publication; one that bears only the month is not dated
    re.compile(rf"/t{_YEAR}{_TWO}{_TWO}_\d+\.\w+$"),  # TRS
    re.compile(rf"/{_YEAR}/{_NUMBER}/{_NUMBER}/"),  # Hanweb's /art/Y/M/D/ and many others
    re.compile(rf"/{_YEAR}-{_TWO}-{_TWO}/"),
    re.compile(rf"/{_YEAR}{_TWO}{_TWO}/[0-9a-f]{{32}}\b"),
    re.compile(rf"/{_YEAR}{_TWO}/{_TWO}/[\w-]{{32,36}}\b"),
)


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
    anchor in its row, since a date inside it belongs to the title unless an element holds nothing else. Where
    none stands there, it is the day that the address bears.
    """
    return tuple(link for _, link in anchored(markup, page_url, column))


def anchored(markup: str, page_url: str, column: str) -> list[tuple[Tag, Link]]:
    """The links as `links_in` gives them, each with its anchor, so that its place in the page can be looked at."""
    soup = BeautifulSoup(markup, "lxml")
    page_url = start_of(soup, page_url)
    found: dict[str, tuple[Tag, Link]] = {}
    for anchor in soup.select("a[href]"):
        href = "".join(str(anchor["href"]).split())
        title = " ".join((str(anchor.get("title") or "") or _words(anchor)).split()).lstrip(_BULLETS)
        url = absolute(page_url, href)
        if url and title and url not in found:
            found[url] = anchor, Link(url, title, column, _listed_on(anchor) or day_in(url))
    return list(found.values())


def cut_out(soup: BeautifulSoup, elements: Iterable[Tag]) -> str:
    """The markup of parts of a page, with what its relative addresses start from (`<base>`)."""
    return "".join(map(str, (*soup.select("base[href]"), *elements)))


def day_in(url: str) -> date | None:
    """The day of publication that the address itself bears; None when it bears none, or only the month."""
    found = next((match for pattern in _DATED if (match := pattern.search(url))), None)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def start_of(soup: BeautifulSoup, page_url: str) -> str:
    """What the relative addresses of a page start from."""
    base = soup.select_one("base[href]")
    return (absolute(page_url, str(base["href"])) if base else "") or page_url


def absolute(page_url: str, href: str) -> str:
    """The absolute URL of an anchor; empty for what leads to no page, or is no address at all."""
    if _NO_DOCUMENT.match(href):
        return ""
    try:
        return urldefrag(urljoin(page_url, href)).url
    except ValueError:
        return ""


def _words(anchor: Tag) -> str:
    return "".join(_own_texts(anchor).values()) or anchor.get_text()


def _own_texts(anchor: Tag) -> dict[int, str]:
    """The texts of an anchor by identity, without a date that the layout sets apart in it."""
    apart = [tag for tag in anchor.find_all(True) if _ONLY_DATE.fullmatch(tag.get_text())]
    dates = {id(text) for tag in apart for text in tag.find_all(string=True)}
    return {id(text): text for text in anchor.find_all(string=True) if id(text) not in dates}


def _listed_on(anchor: Tag) -> date | None:
    """The one date beside an anchor; None when there are several, since nobody says which is meant."""
    own = _own_texts(anchor)
    for row in _rows(anchor):
        beside = " ".join(text for text in row.find_all(string=True) if id(text) not in own)
        if found := set(_DATE.findall(beside)):
            return _day(found)
    return None


def _rows(anchor: Tag) -> Iterator[Tag]:
    """The row of an anchor, and what is around it if that has no other link: title and date may stand in two items."""
    row = anchor.find_parent(_ROWS) or anchor.parent
    if row is None:
        return
    yield row
    if row.parent is not None and all(other["href"] == anchor["href"] for other in row.parent.select("a[href]")):
        yield row.parent


def _day(found: set[tuple[str, ...]]) -> date | None:
    try:
        return date(*map(int, found.pop())) if len(found) == 1 else None
    except ValueError:
        return None
