"""Hanweb JPAAS columns: a page of scripts, and the units that they build page by page."""

import json

from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Document, documents

NUMBER = 1229709391
UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
ROWS = 15


class HanwebJpaas:
    """A column. Only `paramJson` turns the page: whatever else is asked with brings the first one again."""

    platform = "hanweb_jpaas"

    def __init__(self, count: int = 64) -> None:
        self.documents = documents(count)
        self.column = f"/col/col{NUMBER}/index.html"
        self.addresses = [self.address(document) for document in self.documents]
        self.requests = 1 + max(1, -(-count // ROWS))

    def address(self, document: Document) -> str:
        return f"/col/col{NUMBER}/art/{document.published_on.year}/art_{document.number:032x}.html"

    def reply(self, asked: Asked) -> Reply:
        if asked.path == self.column:
            return Reply(page())
        if asked.path == UNIT:
            return Reply(self.unit(asked), content_type="application/json;charset=UTF-8")
        found = [document for document in self.documents if self.address(document) == asked.path]
        return Reply(detail(found[0])) if found else Reply("", 404)

    def unit(self, asked: Asked) -> str:
        at = json.loads(asked.query.get("paramJson", "{}")).get("pageNo", 1)
        rows = "".join(
            f'<li class="clearfix"><a href="{self.address(document)}" title="{document.title}">'
            f'{document.title[:9]}…</a><span class="bt-right">{document.published_on}</span></li>'
            for document in self.documents[(at - 1) * ROWS : at * ROWS]
        )
        pager = f'<div class="pagination" rows="{ROWS}" count="{len(self.documents)}" pageNo="{at}"></div>'
        return json.dumps({"success": True, "code": "200", "data": {"html": f"<ul>{rows}</ul>{pager}"}})


def page() -> str:
    words = {"parseType": "bulidstatic", "webId": "3185", "tplSetId": "0f" * 8, "pageType": "column"}
    data = str({**words, "tagId": "信息列表", "editType": "null", "pageId": str(NUMBER)}).replace(" ", "")
    script = f'<script parsetype="bulidstatic" src="/script/unitbuild.js" url="{UNIT}" queryData="{data}"></script>'
    return f"<html><body><div>{'导航 ' * 30}</div>{script}</body></html>"


def detail(document: Document) -> str:
    rows = [
        ("索引号：", f"113308000026181032/{document.year + 1}-{document.number:05}"),
        ("发布机构：", document.agency),
        ("发布日期：", f"{document.published_on}"),
    ]
    head = "".join(f"<li><strong>{key}</strong><span>{value}</span></li>" for key, value in rows)
    return f"""<html><head><meta charset="utf-8"><title>{document.title}</title>
        <meta name="ArticleTitle" content="{document.title}">
        <meta name="PubDate" content="{document.published_on} 10:00">
        <meta name="ContentSource" content="{document.agency}"></head><body><ul class="wzbjxx">{head}</ul>
        <h1>{document.title}</h1><div class="wzzw-article" id="zoom"><p>根据规定，现公布{document.year}年度报告。</p>
        {document.table}</div></body></html>"""
