"""Lonsun as it stands in Anhui: a column's page and a label that gives the records as a piece of HTML."""

from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Document, documents

ORGAN, SITE, TYPE = "6601841", "10914581", "3"
LABEL = "/site/label/8888"
PER_PAGE = 15
NOTHING = "暂无相关信息"
WORDS = f"labelName=publicInfoList&siteId={SITE}&pageSize={PER_PAGE}&isDate=true&file=/xxgk/publicInfoList_newest2020"
BLOCK = (
    f"labelName: 'publicInfoList', siteId: {SITE}, pageSize: \"{PER_PAGE}\", file: '/shiyjj/publicInfoList_newest2020'"
)


class Lonsun:
    """The annual reports of one organ.

    `embedded` records stand in the column's page itself. `call` says how its script names the label: by an `address`
    with words, by a `block` of words, or not at all. Without a `pager` only the end of the list shows that it is one.
    `folder` is where the catalogue lies on a host that has it beside a portal.
    """

    platform = "lonsun"

    def __init__(
        self, count: int = 100, *, embedded: int = 0, call: str = "address", pager: bool = True, folder: str = ""
    ) -> None:
        self.documents = documents(count)
        self.embedded, self.call, self.pager, self.folder = embedded, call, pager, folder
        self.column = f"{folder}/public/column/{ORGAN}?type={TYPE}&action=list"
        self.addresses = [self.address(document) for document in self.documents]
        pages, is_first_page = max(1, -(-count // PER_PAGE)), embedded == PER_PAGE or embedded >= count > 0
        self.requests = pages + (not pager and count > 0) + (not is_first_page)

    def address(self, document: Document) -> str:
        return f"{self.folder}/public/{ORGAN}/{13_500_000 + document.number}.html"

    def reply(self, asked: Asked) -> Reply:
        if asked.path == f"{self.folder}/public/column/{ORGAN}":
            return Reply(self.column_page())
        if asked.path == f"{self.folder}{LABEL}":
            return Reply(self.label(asked.query))
        found = [document for document in self.documents if self.address(document) == asked.path]
        return Reply(detail(found[0])) if found else Reply("", 404)

    def column_page(self) -> str:
        calls = {
            "address": f'$("#list").load("{self.folder}{LABEL}?{WORDS}&organId=1");',
            "block": f"Ls.list({{{BLOCK}}});",
        }
        first = self.records(1, self.embedded) if self.embedded else ""
        return f"""<html><head><meta name="SiteId" content="{SITE}"><title>政府信息公开年报</title></head><body>
            <ul>{"".join(f'<li><a href="/public/column/{ORGAN}?type={n}">栏目{n}</a></li>' for n in range(1, 6))}</ul>
            <p>{"信息公开 " * 20}</p><div id="list">{first}</div><script>{calls.get(self.call, "")}</script>
            </body></html>"""

    def label(self, query: dict[str, str]) -> str:
        known = {"labelName": "publicInfoList", "siteId": SITE, "organId": ORGAN, "type": TYPE, "action": "list"}
        if not known.items() <= query.items():
            return NOTHING
        return self.records(int(query["pageIndex"]), int(query["pageSize"]))

    def records(self, page: int, size: int) -> str:
        shown = self.documents[(page - 1) * size : page * size]
        return "".join(map(self.record, shown)) + self.pages(page, size) if shown else f"<p>{NOTHING}</p>"

    def record(self, document: Document) -> str:
        index = f"00321700{document.number}/{document.year + 1}12-00012"
        return f"""<div class="xxgk_navli"><ul><li class="xh">{document.number}</li><li class="mc"><a
            href="{self.address(document)}" title="{document.title}">{document.title[:12]}...</a></li>
            <li class="sy">{index}</li><li><span class="date">{document.published_on}</span></li></ul></div>"""

    def pages(self, page: int, size: int) -> str:
        last = -(-len(self.documents) // size)
        onward = "" if page == last else f'<a paged="{page + 1}">下一页</a>'
        links = f'<span class="current">{page}</span>{onward}<a href="javascript:;" paged="{last}">尾页</a>'
        return f'<div id="page_public_info">{links}</div>' if self.pager else ""


def detail(document: Document) -> str:
    rows = [
        (
            "<b>索</b><b>引</b><b>号：</b>",
            f"003217000/{document.year + 1}12-{document.number:05}",
            "信息分类：",
            "年报",
        ),
        ("发布机构：", document.agency, "发布日期：", f"{document.published_on} 09:00"),
        ("<b>名</b> <b>称：</b>", document.title, "<b>文</b> <b>号：</b>", "无"),
    ]
    table = "".join(f"<tr><th>{a}</th><td>{b}</td><th>{c}</th><td>{d}</td></tr>" for a, b, c, d in rows)
    return f"""<html><head><meta charset="utf-8"><title>{document.title}</title></head><body>
        <table class="xxgk_table">{table}</table><h1 class="wztit">{document.title}</h1>
        <div class="wzcon" id="wenzhang"><p>现公布{document.year}年度报告。</p>{document.table}</div></body></html>"""
