"""Hanweb's disclosure module: a column's page, its tree of classes, and the search behind it."""

from datetime import date

from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Document, documents

ORG, CLASS, NUMBER = "11330800MB1507524C", "A0105", 31251
ROWS = 20
TREE, SEARCH = "/module/xxgk/tree.jsp", "/module/xxgk/search.jsp"


class HanwebXxgk:
    """A column. `shown` is how its page names the module: `frame`, `script`, or `address` (the class stands there).

    With `filtered` off the search lists the whole agency whatever the class, every third document of another column.
    `post` says where the search looks for its words: in the `body` or in the `query`.
    """

    platform = "hanweb_xxgk"

    def __init__(
        self,
        count: int = 64,
        shown: str = "frame",
        *,
        filtered: bool = True,
        post: str = "body",
        title: str = "mc",
        search: str = SEARCH,
    ) -> None:
        self.documents = documents(count)
        self.shown, self.filtered, self.post, self.title = shown, filtered, post, title
        self.search = search
        self.path = f"/col/col{NUMBER}/index.html"
        self.column = f"{self.path}?vc_xxgkarea={ORG}&number={CLASS}" if shown == "address" else self.path
        self.addresses = [self.address(document) for document in self.documents]
        self.rows = [(self.address(one), one.title, one.published_on) for one in self.documents]
        if not filtered:
            other = [(f"/art/2024/3/1/art_777_{at}.html", f"通知{at}", date(2024, 3, 1)) for at in range(count)]
            self.rows = [row for pair in zip(self.rows, other, strict=True) for row in pair]
        self.requests = 1 + (shown != "address") + max(1, -(-len(self.rows) // ROWS))

    def address(self, document: Document) -> str:
        day = document.published_on
        return f"/art/{day.year}/{day.month}/{day.day}/art_{NUMBER}_{8_000_000 + document.number}.html"

    def reply(self, asked: Asked) -> Reply:
        if asked.path == self.path:
            return Reply(self.page())
        if asked.path == TREE:
            return Reply(TREE_PAGE if asked.query.get("area") == ORG else "<script>var d;</script>")
        if asked.path == self.search:
            return self.found(asked)
        found = [document for document in self.documents if self.address(document) == asked.path]
        return Reply(detail(found[0])) if found else Reply("", 404)

    def page(self) -> str:
        shown = {
            "frame": f'<iframe src="{TREE}?standardXxgk=1&amp;area={ORG}&amp;divid=div4"></iframe>',
            "script": f"""<script>function loadDynamic(u,d){{}}
                loadDynamic('{self.search}?standardXxgk=1&infotypeId='+a+'&vc_title=&area={ORG}','div4','','','','17');</script>""",
            "address": "<div id='div4'></div>",
        }[self.shown]
        return f"<html><body><h1>示例市教育局信息公开目录</h1>{'法定主动公开内容 ' * 9}{shown}</body></html>"

    def found(self, asked: Asked) -> Reply:
        words = asked.form if self.post == "body" else asked.query
        wanted = words.get("area") == ORG and (words.get("infotypeId") == CLASS or not self.filtered)
        rows = self.rows if wanted and asked.method == "POST" else []
        at, count = int(words.get("currpage") or 1), -(-len(rows) // ROWS)
        shown = "".join(self.row(n, *row) for n, row in enumerate(rows[(at - 1) * ROWS : at * ROWS]))
        pager = f"共{count}页 第{at}页 <a onclick=\"funGoPage('{SEARCH}',{count})\">尾页</a>"
        return Reply(f'<table>{shown}</table><table class="tb_title"><tr><td>{pager}</td></tr></table>')

    def row(self, number: int, href: str, title: str, day: date) -> str:
        kind = ("odd", "even")[number % 2]
        anchor = f'<a href="{href}" {self.title}="{title}" rq="{day}">{title[:9]}…</a>'
        return f'<tr class="tr_main_value_{kind}"><td>{number}</td><td>{anchor}</td><td>{day}</td></tr>'


TREE_PAGE = """<script>d = new dTree('d');
    d.add(1,0,0,'<a onclick="funclick(\\'A01\\',\\'createdatetime:0,orderid:0\\')">法定主动公开内容</a>');
    d.add(2,1,0,'<a onclick="funclick(\\'A0103\\',\\'createdatetime:0,orderid:0\\')">网站工作年度报表</a>');
    d.add(3,1,0,'<a onclick="funclick(\\'A0105\\',\\'createdatetime:0,orderid:0\\')"> 政府信息公开年报 </a>');
    </script>"""


def detail(document: Document) -> str:
    rows = [
        ("索引号：", f"{ORG}/{document.year + 1}-{document.number:05}", "分类：", "政府信息公开年报"),
        ("发布机构：", document.agency, "发文日期：", f"{document.published_on}"),
        ("标　　题：", document.title, "文号：", ""),
    ]
    table = "".join(f"<tr><td>{a}</td><td>{b}</td><td>{c}</td><td>{d}</td></tr>" for a, b, c, d in rows)
    return f"""<html><head><meta charset="utf-8"><title>{document.title}</title></head><body>
        <table class="xxgk_table">{table}</table><div class="bt_content"><!--<$[信息内容]>begin-->
        <p>根据规定，现公布{document.year}年度报告。</p>{document.table}<!--<$[信息内容]>end--></div></body></html>"""
