"""Classic Hanweb columns: the first group of records in the page, the others behind `dataproxy.jsp`."""

from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Document, documents

NUMBER, UNIT = 1229208550, 158542
PROXY = "/module/web/jpage/dataproxy.jsp"
PER_PAGE, GROUP = 15, 45


class Hanweb:
    """A column. `honours` is what the proxy goes by: the `record` range or the `page`; a range brings one too many."""

    platform = "hanweb"

    def __init__(self, count: int = 120, honours: str = "record") -> None:
        self.documents, self.honours = documents(count), honours
        self.column = f"/col/col{NUMBER}/index.html"
        self.addresses = [self.address(document) for document in self.documents]
        self.requests = max(1, -(-count // GROUP))

    def address(self, document: Document) -> str:
        day = document.published_on
        return f"/art/{day.year}/{day.month}/{day.day}/art_{NUMBER}_{7_000_000 + document.number}.html"

    def reply(self, asked: Asked) -> Reply:
        if asked.path == self.column:
            return Reply(self.page())
        if asked.path == PROXY:
            return Reply(self.group(asked), content_type="text/xml;charset=UTF-8")
        found = [document for document in self.documents if self.address(document) == asked.path]
        return Reply(detail(found[0])) if found else Reply("", 404)

    def page(self) -> str:
        return f"""<html><head><title>政府信息公开年报</title></head><body><div>{"导航 " * 30}</div>
            <script type="text/xml">{self.store(0, GROUP)}</script><script>var param_{UNIT}={{col:1,appid:1,webid:7,
            path:'/',columnid:{NUMBER},sourceContentType:1,unitid:'{UNIT}',webname:'示例',permissiontype:0}};
            $('#{UNIT}').jpage({{totalRecord:{len(self.documents)},perPage:{PER_PAGE},proxyUrl:'{PROXY}'}});</script>
            </body></html>"""

    def group(self, asked: Asked) -> str:
        if self.honours == "page":
            start = int(asked.query["page"]) * GROUP
            return self.store(start, start + GROUP)
        start, end = int(asked.query["startrecord"]), int(asked.query["endrecord"])
        return self.store(max(0, start - 2), end)

    def store(self, start: int, end: int) -> str:
        total = len(self.documents)
        href = f"{PROXY}?page={end // GROUP}&webid=7&path=/&columnid={NUMBER}&unitid={UNIT}&permissiontype=0"
        following = f'<nextgroup><![CDATA[<a href="{href}"></a>]]></nextgroup>' if end < total else ""
        records = "".join(map(self.record, self.documents[start:end]))
        return f"<datastore><totalrecord>{total}</totalrecord>{following}<recordset>{records}</recordset></datastore>"

    def record(self, document: Document) -> str:
        anchor = (
            f"<a href='{self.address(document)}' title='{document.title}' target='_blank'>{document.title[:9]}…</a>"
        )
        return f"<record><![CDATA[<li>{anchor}<span>\n{document.published_on}\n</span></li>]]></record>"


def detail(document: Document) -> str:
    rows = [
        ("索引号", f"002618103/{document.year + 1}-{document.number:05}", "文号", ""),
        ("组配分类", f"{document.year}年度", "发布机构", document.agency),
        ("成文日期", f"{document.published_on}", "公开方式", "主动公开"),
    ]
    table = "".join(f"<tr><td>{a}</td><td>{b}</td><td>{c}</td><td>{d}</td></tr>" for a, b, c, d in rows)
    return f"""<html><head><meta charset="utf-8"><title>{document.title}</title>
        <meta name="ArticleTitle" content="{document.title}">
        <meta name="PubDate" content="{document.published_on} 08:59">
        <meta name="ContentSource" content="{document.agency}"></head><body><table class="xxgk_article">{table}</table>
        <div class="xl_title">{document.title}</div><div class="zoom"><p>根据规定，现公布{document.year}年度报告。</p>
        {document.table}</div></body></html>"""
