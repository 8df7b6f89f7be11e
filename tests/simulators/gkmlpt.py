"""gkmlpt as it stands in Guangdong: a script's page with the site's number and tree, and records in JSON."""

import json
from datetime import datetime, time
from typing import Any

from schema.calendar import CHINA
from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Document, documents

SID, CATEGORY = "755041", 2629
PER_PAGE = 100
ELSEWHERE = "https://mp.weixin.qq.com/s/{}"


class Gkmlpt:
    """A catalogue. A department's lies in a `folder` of its own; `numbered` is a column whose address has the number.

    The last `external` records are of type url. `overcount` is what the total has too many.
    """

    platform = "gkmlpt"

    def __init__(
        self, count: int = 250, folder: str = "", *, numbered: bool = True, external: int = 0, overcount: int = 0
    ) -> None:
        self.documents = documents(count)
        self.external = {document.number for document in self.documents[count - external :]}
        self.attached: set[int] = set()  # documents with a file
        self.total = count + overcount
        self.root = f"{folder}/gkmlpt"
        self.column = f"{self.root}/annualreport#{CATEGORY}" if numbered else f"{self.root}/index"
        self.addresses = [self.address(document) for document in self.documents]
        self.requests = 1 + max(1, -(-count // PER_PAGE)) + bool(overcount)

    def address(self, document: Document) -> str:
        if document.number in self.external:
            return ELSEWHERE.format(document.number)
        post = 3_900_000 + document.number
        return f"{self.root}/content/{post // 1_000_000}/{post // 1000}/post_{post}.html"

    def reply(self, asked: Asked) -> Reply:
        if asked.path in (f"{self.root}/annualreport", f"{self.root}/index"):
            return Reply(self.index())
        if asked.path.startswith(f"{self.root}/api/all/"):
            return Reply(json.dumps(self.answer(asked), ensure_ascii=False), content_type="application/json")
        found = [document for document in self.documents if self.address(document) == asked.path]
        return Reply(detail(found[0])) if found else Reply("", 404)

    def index(self) -> str:
        tree = [
            {"id": 20001, "name": "政策", "parent_id": 0, "jump_url": "", "children": [leaf(20002, "年度报告解读")]},
            leaf(20003, "政府信息公开年报") | {"jump_url": "http://www.example.test/nb/"},
            {"id": 20004, "name": "其他", "parent_id": 0, "children": [leaf(CATEGORY, "政府信息公开年报")]},
        ]
        config = f"SID: '{SID}', TREE: {json.dumps(tree, ensure_ascii=False)}, SERVICE_AREA_ID: '{SID}'"
        return f"<html><body><div id=app></div><script>window._CONFIG = {{{config}}};</script></body></html>"

    def answer(self, asked: Asked) -> dict[str, Any]:
        known = asked.path.endswith(f"/{CATEGORY}") and asked.query.get("sid") == SID
        own = self.documents if known else ()
        start = (max(1, int(asked.query.get("page", 0))) - 1) * PER_PAGE
        classify = {"id": CATEGORY, "name": "政府信息公开年报", "post_count": 9 * self.total, "jump_url": ""}
        articles = [self.record(document) for document in own[start : start + PER_PAGE]]
        return {"classify": classify, "total": self.total if known else 0, "offset": start, "articles": articles}

    def file(self, document: Document) -> dict[str, Any]:
        url = f"/attachment/0/{document.number}/{document.number}.docx"
        return {"id": document.number, "name": f"{document.title}.docx", "type": "file", "size": 20480, "url": url}

    def record(self, document: Document) -> dict[str, Any]:
        return {
            "id": 3_900_000 + document.number,
            "type": "url" if document.number in self.external else "normal",
            "title": document.title,
            "document_number": "",
            "publisher": document.agency,
            "date": seconds(document, 0) - 86400,
            "create_time": seconds(document, 0),
            "display_publish_time": seconds(document, 9),
            "identifier": f"11440000MB2D00001X/{document.year + 1}-{document.number:05}",
            "url": self.address(document),
            "post_url": "",
            "attachment": [self.file(document)] if document.number in self.attached else [],
            "is_expired": 0,
        }


def leaf(number: int, name: str) -> dict[str, Any]:
    return {"id": number, "name": name, "parent_id": 0, "jump_url": "", "children": []}


def seconds(document: Document, hour: int) -> int:
    return int(datetime.combine(document.published_on, time(hour), CHINA).timestamp())


def detail(document: Document) -> str:
    rows = [
        ("索引号", f"11440000MB2D00001X/{document.year + 1}-{document.number:05}", "分类", "政府信息公开年报"),
        ("发布机构", document.agency, "成文日期", f"{document.published_on}"),
        ("名称", document.title, "文号", ""),
        ("发布日期", f"{document.published_on}", "主题词", ""),
    ]
    table = "".join(f"<tr><td>{a}:</td><td>{b}</td><td>{c}:</td><td>{d}</td></tr>" for a, b, c, d in rows)
    return f"""<html><head><meta charset="utf-8"><title>{document.title}</title></head><body>
        <div class="classify"><table>{table}</table></div><h1 class="title document-number">{document.title}</h1>
        <div class="article-content"><p>现公布{document.year}年度报告。</p>{document.table}</div>
        </body></html>"""
