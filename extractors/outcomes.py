"""What a response is worth, judged from itself alone.

Status 200 proves little on these portals: challenges, shells that a browser would fill, the home page and
"page does not exist" all come with it, and a good page may come with scripts that look like a challenge.
So content is judged by what a reader would see, and only pages too small to hold a report are suspected.
The marks and sizes are those that public crawlers report of such portals.
"""

import html
import re
from urllib.parse import urljoin, urlsplit

from extractors.documents.decode import decode
from schema.records import Capture, Fetch, Outcome

_SUSPECT = 12_000  # bytes; no challenge is as long, and good pages that carry its script are longer
_SHELL = 2_000  # bytes; single-page applications and script stubs were seen from 13 to 1,166
_JUMP = 4_000  # bytes; a page that only sends on is shorter
_SOME_TEXT, _ARTICLE = 30, 300  # visible characters: anything at all; a notice is shorter than this

_CHALLENGES = {
    "ruishu": re.compile(r"\$_ts\b"),
    "jiasule": re.compile(r"__jsl_clearance"),
    "acw": re.compile(r"acw_sc__v2"),
    "wzws": re.compile(r"wzws[-_]?(?:cid|confirm|ray|relw|sessionid|challenge|template)", re.IGNORECASE),
    "c3vk": re.compile(r"C3VK\s*="),
    "edgeone": re.compile(r"EO_Bot_Ssid|WTKkN"),
}
_ANY_CASE = re.DOTALL | re.IGNORECASE
_UNSEEN = re.compile(r"<!--.*?-->|<(script|style|noscript|title|template)\b.*?</\1\s*>", _ANY_CASE)
_TAG = re.compile(r"<[^>]*>")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", _ANY_CASE)
_MARKUP = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|script|meta)\b", _ANY_CASE)
# Not a shell, though it shows nothing: data that a list's script lays out, or a document in a frame.
_CARRIES = re.compile(
    r"<datastore|querydata\s*=|\bfunclick\(|\b_CONFIG\s*=|<i?frame\b|<embed\b|<object\b|<img\b", re.IGNORECASE
)
_LACKS = r"(?:已|已经|可能)?(?:不存在|未找到|没有找到|找不到|被?删除)"
_MISSING = re.compile(
    rf"(?:页面|网页|文章|栏目|[该此](?:信息|内容|文件)){_LACKS}"
    r"|(?:找不到|未找到|没有找到)(?:该|您|相关|指定)?.{0,8}(?:页面|网页|文章)"
    r"|您(?:所|要)?(?:访问|查找|查看|请求|浏览)的.{0,12}(?:不存在|删除|找不到|无法|失效|移除)"
    r"|404notfound|404错误",
    re.IGNORECASE,
)
_MISSING_TITLE = re.compile(r"(?<!\d)404(?!\d|号)|(?:页面|网页)(?:不存在|未找到|找不到)|not\s+found", re.IGNORECASE)
_REFRESH = re.compile(r"""<meta[^>]+["']?refresh["']?[^>]*?url\s*=\s*['"]?([^"'>\s]+)""", re.IGNORECASE)
_LOCATION = re.compile(
    r"""(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\()\s*["']([^"']+)["']""", re.IGNORECASE
)
_HOME = re.compile(r"/?(?:(?:index|default|home)\.\w+)?", re.IGNORECASE)

_GONE = frozenset({404, 410})
_REFUSED = frozenset({202, 403, 412, 418, 429, 468, 512, 521})
_GOOD = frozenset({200, 203})


def classify(capture: Capture) -> tuple[Outcome, str]:
    """How a visit ended, and why in a few words; the words are empty for a page that is simply there."""
    text = _page_text(capture)
    kind = _challenge(text)
    if kind:
        return Outcome.CHALLENGE, f"{capture.status}, {kind}: wants a browser to prove itself"
    if capture.status not in _GOOD:
        return _by_status(capture)
    if not capture.body.strip():
        return Outcome.STUB, "empty body"
    if _sent_home(capture):
        return Outcome.SOFT_404, "redirected to the home page"
    return _by_content(text) if text else (Outcome.FETCHED, "")


def jump_target(fetch: Fetch) -> str:
    """The absolute URL that a page without content sends on to by script or refresh; empty for any other."""
    capture = fetch.capture
    if capture is None or fetch.outcome not in (Outcome.FETCHED, Outcome.STUB) or len(capture.body) > _JUMP:
        return ""
    text = _page_text(capture)
    found = _LOCATION.search(text) or _REFRESH.search(text)
    if not found or len(_visible(text)) >= _SOME_TEXT:
        return ""
    try:
        return urljoin(capture.url, html.unescape(found[1]))
    except ValueError:
        return ""


def challenge_in(body: bytes, content_type: str = "") -> str:
    """The kind of challenge that a page's bytes are; empty when they are none."""
    return _challenge(_suspect(body, content_type))


def _page_text(capture: Capture) -> str:
    return _suspect(capture.body, capture.header("Content-Type"))


def _suspect(body: bytes, content_type: str) -> str:
    """The text of a page short enough to be suspected; empty for a long one and for what is no page."""
    if len(body) > _SUSPECT or b"\x00" in body:
        return ""
    text, _ = decode(body, content_type)
    return text if "html" in content_type.lower() or _MARKUP.match(text) else ""


def _challenge(text: str) -> str:
    kind = next((kind for kind, mark in _CHALLENGES.items() if mark.search(text)), "")
    return kind if kind and len(_visible(text)) < _ARTICLE else ""


def _by_status(capture: Capture) -> tuple[Outcome, str]:
    said = f"{capture.status} {capture.reason}".strip()
    if capture.status == 304:
        return Outcome.UNCHANGED, ""
    if capture.status in _GONE:
        return Outcome.NOT_FOUND, said
    if capture.status in _REFUSED:
        return Outcome.BLOCKED, said
    return (Outcome.STUB, said) if capture.status == 204 else (Outcome.SERVER_ERROR, said)


def _by_content(text: str) -> tuple[Outcome, str]:
    visible = _visible(text)
    title = _TITLE.search(text)
    if (len(visible) < _ARTICLE and _MISSING.search(visible)) or (title and _MISSING_TITLE.search(title[1])):
        return Outcome.SOFT_404, "the page says that it does not exist"
    if len(visible) >= _SOME_TEXT or _CARRIES.search(text):
        return Outcome.FETCHED, ""
    refresh = _REFRESH.search(text)
    if refresh and _leads_up(refresh[1]):
        return Outcome.SOFT_404, f"a refresh to {refresh[1]}"
    return _shell(text, visible)


def _shell(text: str, visible: str) -> tuple[Outcome, str]:
    jump = _LOCATION.search(text) or _REFRESH.search(text)
    if jump:
        return Outcome.STUB, f"only sends on to {html.unescape(jump[1])}"
    if len(text) < _SHELL and (not visible or re.search(r"<script", text, re.IGNORECASE)):
        return Outcome.STUB, "a shell without content"
    return Outcome.FETCHED, ""


def _visible(text: str) -> str:
    """What a reader would see of a page, white space left out."""
    return re.sub(r"\s+", "", html.unescape(_TAG.sub("", _UNSEEN.sub("", text))))


def _leads_up(target: str) -> bool:
    return target.strip("./") == "" or _HOME.fullmatch(urlsplit(target).path) is not None


def _sent_home(capture: Capture) -> bool:
    """Whether a deep address ended at the door: a portal's way to hide that a page is gone."""
    asked, came = urlsplit(capture.requested_url), urlsplit(capture.url)
    if came.query or asked.path == came.path:
        return False
    return _HOME.fullmatch(came.path) is not None and _HOME.fullmatch(asked.path) is None
