"""How the sample portals answer for their lists, as the two systems do: embedded groups and built units.

A portal's folder holds `site.json` (name, rows to a page, columns with their records, newest first, and unusual
content types) and `column.html`, the page of every column. Both are read anew for every answer.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from string import Template
from typing import Any

GROUP = 3  # pages to a group of records
PROXY = "/module/web/jpage/dataproxy.jsp"
UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
EMPTY_GROUP = "<datastore>\r\n<recordset>\r\n</recordset>\r\n</datastore>\r\n"  # all of 54 bytes

_UNIT_KEYS = frozenset({"parseType", "webId", "tplSetId", "pageType", "tagId", "editType", "pageId"})
_CUT = 22  # characters of a title that a list shows

Record = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one portal. `columns` has for each number its title and records (href, title, date)."""

    folder: Path
    name: str
    rows: int
    columns: Mapping[str, Mapping[str, Any]]
    content_types: Mapping[str, str]

    def home(self) -> str:
        """A page that links to every column."""
        links = "".join(
            f'<li><a href="/col/col{column}/index.html">{entry["title"]}</a></li>'
            for column, entry in self.columns.items()
        )
        return (
            f'<html><head><meta charset="UTF-8"><title>{self.name}</title></head><body><ul>{links}</ul></body></html>'
        )

    def column(self, column: str) -> str | None:
        """The page of a column; None if there is no such column. Which blanks it fills is the template's affair."""
        if column not in self.columns:
            return None
        template = Template((self.folder / "column.html").read_text(encoding="utf-8"))
        records = self.records(column)
        return template.substitute(
            site=self.name,
            column=column,
            title=self.columns[column]["title"],
            total=len(records),
            rows=self.rows,
            datastore=_store(self._next(column, 0), records[: self._size]),
        )

    def group(self, column: str, page: int) -> str:
        """A further group of a classic column. Only its number counts, and it begins with the last record before."""
        records = self.records(column)
        start = page * self._size
        if page < 1 or start >= len(records):
            return EMPTY_GROUP
        counts = f"<totalrecord>{len(records)}</totalrecord><totalpage>{ceil(len(records) / self.rows)}</totalpage>"
        return _store(self._next(column, page), records[start - 1 : start + self._size], counts)

    def unit(self, query: Mapping[str, str]) -> str:
        """What a unit of a JPAAS page is built to. `paramJson` alone chooses the page; all else gives the first."""
        column = query.get("pageId", "")
        if not query.keys() >= _UNIT_KEYS or column not in self.columns:
            return _json({"success": False, "code": "500", "message": "单元解析失败", "data": None})
        page, rows = _paging(query.get("paramJson", ""), self.rows)
        markup = _built(self.records(column), page, rows) if "列表" in query["tagId"] else '<a href="/">首页</a>'
        return _json({"success": True, "code": "200", "message": "", "data": {"html": markup}})

    def records(self, column: str) -> Sequence[Record]:
        """The records of a column, newest first; none of a column that is not there."""
        found: Sequence[Record] = self.columns.get(column, {}).get("records", ())
        return found

    @property
    def _size(self) -> int:
        return GROUP * self.rows

    def _next(self, column: str, page: int) -> str:
        """The link to the group after this one; empty after the last."""
        if (page + 1) * self._size >= len(self.records(column)):
            return ""
        query = f"page={page + 1}&webid=7&path=/&columnid={column}&unitid=158542&webname=sample&permissiontype=0"
        return f'<![CDATA[<a href="{PROXY}?{query}"></a>]]>'


def load_lists(folder: Path) -> Lists:
    """Read the lists of a portal's folder."""
    return Lists(folder, **json.loads((folder / "site.json").read_text(encoding="utf-8")))


def _paging(param: str, rows: int) -> tuple[int, int]:
    """Page number and size of a paramJson such as {"pageNo":2,"pageSize":15}; junk asks for the first page."""
    found = {key: int(value) for key, value in re.findall(r'"(pageNo|pageSize)"\s*:\s*"?([1-9]\d{0,3})', param)}
    return found.get("pageNo", 1), found.get("pageSize", rows)


def _built(records: Sequence[Record], page: int, rows: int) -> str:
    shown = "".join(
        f'<li class="clearfix"><a href="{one["href"]}" title="{one["title"]}">{_short(one["title"])}</a>'
        f'<span class="bt-right">{one["date"]}</span></li>'
        for one in records[(page - 1) * rows : page * rows]
    )
    return f'<ul>{shown}</ul><div class="pagination" rows="{rows}" count="{len(records)}" pageNo="{page}"></div>'


def _store(following: str, records: Sequence[Record], counts: str = "") -> str:
    shown = "\n".join(f"<record><![CDATA[{_item(record)}]]></record>" for record in records)
    return f"<datastore>{counts}\n<nextgroup>{following}</nextgroup>\n<recordset>\n{shown}\n</recordset></datastore>"


def _item(record: Record) -> str:
    """A record of a classic list; the date stands on a line of its own, as some of these portals have it."""
    title = record["title"]
    anchor = f"<a href='{record['href']}' title='{title}' target='_blank'>{_short(title)}</a>"
    return f"<li>{anchor}<span>\n{record['date']}\n</span></li>"


def _short(title: str) -> str:
    return title if len(title) <= _CUT else f"{title[:_CUT]}…"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
