"""gkmlpt, the disclosure catalogue of Guangdong (政府信息公开目录管理平台): a script's page and a JSON interface.

The page of a column, `/gkmlpt/annualreport#2629` or `/gkmlpt/index`, holds the site's number and its tree:

    window._CONFIG = {SID: '755041', TREE: [{"id":20765,"name":"政府信息公开年报","children":[]}], SERVICE_AREA_ID: ...}

`api/all/2629?page=N&sid=755041` beside it answers 100 records a page with `total` and `articles`. Pages 0 and 1 are
the same, so 1 is the first. `classify.post_count` counts what the interface does not list; only `total` is true.
The category is the number in the column's address; without one, the categories of the tree that bear the column's
title, or else a usual name of such columns, are asked for together with those below them: whether a category's list
holds that of its children is not known. Records of type `url` lead to other sites; they are links as all others, and
the session says where they may not be followed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin, urlsplit

from extractors.platforms.base import absolute, list_text
from extractors.platforms.turns import Turn, entry, in_turn
from schema.calendar import in_china
from schema.records import Attachment, Fetch, Link, ListPage, Outcome

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_SID = re.compile(r"\bSID[\"']?\s*:\s*['\"]?(\w+)")
_TREE = re.compile(r"\bTREE[\"']?\s*:\s*(?=\[)")
_PREFIX = re.compile(r"^(.*?)/gkmlpt(?:/|$)")  # departments have theirs below a directory of their own
_ANNUAL = re.compile(r"(?:(?:政府)?(?:信息)?公开)?(?:工作)?(?:年报|年度报告)")


@dataclass(frozen=True, slots=True)
class _Category:
    """Where the records of a category are asked for. `address` is the page of the column."""

    number: str
    sid: str
    address: str
    column: str  # id in the registry

    def ask(self, session: PoliteSession, page: int) -> Turn[int]:
        """Ask for a page, counted from 1. One that fails has a page after it, one without records has none."""
        prefix = _PREFIX.match(self.address)
        url = urljoin(self.address, f"{prefix[1] if prefix else ''}/gkmlpt/api/all/{self.number}")
        fetch = session.get(url, params={"page": str(page), "sid": self.sid}, referer=self.address)
        answer = _answer(fetch)
        if answer is None:
            return Turn(fetch, None, page + 1)
        records, total = answer["articles"], answer.get("total")
        links = tuple(filter(None, (_link(record, self.address, self.column) for record in records)))
        known = total if isinstance(total, int) else 0
        return Turn(fetch, links, page + 1 if records else None, known, nameless=len(records) - len(links))


class Gkmlpt:
    """Categories of the disclosure catalogue."""

    name = "gkmlpt"

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """See Platform."""
        fetch = yield from entry(portal.address(column), session)
        text = list_text(fetch)
        if fetch.capture is None or not text:
            yield ListPage(fetch, ())
            return
        sid, numbers = _SID.search(text), _categories(text, fetch.url, column.title)
        if not sid or not numbers:
            missing = f"category {column.title} in the page's tree" if sid else "window._CONFIG with a SID in the page"
            yield ListPage(replace(fetch, outcome=Outcome.STUB, detail=f"no {missing}"), ())
            return
        yield ListPage(fetch, ())
        for number in numbers:
            category = _Category(number, sid[1], urldefrag(fetch.capture.url).url, column.id)
            yield from in_turn(1, partial(category.ask, session))


def _categories(text: str, address: str, title: str) -> list[str]:
    """The numbers of the column's categories; empty when neither its address nor the tree has one."""
    fragment = urlsplit(address).fragment
    if fragment.isdecimal():
        return [fragment]
    nodes = list(_nodes(_tree(text)))
    own = [node for node in nodes if node.get("name") == title]
    alike = [node for node in nodes if _ANNUAL.fullmatch(str(node.get("name")))]
    below = _nodes(own or alike)
    return list(dict.fromkeys(str(node["id"]) for node in below if "id" in node))


def _tree(text: str) -> Any:
    found = _TREE.search(text)
    try:
        return json.JSONDecoder().raw_decode(text, found.end())[0] if found else []
    except ValueError:
        return []


def _nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Every node of a tree that the interface has records of: one with a `jump_url` only sends on."""
    for node in tree if isinstance(tree, list) else ():
        if isinstance(node, dict) and not node.get("jump_url"):
            yield node
            yield from _nodes(node.get("children"))


def _answer(fetch: Fetch) -> dict[str, Any] | None:
    """What the interface answered; None when that is no list of records."""
    try:
        answer = json.loads(list_text(fetch))
    except ValueError:
        return None
    is_list = isinstance(answer, dict) and isinstance(answer.get("articles"), list)
    return answer if is_list and all(isinstance(record, dict) for record in answer["articles"]) else None


def _link(record: Mapping[str, Any], address: str, column: str) -> Link | None:
    """The link of a record; None for one without an address or a title."""
    url = absolute(address, str(record.get("url") or record.get("post_url") or ""))
    title = " ".join(str(record.get("title") or "").split())
    if not url or not title:
        return None
    listed_on = _day(record.get("create_time") or record.get("display_publish_time"))
    files = tuple(_files(record.get("attachment"), address))
    return Link(url, title, column, listed_on, str(record.get("publisher") or ""), attachments=files)


def _files(listed: Any, address: str) -> Iterator[Attachment]:
    """The files that a record lists, `{"name": "附件.docx", "url": "/attachment/1/1658/2.docx", ...}`."""
    for file in listed if isinstance(listed, list) else ():
        url = absolute(address, str(file.get("url") or "")) if isinstance(file, dict) else ""
        if url:
            yield Attachment(url, str(file.get("name") or ""))


def _day(seconds: Any) -> date | None:
    """The day in China of a Unix time; 0 stands for none."""
    try:
        return in_china(datetime.fromtimestamp(seconds, UTC)).date() if seconds else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None
