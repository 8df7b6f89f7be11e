"""vsb as it stands behind many counties: pages numbered from the end, so that their addresses shift as a list grows."""

from datetime import date

from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Document, documents

CATEGORY = 1039
PER_PAGE = 5
COLUMN = "/zfxxgk/zfxxgknb"


class Vsb:
    """A column of `count` documents.

    `added` of them are published after the list was asked for once: they are the newest, and not among `addresses`.
    `rows` are `card` (the date inside the link), `line`, or `bare`: without the number of their unit. The pagers of a
    `stale` site, but for that of the first page, were made when there was one page less. An `old` pager is a table.
    """

    platform = "vsb"

    def __init__(
        self, count: int = 52, *, added: int = 0, rows: str = "card", stale: bool = False, old: bool = False
    ) -> None:
        self.documents = documents(count + added)
        self.added, self.rows, self.stale, self.old = added, rows, stale, old
        self.seen = 0
        self.column = f"{COLUMN}.htm"
        self.addresses = [self.address(document) for document in self.documents[added:]]
        self.requests = max(1, -(-(count + added) // PER_PAGE))

    def address(self, document: Document) -> str:
        return f"/info/{CATEGORY}/{3000 + document.number}.htm"

    def reply(self, asked: Asked) -> Reply:
        found = [document for document in self.documents if self.address(document) == asked.path]
        if found:
            return Reply(detail(found[0]))
        self.seen += asked.path == self.column
        listed = self.documents if self.seen and asked.path != self.column else self.documents[self.added :]
        pages = max(1, -(-len(listed) // PER_PAGE))
        number = _number(asked.path, pages)
        page = pages - number + 1
        return Reply(self.page(listed, page, pages)) if 0 < number <= pages else Reply("", 404)

    def page(self, listed: tuple[Document, ...], page: int, pages: int) -> str:
        shown = listed[(page - 1) * PER_PAGE : page * PER_PAGE]
        up = "../" if page == 1 else "../../"
        rows = "".join(self.row(place, document, up) for place, document in enumerate(shown))
        margin = f'<li id="line_u8_0"><a href="{up}info/1001/9001.htm">要闻</a></li>'
        if self.rows == "bare":
            margin = margin.replace(' id="line_u8_0"', "")
        return f"""<html><head><meta charset="utf-8"><title>政府信息公开年报</title></head><body><div><ul>{margin}</ul>
            <p>{"政务公开 " * 20}</p></div><div><ul>{rows}</ul>{self.pager(len(listed), page, pages)}</div>
            <div><ul>{margin}</ul></div></body></html>"""

    def row(self, place: int, document: Document, up: str) -> str:
        href, day = f"{up}{self.address(document)[1:]}", f"{document.published_on}"
        if self.rows == "card":
            inside = f'<h4>{document.title}</h4><p class="date"><i class="fa"></i>{day}</p>'
            return f'<li id="line_u5_{place}"><a href="{href}">{inside}</a></li>'
        number = f' id="line_u5_{place}"' if self.rows == "line" else ""
        return f'<li{number}><a href="{href}" title="{document.title}">{document.title[:9]}…</a><span>{day}</span></li>'

    def pager(self, count: int, page: int, pages: int) -> str:
        folder = f"{COLUMN.rpartition('/')[2]}/" if page == 1 else ""
        onward = '<span class="p_next_d p_fun_d">下页</span><span class="p_last_d p_fun_d">尾页</span>'
        if page < pages:
            onward = f"""<span class="p_next p_fun"><a href="{folder}{pages - page}.htm">下页</a></span>
                <span class="p_last p_fun"><a href="{folder}1.htm">尾页</a></span>"""
        if self.old:
            leads = f'<a href="{folder}{pages - page}.htm" class="Next">下页</a>' if page < pages else "下页"
            counts = f'<td id="fanye134388">共{count}条&nbsp;&nbsp;{page}/{pages}&nbsp;</td>'
            return f"<table><tr>{counts}<td>{leads}</td></tr></table>"
        if self.stale and page > 1:
            count, page, pages = count - PER_PAGE, page - 1, pages - 1
        return f"""<div class="pb_sys_common pb_sys_normal"><span class="p_t">共{count}条</span>
            <span class="p_pages"><span class="p_no_d">{page}</span>{onward}</span>
            <span class="p_t">{page}/{pages}</span></div>"""


def _number(path: str, pages: int) -> int:
    """The number of a list page by its address, counted from the end; 0 for another address."""
    if path == f"{COLUMN}.htm":
        return pages
    number = path.removeprefix(f"{COLUMN}/").removesuffix(".htm")
    return int(number) if number.isdecimal() and int(number) < pages else 0


def detail(document: Document) -> str:
    day: date = document.published_on
    header = f"""<li class="fl">索引号：11532300/{day.year}-{document.number:05}</li><li class="fl">主题分类：年报</li>
        <li class="fl">发布机构：{document.agency}</li><li class="fl">主题词：</li><li class="fl">发布日期：{day}</li>
        <li class="fl">文号：</li>"""
    return f"""<html><head><meta charset="utf-8"><title>{document.title}-示例市</title>
        <meta name="ArticleTitle" content="{document.title}"><meta name="PubDate" content="{day} 09:30">
        <meta name="ContentSource" content="{document.agency}"></head><body><ul class="ov">{header}</ul>
        <h2>{document.title}</h2><div id="vsb_content_2"><div class="v_news_content">
        <p>现公布{document.year}年度报告。</p>{document.table}</div></div></body></html>"""
