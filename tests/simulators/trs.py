"""TRS columns: a folder of static pages counted from 0, in the spellings of its pagers."""

from collections.abc import Callable, Sequence

from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Document, documents

COLUMN = "/zwgk/zfxxgknb/"
ROWS = 20

# What a page says of the pages: (how many, which one from 0, stem) -> markup
PAGERS: dict[str, Callable[[int, int, str], str]] = {
    "call": lambda count, at, stem: f'<!--<script>createPageHTML({count}, {at}, "{stem}", "html");</script>-->',
    "createPage": lambda count, at, stem: f"<script>createPage({count}, {at}, '{stem}', 'html')</script>",
    "sohu": lambda count, at, stem: f"<script>createPageHTML({count},{at},0,20,{count * 20},'{stem}','html');</script>",
    "var": lambda count, at, stem: (
        f"""<script language="javascript">var currentPage={at};
        var nextPage=currentPage+1 \n var countPage={count}//共多少页
        document.write("<a href=\\"{stem}"+"_"+nextPage+"."+"html\\">下一页</a>");</script>"""
    ),
    "mixed": lambda count, at, stem: (
        f"""<script>function createPageHTML(_nCount, _nCurr, _sName, _sExt){{if(_nCount>1)
        return;}} var countPage = {count}; createPageHTML(countPage, {at}, "{stem}", "html");</script>"""
    ),
    "links": lambda count, at, stem: "".join(
        f'<a href="{stem}{f"_{page}" if page else ""}.html">{page + 1}</a>'
        for page in range(count)
        if page in (0, at - 1, at + 1, count - 1)
    ),
    "none": lambda count, at, stem: "<div class=page></div>",
}

# What stands past the end: the column's first page -> reply
PAST_END: dict[str, Callable[[str], Reply]] = {
    "404": lambda _: Reply("<html><body><h1>404 Not Found</h1></body></html>", 404),
    "stub": lambda _: Reply(f"<html><head><script>var a=1;{' ' * 280}</script></head><body></body></html>"),
    "refresh": lambda _: Reply('<html><head><meta http-equiv="refresh" content="0;url=./"></head><body></body></html>'),
    "first": Reply,
    "empty": lambda _: Reply(list_page("", "")),
}


class Trs:
    """A column. `template` is that of the disclosure pages: `index_3081.html`, documents in their agencies' folders.

    `dated` rows have a date beside the title; the address bears it always.
    """

    platform = "trs"

    def __init__(
        self, count: int = 64, pager: str = "call", past_end: str = "404", *, template: bool = False, dated: bool = True
    ) -> None:
        self.documents = documents(count)
        self.pager, self.past_end, self.template, self.dated = pager, past_end, template, dated
        self.folder = "/zfxxgkml/503/510/" if template else COLUMN
        self.stem = "index_3081" if template else "index"
        self.column = f"{self.folder}{self.stem}.html" if template else COLUMN
        self.addresses = [self.address(document) for document in self.documents]
        self.pages = [self.documents[start : start + ROWS] for start in range(0, count, ROWS)] or [()]
        self.requests = len(self.pages) + (
            count > 0 and (pager == "none" or (pager == "links" and len(self.pages) == 1))
        )

    def address(self, document: Document) -> str:
        day = document.published_on
        folder = f"/jg{document.number % 9}/gkml/" if self.template else self.folder
        return f"{folder}{day:%Y%m}/t{day:%Y%m%d}_{7_000_000 + document.number}.html"

    def reply(self, asked: Asked) -> Reply:
        names = {f"{self.folder}{self.stem}{f'_{at}' if at else ''}.html": at for at in range(len(self.pages))}
        at = {**names, self.folder: 0}.get(asked.path)
        if at is not None:
            return Reply(self.page(at))
        if asked.path.startswith(f"{self.folder}{self.stem}_"):
            return PAST_END[self.past_end](self.page(0))
        found = [document for document in self.documents if self.address(document) == asked.path]
        return Reply(detail(found[0])) if found else Reply("", 404)

    def page(self, at: int) -> str:
        rows = "".join(map(self.row, self.pages[at]))
        return list_page(rows, PAGERS[self.pager](len(self.pages), at, self.stem))

    def row(self, document: Document) -> str:
        href = self.address(document).replace(self.folder, "./")
        day = f"<span>{document.published_on}</span>" if self.dated else ""
        return f'<li><a href="{href}" title="{document.title}">{document.title[:12]}...</a>{day}</li>'


def list_page(rows: str, pager: str) -> str:
    news = '<li><a href="/xwzx/202403/t20240311_99.html" title="要闻一则">要闻一则</a><span>2024-03-11</span></li>'
    menu = '<li><a href="../zfxxgkzn/">政府信息公开指南</a></li><li><a href="./">政府信息公开年报</a></li>'
    return f"""<html><head><meta charset="utf-8"><title>政府信息公开年报</title></head><body>
        <ul class="nav"><li><a href="/">首页</a></li>{menu}</ul><ul class="news">{news}</ul>
        <div id="result"><ul class="list">{rows}</ul></div><div class="page">{pager}</div></body></html>"""


def detail(document: Document) -> str:
    rows: Sequence[tuple[str, str, str, str]] = [
        ("索 引 号", f"00001434-8/{document.year + 1}-{document.number:05}", "主题分类", "政府信息公开年报"),
        ("发布机构", document.agency, "成文日期", f"{document.published_on}"),
        ("名　　称", document.title, "发布日期", f"{document.published_on}"),
    ]
    table = "".join(f"<tr><th>{a}</th><td>{b}</td><th>{c}</th><td>{d}</td></tr>" for a, b, c, d in rows)
    return f"""<html><head><meta charset="utf-8"><title>{document.title}_示例市</title></head><body>
        <table class="table_key">{table}</table><h1>{document.title}</h1>
        <div class="view TRS_UEDITOR trs_paper_default">
        <p>根据规定，现公布{document.year}年度报告。</p>{document.table}</div></body></html>"""
