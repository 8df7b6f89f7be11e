"""The `<datastore>` in which Hanweb's list scripts get their records, embedded in a page or as an answer.

    <datastore><totalrecord>92</totalrecord>
    <nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=2&columnid=31251"></a>]]></nextgroup>
    <recordset><record><![CDATA[<li><a href='...' title='...'>...</a><b>2019-03-29</b></li>]]></record>...

In the wild the markup inside may be escaped, a CDATA section written as a comment, and a date broken over
lines. Some portals answer with a script array of the rows instead.
"""

import html
import re
from urllib.parse import parse_qsl, urlsplit

from extractors.platforms.base import links_in
from schema.records import Link

_STORE = re.compile(r"<datastore>.*?</datastore>", re.DOTALL | re.IGNORECASE)
_RECORD = re.compile(r"<record>(.*?)</record>", re.DOTALL | re.IGNORECASE)
_NEXT = re.compile(
    r"""<nextgroup>(?:(?!</nextgroup>).)*?href\s*=\s*(?:"([^"]+)"|'([^']+)'|([^"'>\s]+))""", re.DOTALL | re.IGNORECASE
)
_CDATA = re.compile(r"<!(?:--)?\[CDATA\[|\]\](?:--)?>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\"'/])")
_IS_COLUMN = re.compile(
    r"/col/col\d+/(?:index\.html)?(?:\?|$)"
)  # stands beside some records to say where they are from
_TOTAL = re.compile(r"totalrecord\W{1,3}(\d+)", re.IGNORECASE)


def stores_in(text: str) -> list[re.Match[str]]:
    """The datastores of a page, as matches in its text or in its unescaped text."""
    return [*_STORE.finditer(text if "<datastore>" in text.lower() else html.unescape(text))]


def records(markup: str, address: str, column: str) -> tuple[Link, ...]:
    """The links of a group in order, each once. Markup without records is read as the script array."""
    pieces = _RECORD.findall(markup) or [_ESCAPED.sub(r"\1", markup)]
    plain = (_CDATA.sub("", piece if "<a" in piece.lower() else html.unescape(piece)) for piece in pieces)
    links = (link for piece in plain for link in links_in(piece, address, column))
    return tuple({link.url: link for link in links if not _IS_COLUMN.search(link.url)}.values())


def next_group(markup: str) -> tuple[str, dict[str, str]]:
    """The path and the parameters of the group after this one; empty when the portal names none."""
    found = _NEXT.search(markup)
    parts = urlsplit(html.unescape("".join(filter(None, found.groups())))) if found else urlsplit("")
    return parts.path, {key: value.strip("'") for key, value in parse_qsl(parts.query)}


def total_records(text: str) -> int | None:
    """How many records the whole list has, by a page's script or a group's own word; None when nobody says."""
    found = _TOTAL.search(text)
    return int(found[1]) if found else None
