"""The interface of Epoint (新点) that gives the records of a list in JSON.

    POST /EWB-FRONT/rest/lightfrontaction/getgovinfolist
    {"deptcode": "001001", "categorynum": "003006", "pageIndex": 0, "pageSize": 20, "siteGuid": "..."}

is answered `{"custom": {"total": 12, "data": [{"infourl", "realtitle", "title", "infodate"}]}}`, a title in full and
one that is cut. Pages are counted from 0. Some portals (Yingkou) want the words inside `{"params": {...}}`: so they are
asked where the plain words get no list. The site's number, and the name that stands for `EWB-FRONT`, are in a script
of the site: `var siteInfo = {"siteGuid":"...","projectName":"/..."}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from extractors.header_keys import iso_date
from extractors.platforms.base import absolute, day_in, list_text
from extractors.platforms.turns import Turn, in_turn
from schema.records import Fetch, Link, ListPage, Outcome

if TYPE_CHECKING:
    from extractors.http import PoliteSession

_PAGE_SIZE = 20
_SCRIPTS = ("/js/webBuilderCommon.js", "/js/ajaxReq.js")
_PROJECT = "/EWB-FRONT"
_SITE = re.compile(r"""\b(siteGuid|projectName)["']?\s*[:=]\s*["']([^"']+)""")
_CATEGORY = re.compile(r"/govxxgk/([^/]+)/category/(?:\d+/)*(\d+)/")


def words_of(address: str) -> dict[str, str]:
    """The words by which the interface knows a list; empty when its address has none."""
    query, path = dict(parse_qsl(urlsplit(address).query)), _CATEGORY.search(address)
    if "categorynum" in query:
        return {"deptcode": query.get("deptcode", ""), "categorynum": query["categorynum"]}
    return {"deptcode": path[1], "categorynum": path[2]} if path else {}


def interface(words: Mapping[str, str], address: str, column: str, session: PoliteSession) -> Iterator[ListPage]:
    """The site's script, then the pages of the list in the first of both shapes that gets an answer.

    `words` are those of `words_of`, `address` is that of the column's page.
    """
    site: dict[str, str] = {}
    for script in _SCRIPTS:
        fetch = session.get(urljoin(address, script), referer=address)
        site = dict(_SITE.findall(list_text(fetch)))
        if fetch.outcome is Outcome.FETCHED and "siteGuid" not in site:
            fetch = replace(fetch, outcome=Outcome.STUB, detail="no siteGuid in the script")
        yield ListPage(fetch, ())
        if "siteGuid" in site:
            break
    else:
        return
    url = absolute(address, f"{site.get('projectName', _PROJECT)}/rest/lightfrontaction/getgovinfolist")
    query = _Query(url, {**words, "siteGuid": site["siteGuid"]}, address, column)
    for wrapped in (False, True):
        answered = False
        for page in in_turn(0, partial(query.ask, session, wrapped)):
            answered = answered or page.fetch.outcome is Outcome.FETCHED
            yield page
        if answered:
            return


@dataclass(frozen=True, slots=True)
class _Query:
    """A list of the interface. `address` is that of the column's page."""

    url: str
    words: Mapping[str, str]
    address: str
    column: str  # id in the registry

    def ask(self, session: PoliteSession, wrapped: bool, page: int) -> Turn[int]:
        """Ask for a page. When the first fails, another shape may help; when a later one does, the list goes on.

        All pages have one address. The fragment is not sent; it keeps them apart in what is remembered of them.
        """
        body = {**self.words, "pageIndex": page, "pageSize": _PAGE_SIZE}
        shape = "params" if wrapped else "plain"
        url = f"{self.url}#{shape}/{self.words['deptcode']}/{self.words['categorynum']}/{page}"
        fetch = session.post(url, json={"params": body} if wrapped else body, referer=self.address)
        answer = _answer(fetch)
        if answer is None:
            return Turn(fetch, None, page + 1 if page else None)
        records, total = answer
        links = tuple(filter(None, (_link(record, self.address, self.column) for record in records)))
        return Turn(fetch, links, page + 1 if records else None, total, nameless=len(records) - len(links))


def _answer(fetch: Fetch) -> tuple[list[dict[str, Any]], int] | None:
    """The records of an answer and how many there are in all; None for what is no list."""
    try:
        custom = json.loads(list_text(fetch))["custom"]
        custom = json.loads(custom) if isinstance(custom, str) else custom
        records, total = custom["data"], int(custom.get("total") or 0)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    is_list = isinstance(records, list) and all(isinstance(record, dict) for record in records)
    return (records, total) if is_list else None


def _link(record: Mapping[str, Any], address: str, column: str) -> Link | None:
    """The link of a record; None for one without an address or a title."""
    path = next((record[key] for key in ("infourl", "visiturl", "linkurl") if record.get(key)), "")
    url = absolute(address, str(path))
    title = " ".join(str(record.get("realtitle") or record.get("title") or "").split())
    if not url or not title:
        return None
    day = iso_date(str(record.get("infodate") or record.get("handsdate") or ""))
    return Link(url, title, column, date.fromisoformat(day) if day else day_in(url))
