"""Columns of nobody's system: static pages under all kinds of names, behind shells, in frames, one list a year."""

from collections.abc import Callable

from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Document, documents

ROWS = 12
FOLDER = "/zwgk/nb/"

# How the further pages are called: page from 1 -> address
NAMES: dict[str, Callable[[int], str]] = {
    "index": lambda page: f"{FOLDER}index_{page}.html",
    "from_0": lambda page: f"{FOLDER}index_{page - 1}.html",
    "list": lambda page: f"{FOLDER}list-{page}.html",
    "query": lambda page: f"{FOLDER}list.jsp?id=5&page={page}",
    "odd": lambda page: f"{FOLDER}more/{'abcdefghijkl'[page]}.html",
}
FIRST = {"list": f"{FOLDER}list.html", "query": f"{FOLDER}list.jsp?id=5"}


class Generic:
    """A column. `names` is how its pages are called, `pager` how they are linked: `all`, `next` or in `words` alone.

    `way` leads there: `plain`, a script's `jump`, a `frame`, or `years`, each year in a folder below.
    """

    platform = "generic"

    def __init__(self, count: int = 45, names: str = "index", pager: str = "all", way: str = "plain") -> None:
        self.documents = documents(count)
        self.name, self.pager, self.way = NAMES[names], pager, way
        self.first = FIRST.get(names, FOLDER)
        self.column = self.first if way in ("plain", "years") else "/zwgk/zfxxgk/nb.html"
        self.pages = [self.documents[start : start + ROWS] for start in range(0, count, ROWS)]
        if way == "years":
            self.pages = self.pages[:1]
        self.years = {f"{FOLDER}{2022 - at}/": part for at, part in enumerate(self.split())}
        self.addresses = [self.address(document) for document in self.documents]
        self.requests = len(self.pages) + (1 if way in ("jump", "frame") else len(self.years)) + (pager == "words")

    def split(self) -> list[tuple[Document, ...]]:
        rest = self.documents[ROWS:] if self.way == "years" else ()
        return [rest[start : start + ROWS] for start in range(0, len(rest), ROWS)]

    def address(self, document: Document) -> str:
        return f"{FOLDER}content/{document.published_on.year}/{document.number}.html"

    def reply(self, asked: Asked) -> Reply:
        known = {self.first: 0} | {self.name(at + 1): at for at in range(1, len(self.pages))}
        if asked.target in known:
            return Reply(self.page(known[asked.target]))
        if asked.target in self.years:
            return Reply(list_page(self.rows(self.years[asked.target]), ""))
        if asked.target == self.column:
            return Reply(self.shell())
        found = [document for document in self.documents if self.address(document) == asked.path]
        return Reply(detail(found[0])) if found else Reply("", 404)

    def shell(self) -> str:
        if self.way == "jump":
            return f"<html><head><script>window.location.href='{self.first}';</script></head><body></body></html>"
        return list_page("", f"<iframe src='{self.first}' width=100%></iframe>")

    def page(self, at: int) -> str:
        others = [*range(1, len(self.pages) + 1)] if self.pager == "all" else []
        links = "".join(f'<a href="{self.name(n) if n > 1 else self.first}">{n}</a>' for n in others)
        if at + 1 < len(self.pages) and self.pager != "words":
            links += f'<a href="{self.name(at + 2)}">下一页&gt;</a>'
        links += f"<span>共 <b>{len(self.pages)}</b> 页</span>" if self.pager == "words" else ""
        years = "".join(f'<li><a href="{folder}">{folder.split("/")[-2]}年</a></li>' for folder in self.years)
        return list_page(self.rows(self.pages[at]), f"{links}<ul>{years}</ul>")

    def rows(self, held: tuple[Document, ...]) -> str:
        return "".join(
            f'<tr><td>·</td><td><a href="{self.address(document)}">{document.title}</a></td>'
            f"<td>{document.published_on:%Y/%m/%d}</td></tr>"
            for document in held
        )


def list_page(rows: str, rest: str) -> str:
    menu = (
        '<li><a href="/">首页</a></li><li><a href="/zwgk/zn.html">指南</a></li><li><a href="/show/8.html">要闻</a></li>'
    )
    return f"""<html><head><meta charset="utf-8"><title>年报</title></head><body><ul>{menu}</ul>
        <p>欢迎访问示例市人民政府门户网站，今天是2024年5月6日，本页列出政府信息公开工作年度报告。</p>
        <table class="list">{rows}</table><div>{rest}</div></body></html>"""


def detail(document: Document) -> str:
    return f"""<html><head><meta charset="utf-8"><title>{document.title}</title></head><body><h1>{document.title}</h1>
        <p>索引号：{document.year}-{document.number} 发布机构：{document.agency} 发布日期：{document.published_on}</p>
        <div class="text"><p>根据规定，现公布{document.year}年度报告。</p>{document.table}</div></body></html>"""
