"""A portal around a site: its home page, the way to its disclosure, and columns that are called almost the same."""

from collections.abc import Sequence
from html import escape

from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Site

NEAR_MISSES = {
    "/zwgk/wzndbb/": "政府网站工作年度报表",
    "/zwgk/wznb/": "政府网站年度工作报告",
    "/zwgk/fzzfjs/": "法治政府建设年度报告",
    "/zwgk/bmjs/": "部门决算",
    "/zwgk/zfgb/": "政府公报",
    "/zwgk/zfxxgkzn/": "政府信息公开指南",
    "/zwgk/ysqgk/": "依申请公开",
    "/zwgk/zfxxgkzd/": "政府信息公开制度",
    "/zwgk/tjnb/": "统计年报",
    "/zwgk/2023.html": "示例市教育局2023年政府信息公开工作年度报告",
}


class Home:
    """A portal whose home page leads to a site's column under `label`; `through` is the page in between, if any.

    A column that has no page of its own in the simulator, since a crawl asks only for what fills it, is a shell here.
    """

    def __init__(self, site: Site, label: str = "政府信息公开年报", through: str = "") -> None:
        self.site, self.label, self.through = site, label, through
        self.platform, self.column, self.addresses = site.platform, site.column, site.addresses
        self.requests = site.requests

    def reply(self, asked: Asked) -> Reply:
        column = (self.column, self.label)
        if asked.path == "/" and self.through:
            return Reply(page("示例市人民政府", [(self.through, "政务公开"), ("/xwzx/1.html", "要闻一则")]))
        if asked.path == (self.through or "/"):
            near = [*NEAR_MISSES.items()]
            return Reply(page("示例市人民政府", [*near[:6], column, *near[6:]]))
        if asked.path in NEAR_MISSES:
            return Reply(page(NEAR_MISSES[asked.path], []))
        answer = self.site.reply(asked)
        is_shell = answer.status == 404 and asked.target == self.column
        return Reply(page("信息公开", [])) if is_shell else answer


def page(title: str, links: Sequence[tuple[str, str]]) -> str:
    items = "".join(f'<li><a href="{escape(href)}">{label}</a></li>' for href, label in links)
    return f"""<html><head><meta charset="utf-8"><title>{title}</title><meta name="SiteName" content="示例市人民政府">
        <meta name="SiteIDCode" content="3308000001"></head><body><p>欢迎访问示例市人民政府门户网站，今天是
        2024年5月6日，星期一，晴，本站提供政务信息与服务。</p><ul>{items}</ul></body></html>"""
