"""What a page says of its publishing system and of its portal's column of annual reports, by markup alone.

A system is known by what its own scripts say, asked for in a fixed order, since the newer systems of a vendor still
bear the marks of the older. Where no script tells, the shape of the documents' addresses does, but less surely:
other systems imitate it. What stays in doubt is said, never settled silently.
"""

import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

from extractors.metas import named
from extractors.platforms.base import links_in
from extractors.regions import place_names

_NO_MARK = "no mark of a known system"
_UNREAD = "no module of ours is made for the system"
_SHAPE_ALONE = "told by the shape of addresses alone, which other systems may share"
_LABEL_MISSING = "addresses like Lonsun's (/public/column/) without its label: another vendor has them too"


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark of a publishing system: `platform` is the module that reads it, `words` tell a person what was seen."""

    platform: str
    words: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Recognition:
    """The platform of a page, what told it, and what speaks against it or is not known."""

    platform: str
    evidence: str
    doubts: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether the page bears no mark of any system, be there a module for it or not."""
        return self.evidence == _NO_MARK


@dataclass(frozen=True, slots=True)
class Label:
    """A link that is called as columns of annual reports are; one `is_plain` that names no disclosure: 年报 alone."""

    url: str
    title: str
    is_plain: bool


def _sign(platform: str, words: str, pattern: str) -> Sign:
    return Sign(platform, words, re.compile(pattern))


_SCRIPTS = (
    _sign("hanweb_jpaas", "a unit of jpaas-publish-server", r"jpaas-publish-server"),
    _sign("hanweb_xxgk", "a call of /module/xxgk/", r"/module/xxgk/(?:tree|search\w*|subjectinfo|attributeinfo)\.jsp"),
    _sign("hanweb", "a datastore or dataproxy.jsp", r"(?i:<datastore>)|&lt;datastore&gt;|dataproxy\.jsp"),
    _sign("generic", "TrueCMS's getMessage.do, a system without a module", r"messageController/getMessage\.do"),
    _sign("epoint", "Epoint's interface or frames", r"EWB[-_]FRONT|govInfoPub\.html|openSubPage\.html\?specialurl"),
    _sign("gkmlpt", "window._CONFIG with a site's number", r"\b_CONFIG\s*=\s*\{(?s:.*?)\bSID\s*:"),
    _sign("lonsun", "Lonsun's label", r"/site/label/\d+|publicInfoList"),
    _sign("lonsun", "Lonsun's pager", r"\bpage_public_info\b|\bLs\.(?:ajax|pagination)\b"),
    _sign("ucap", "createPageHTML called with a name first", r"createPageHTML\s*\(\s*['\"]"),
    _sign("trs", "createPageHTML or countPage, with a number", r"createPage(?:HTML)?\s*\(\s*\d|\bcountPage\s*=\s*\d"),
    _sign("vsb", "the pager of Visual SiteBuilder", r"\bp_next\b[^<>]*\bp_fun\b|\bp_pages\b"),
    _sign("vsb", "scripts of Visual SiteBuilder", r"_simple_list_gotopage_fun|_showDynClick\w*\(|\bid=[\"']?fanye\d+"),
)
_SHAPES = (
    _sign("generic", "addresses of NFCMS (content/post_ID.html), which is not gkmlpt", r"/content/post_\d+\.html"),
    _sign("hanweb_jpaas", "addresses art/YYYY/art_HEX.html", r"/art/20\d\d/art_[0-9a-f]{32}\.html"),
    _sign("hanweb", "addresses art/Y/M/D/art_COL_ID.html", r"/art/\d{4}/\d\d?/\d\d?/art_\d+_\d+\.html"),
    _sign("epoint", "addresses govxxgk/CODE/DATE/UUID.html", r"/govxxgk/[^/\"']+/\d{4}-\d\d-\d\d/[0-9a-f-]{36}\.html"),
    _sign("vsb", "addresses info/CAT/ID.htm", r"(?:^|[/\"'])info/\d+/\d+\.htm\b"),
    _sign("trs", "addresses tYYYYMMDD_ID.html", r"/t\d{8}_\d+\.s?html?\b"),
    _sign("ucap", "addresses YYYYMM/HEX.shtml", r"/\d{6}/(?:[0-9a-f]{32}|c\d+_\d+)\.shtml|/c\d+/c\d+/content\.shtml"),
)
_ADDRESSED = (
    _sign("hanweb_xxgk", "an address that asks the disclosure module (vc_xxgkarea)", r"[?&]vc_xxgkarea="),
    _sign("epoint", "the address of Epoint's disclosure", r"/govInfoPub\.html\?|/openSubPage\.html\?specialurl="),
)
# Lonsun's addresses without its label: Changde has them from another vendor.
_LONSUN_LIKE = re.compile(r"/public/column/\d+")

_DISCLOSURE = r"(?:政府|政务)?信息公开(?:工作)?(?:年度(?:工作)?报告|年报)|(?:政府|政务)公开年报|公开年报"
_NAMED = re.compile(rf"(?:[^\d]{{0,15}}?)(?:{_DISCLOSURE})(?:专栏|列表|栏目)?")
_PLAIN = re.compile(r"年度报告|年报")
_OTHERS = re.compile(r"网站|法治|依法行政|决算|预算|公报|指南|依申请|制度|统计|解读|图解|企业")
_AROUND = re.compile(r"[\s>»·•【】\[\]|:：]+")
_MORE = re.compile(r"[（(].{0,6}[)）]$|(?:更多|more)$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_HUB = (
    "政府信息公开专栏",
    "政府信息公开平台",
    "政府信息公开",
    "信息公开",
    "政府信息公开目录",
    "信息公开目录",
    "政务公开",
)

_NODE = re.compile(r'"id"\s*:\s*"?(\d+)"?\s*,\s*"name"\s*:\s*("(?:[^"\\]|\\.)*")')
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_SITE_CODE = re.compile(r"网站标识码\s*[:：]?\s*(?:<[^>]*>\s*)*(\d{10})")


def recognise(markup: str, address: str) -> Recognition:
    """The publishing system that a page shows; `generic` with a doubt where nothing does."""
    return recognitions(markup, address)[0]


def recognitions(markup: str, address: str) -> list[Recognition]:
    """Each system of which a page bears a mark, the likeliest first; `generic` with a doubt where it bears none.

    A page may bear marks of a system that did not make it, such as a search in its header. Comments count: TRS's
    pager stands in one.
    """
    found = [sign for sign in _SCRIPTS if sign.pattern.search(markup)]
    found += [sign for sign in _ADDRESSED if sign.pattern.search(address)]
    if found:
        return _each(found, lambda sign: () if sign.platform != "generic" else (_UNREAD,))
    shaped = [sign for sign in _SHAPES if sign.pattern.search(markup)]
    if shaped:
        return _each(shaped, lambda sign: (_SHAPE_ALONE,))
    if _LONSUN_LIKE.search(f"{address}\n{markup}"):
        doubts = (_LABEL_MISSING,)
        return [Recognition("generic", _NO_MARK, doubts), Recognition("lonsun", "addresses like Lonsun's", doubts)]
    return [Recognition("generic", _NO_MARK, ("the system is not known",))]


def _each(found: list[Sign], doubts: Callable[[Sign], tuple[str, ...]]) -> list[Recognition]:
    """A recognition for each platform by its first sign. What the others are is worth a look."""
    first: dict[str, Sign] = {}
    for sign in found:
        first.setdefault(sign.platform, sign)
    others = {one: f"there is also {sign.words} ({one})" for one, sign in first.items()}
    return [
        Recognition(one, sign.words, (*doubts(sign), *(told for other, told in others.items() if other != one)))
        for one, sign in first.items()
    ]


def columns_in(markup: str, address: str) -> list[Label]:
    """The links that are called as columns of annual reports are, the most telling first, each address once.

    Names are those that portals use; a label with a year is that of a document. The catalogue of gkmlpt has its
    columns in a script's tree instead, where a column's address is the page's own with its number.
    """
    anchors = [(link.url, link.title) for link in links_in(markup, address, "")]
    found: dict[str, Label] = {}
    for url, title in [*_nodes(markup, address), *anchors]:
        label = _label(title)
        if _NAMED.fullmatch(label) and not _OTHERS.search(label):
            found.setdefault(url, Label(url, label, is_plain=False))
        elif _PLAIN.fullmatch(label):
            found.setdefault(url, Label(url, label, is_plain=True))
    return sorted(found.values(), key=lambda one: (one.is_plain, len(one.title)))


def hubs_in(markup: str, address: str) -> list[str]:
    """The addresses of pages that lead to all of a portal's disclosure (政府信息公开), the most telling name first."""
    urls: dict[str, str] = {}
    for link in links_in(markup, address, ""):
        urls.setdefault(_label(link.title), link.url)
    return list(dict.fromkeys(urls[name] for name in _HUB if name in urls))


def own_label(markup: str) -> str:
    """The name of the column that a page is, by its metadata or title; empty for any other, such as a report's own."""
    metas = _metas(markup)
    title = _TITLE.search(markup)
    labels = [_label(part) for part in re.split(r"[-_—|,，]", html.unescape(title[1]) if title else "")]
    if metas.get("articletitle") or any(_YEAR.search(label) for label in labels):
        return ""
    names = [_label(metas.get("columnname", "")), *labels]
    return next((name for name in names if _NAMED.fullmatch(name) and not _OTHERS.search(name)), "")


def site_name(markup: str) -> str:
    """What a portal calls itself; empty when it does not."""
    return " ".join(_metas(markup).get("sitename", "").split())


def site_region(markup: str) -> str:
    """The GB/T 2260 code with which the portal's number begins, if it is that of a place; empty otherwise.

    Each government site bears a number of ten digits (网站标识码) that begins with the region of its owner.
    """
    printed = _SITE_CODE.search(markup)
    number = _metas(markup).get("siteidcode") or (printed[1] if printed else "")
    return number[:6] if re.fullmatch(r"\d{10}", number) and place_names(number[:6]) else ""


def _metas(markup: str) -> dict[str, str]:
    return {name.lower(): html.unescape(content).strip() for name, content in named(markup)}


def _nodes(markup: str, address: str) -> Iterator[tuple[str, str]]:
    """The columns of a gkmlpt page's tree."""
    if recognise(markup, address).platform == "gkmlpt":
        for number, name in _NODE.findall(markup):
            yield urljoin(urldefrag(address).url, f"#{number}"), json.loads(name)


def _label(title: str) -> str:
    return _MORE.sub("", _AROUND.sub("", unicodedata.normalize("NFKC", title)))
