"""Epoint: lists from an interface in JSON, as in Xuzhou and Yingkou, or static ones of an agency, as in Xuchang."""

import json
import uuid
from typing import Any
from urllib.parse import quote

from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Document, documents

GUID = "bc6e816e-4cfa-4317-9c8c-1e74c712d3fe"
ORGAN = "11411002005750994L"
CATEGORY = "035001"
INTERFACE = "rest/lightfrontaction/getgovinfolist"
PER_STATIC_PAGE = 15


class Epoint:
    """A column of `count` documents of the agency `organ`.

    `kind` is where its list comes from: the `interface`, `static` pages in a frame, or static pages that a script
    fills (`scripted`). The interface lies under `project`; it may want its words `wrapped`. `script` is the file that
    has the site's number.
    """

    platform = "epoint"

    def __init__(
        self,
        count: int = 45,
        kind: str = "interface",
        *,
        organ: str = ORGAN,
        project: str = "/EWB-FRONT",
        wrapped: bool = False,
        script: str = "/js/webBuilderCommon.js",
    ) -> None:
        self.documents = documents(count)
        self.kind, self.organ, self.project, self.wrapped, self.script = kind, organ, project, wrapped, script
        folder = f"/govxxgk/{organ}"
        self.list = f"{folder}/category/035/{CATEGORY}/govlist.html"
        self.column = f"{folder}/openSubPage.html?specialurl={self.list}&righttitle={quote('信息公开年度报告')}"
        if kind == "interface":
            self.column = f"/dynamic/zwgk/govInfoPub.html?categorynum={CATEGORY}&deptcode={organ}"
        self.addresses = [self.address(document) for document in self.documents]
        asked = max(1, -(-count // 20)) + 1 + wrapped + (script != "/js/webBuilderCommon.js")
        static = {"interface": 0, "static": max(1, -(-count // PER_STATIC_PAGE)), "scripted": 1}[kind]
        self.requests = static + (asked if kind != "static" else 0)

    def address(self, document: Document) -> str:
        name = uuid.UUID(int=document.number << 64)
        return f"/govxxgk/{self.organ}/{document.published_on}/{name}.html"

    def reply(self, asked: Asked) -> Reply:
        if asked.path == self.script:
            site = {"siteGuid": GUID, "projectName": self.project, "webVersion": "5.0"}
            return Reply(
                f"var siteInfo = {json.dumps(site)}\nif (!window.webbuilder) {{}}", content_type="text/javascript"
            )
        if asked.path == f"{self.project}/{INTERFACE}":
            return Reply(json.dumps(self.answer(json.loads(asked.body))), content_type="application/json")
        if asked.path.startswith(self.list.removesuffix("govlist.html")):
            return self.static(asked.path.rpartition("/")[2])
        found = [document for document in self.documents if self.address(document) == asked.path]
        return Reply(detail(found[0], self.organ)) if found else Reply("", 404)

    def answer(self, sent: dict[str, Any]) -> dict[str, Any]:
        words = sent.get("params", {}) if self.wrapped else sent
        if (words.get("siteGuid"), words.get("categorynum"), words.get("deptcode")) != (GUID, CATEGORY, self.organ):
            return {"status": {"code": 0, "text": "参数错误"}}
        start = int(words["pageIndex"]) * int(words["pageSize"])
        shown = self.documents[start : start + int(words["pageSize"])]
        return {"custom": {"total": len(self.documents), "data": [self.record(document) for document in shown]}}

    def record(self, document: Document) -> dict[str, str]:
        title, day = document.title, f"{document.published_on}"
        return {"infourl": self.address(document), "realtitle": title, "title": f"{title[:9]}…", "infodate": day}

    def static(self, name: str) -> Reply:
        page = 1 if name == "govlist.html" else int(name.removesuffix(".html"))
        last = max(1, -(-len(self.documents) // PER_STATIC_PAGE))
        if page > last or (self.kind == "scripted" and page > 1):
            return Reply("", 404)
        shown = self.documents[(page - 1) * PER_STATIC_PAGE : page * PER_STATIC_PAGE] if self.kind == "static" else ()
        rows = "".join(self.row(document) for document in shown)
        pager = f'<a href="{page + 1}.html">下页 &gt;</a>' if page < last and shown else "<a>下页 &gt;</a>"
        return Reply(f"""<html><head><title>信息公开年度报告</title></head><body>
            <a href="/001/subPage.html">政务公开</a><p>{"政务公开 " * 20}</p>
            <ul id="govinfolist">{rows}</ul><div class="pager">{pager}</div></body></html>""")

    def row(self, document: Document) -> str:
        link = f'<a href="{self.address(document)}" title="{document.title}">{document.title[:9]}…</a>'
        return f'<li>{link}<span class="date">{document.published_on}</span></li>'


def detail(document: Document, organ: str) -> str:
    rows = [
        ("索引号", f"{organ}/{document.year + 1}-{document.number:05}", "信息分类", "信息公开年度报告"),
        ("发布机构", document.agency, "生成日期", f"{document.published_on}"),
        ("信息名称", document.title, "文号", ""),
    ]
    table = "".join(f"<tr><th>{a}：</th><td>{b}</td><th>{c}：</th><td>{d}</td></tr>" for a, b, c, d in rows)
    return f"""<html><head><meta charset="utf-8"><title>{document.title}</title></head><body>
        <table class="ewb-gov-tb">{table}</table><h3 class="article-title">{document.title}</h3>
        <div class="ewb-article-info"><p>现公布{document.year}年度报告。</p>{document.table}</div></body></html>"""
