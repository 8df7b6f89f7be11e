"""How a classic Hanweb list asks `dataproxy.jsp` for its groups: by a script in the column's page.

var param_158542={col:1,appid:1,webid:7,path:'/',columnid:31251,unitid:'158542',webname:'...',permissiontype:0};
$('#158542').jpage({totalRecord:92,perPage:15,proxyUrl:'/module/web/jpage/dataproxy.jsp'});
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from extractors.platforms.base import list_text
from extractors.platforms.datastore import next_group, records, total_records
from schema.records import ListPage

if TYPE_CHECKING:
    from extractors.http import PoliteSession

COLUMN_NUMBER = re.compile(r"/col(\d+)")

_PAGES_IN_GROUP, _PER_PAGE = 3, 15
_PROXY = "/module/web/jpage/dataproxy.jsp"
_PARAMS = re.compile(r"param_\w+\s*=\s*\{([^}]*)\}")
_PAIR = re.compile(r"""(\w+)\s*:\s*(?:'([^']*)'|"([^"]*)"|([\w./-]+))""")
_PROXY_URL = re.compile(r"""proxyUrl\s*:\s*["']([^"']+)""")
_PER_PAGE_SET = re.compile(r"perPage\s*:\s*([1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Unit:
    """How the list of a column asks for a group. `total` is None when the page does not say it."""

    url: str
    params: Mapping[str, str]
    per_page: int
    total: int | None
    referer: str
    column: str  # id in the registry

    def ask(self, session: PoliteSession, method: str, number: int, page: int) -> ListPage:
        """Ask for a group; the embedded one is number 0. `page` is the portal's own name for it."""
        size = self.per_page * _PAGES_IN_GROUP
        span = {"startrecord": str(number * size + 1), "endrecord": str((number + 1) * size)}
        query = {**span, "perpage": str(self.per_page), "page": str(page)}
        script = {"X-Requested-With": "XMLHttpRequest"}
        if method == "GET":
            query |= self.params
            fetch = session.get(self.url, params=query, referer=self.referer, headers=script)
        else:
            fetch = session.post(self.url, params=query, data=self.params, referer=self.referer, headers=script)
        return ListPage(fetch, records(list_text(fetch), self.referer, self.column))


def unit_of(text: str, store: str, address: str, column: str) -> Unit:
    """How the list asks: by its parameter block; what that leaves out is in the link to the next group."""
    path, params = next_group(store)
    blocks = [*_PARAMS.finditer(text)]
    own = [block for block in blocks if params.get("unitid") and params["unitid"] in block[0]]
    block = next(iter(own or of_column(blocks, address)), None)
    rest = text[block.end() :] if block else text
    params |= {key: "".join(values) for key, *values in _PAIR.findall(block[1] if block else "")}
    params.pop("page", "")
    proxy, per_page = _PROXY_URL.search(rest), _PER_PAGE_SET.search(rest)
    url = urljoin(address, proxy[1] if proxy else path or _PROXY)
    return Unit(url, params, int(per_page[1]) if per_page else _PER_PAGE, total_records(rest), address, column)


def of_column(found: Sequence[re.Match[str]], address: str) -> Sequence[re.Match[str]]:
    """The blocks that name the column of the address, since a page may hold other lists; else the first."""
    column = COLUMN_NUMBER.search(address)
    own = [match for match in found if column and re.search(rf"(?<!\d){column[1]}(?!\d)", match[0])]
    return own or found[:1]
