"""UCAP columns: static pages counted from 1, aggregate pages above them, or rows in JSON."""

import json
from typing import Any

from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Document, documents

CHANNEL = "0f" * 16
ROWS = 15


class Ucap:
    """A column. `kind` is `static`, `search` (JSON) or `aggregate` (no rows but the way to three channels).

    `endpoint` is the path of the search, `most` the rows that it gives at most. `newer` details lie in `/cNNNN/cID/`.
    """

    platform = "ucap"

    def __init__(
        self,
        count: int = 64,
        kind: str = "static",
        *,
        name: str = "xxgk_list",
        newer: bool = False,
        endpoint: str = "/common/search/",
        most: int = ROWS,
    ) -> None:
        self.documents = documents(count)
        self.kind, self.name, self.newer, self.search, self.most = kind, name, newer, f"{endpoint}{CHANNEL}", most
        self.column = "/czj/xxgknb/xxgk_lists.shtml" if kind == "aggregate" else f"/czj/xxgknb/{name}.shtml"
        third = -(-count // 3)
        parts = [self.documents[start : start + third] for start in range(0, count, third)]
        self.channels = {f"/czj/xxgknb/{2023 - at}n/": part for at, part in enumerate(parts)}
        if kind != "aggregate":
            self.channels = {"/czj/xxgknb/": self.documents}
        self.addresses = [self.address(document) for document in self.documents]
        size = most if kind == "search" else ROWS
        self.requests = sum(-(-len(part) // size) for part in self.channels.values()) + (kind != "static")

    def address(self, document: Document) -> str:
        if self.newer:
            return f"/czj/c10{document.number % 9}/c{900_000 + document.number}/content.shtml"
        return f"/czj/xxgknb/{document.published_on:%Y%m}/{document.number:032x}.shtml"

    def reply(self, asked: Asked) -> Reply:
        if asked.path == self.search:
            return Reply(json.dumps(self.answer(asked), ensure_ascii=False), content_type="application/json")
        if asked.path == self.column and self.kind != "static":
            return Reply(self.above())
        for folder, held in self.channels.items():
            count = -(-len(held) // ROWS)
            names = {f"{folder}{self.name}{f'_{at}' if at > 1 else ''}.shtml": at for at in range(1, count + 1)}
            if at := names.get(asked.path):
                return Reply(self.page(held, at))
        found = [document for document in self.documents if self.address(document) == asked.path]
        return Reply(detail(found[0])) if found else Reply("", 404)

    def above(self) -> str:
        """The page that has no rows of its own."""
        if self.kind == "search":
            script = f"$.get('{self.search}?_isAgg=true&_isJson=true&_pageSize={ROWS}&_template=index&page='+page)"
            return layout(f'<ul class="pageList"></ul><div id="page_div"></div><script>{script}</script>')
        folders = [folder.rsplit("/", 2)[1] for folder in self.channels]
        return layout("".join(f'<li><a href="{one}/{self.name}.shtml">{one[:4]}年</a></li>' for one in folders))

    def page(self, held: tuple[Document, ...], at: int) -> str:
        rows = "".join(
            f'<li><a href="{self.address(document)}" title="{document.title}">{document.title[:9]}…</a>'
            f'<span class="time">{document.published_on}</span></li>'
            for document in held[(at - 1) * ROWS : at * ROWS]
        )
        count, name = -(-len(held) // ROWS), self.name
        call = f"createPageHTML('page_div',{count}, {at},'{name}','shtml',{len(held)});"
        return layout(f'<ul class="pageList newsList">{rows}</ul><div id="page_div"></div><script>{call}</script>')

    def answer(self, asked: Asked) -> dict[str, Any]:
        start = (int(asked.query["page"]) - 1) * self.most
        rows = [
            {
                "title": document.title.replace("年报", "<em>年报</em>"),
                "url": self.address(document),
                "publishedTimeStr": f"{document.published_on} 09:00:00",
                "domainMetaList": [],
            }
            for document in self.documents[start : start + self.most]
        ]
        return {"code": 200, "data": {"total": len(self.documents), "rows": self.most, "results": rows}}


def layout(inside: str) -> str:
    menu = '<li><a href="/czj/zfxxgkzn/zfxxgk_zn.shtml">政府信息公开指南</a></li>'
    return f"""<html><head><meta charset="utf-8"><title>政府信息公开年报</title></head><body><ul class="nav">{menu}</ul>
        <p>当前位置：首页 &gt; 政府信息公开 &gt; 法定主动公开内容 &gt; 政府信息公开年报</p>{inside}</body></html>"""


def detail(document: Document) -> str:
    rows = [
        ("索 引 号：", f"014250000/{document.year + 1}-{document.number:05}", "信息分类：", "政府信息公开年报"),
        ("发布机构：", document.agency, "发文日期：", f"{document.published_on}"),
    ]
    table = "".join(f"<tr><td>{a}</td><td>{b}</td><td>{c}</td><td>{d}</td></tr>" for a, b, c, d in rows)
    return f"""<html><head><meta charset="utf-8"><title>{document.title}</title>
        <meta name="ArticleTitle" content="{document.title}">
        <meta name="PubDate" content="{document.published_on} 09:00">
        <meta name="ContentSource" content="{document.agency}"></head><body><table class="xxgk_top">{table}</table>
        <h1><UCAPTITLE>{document.title}</UCAPTITLE></h1><PUBLISHTIME>{document.published_on}</PUBLISHTIME>
        <div class="article-content" id="zoomcon"><UCAPCONTENT><p>根据规定，现公布{document.year}年度报告。</p>
        {document.table}</UCAPCONTENT></div></body></html>"""
