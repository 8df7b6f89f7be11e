"""The traps that public portals set, each as a fault that can be put before any simulated site.

A fault gets the request and the site's own answer to it, and replies in the site's place or spoils its reply. What
needs a number, an address or a memory of its own is made by a function. `only`, `times` and
their like say when a fault holds.
"""

import gzip
import itertools
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from urllib.parse import urlsplit

from tests.extractors.loopback import HTML, Asked, Reply
from tests.simulators.site import Answer, Fault, Site

When = Callable[[Asked], bool]

RUISHU = "<html><head><script>$_ts=window['$_ts']||{};$_ts.nsd=1</script><script src=/x.js></script></head></html>"
JIASULE = "<script>document.cookie='__jsl_clearance_s=1|-1;max-age=3600';location.href=location.pathname</script>"
SHELL = "<!DOCTYPE html><html><head><title>政府网</title></head><body><div id=app></div>{}</body></html>".format(
    "".join(f"<script src=/js/chunk-{number:08x}.js></script>" for number in range(20))
)
EMPTY_GROUP = "<datastore><recordset></recordset></datastore>\r\n\r\n\r\n\r\n"  # of 54 bytes
_CHARSET = re.compile(rb"charset=[\"']?[\w-]+", re.IGNORECASE)
_FIGURE = re.compile(r"(?<=>)\d+(?=</td>)")
_ADDRESS = re.compile(r"""(href=|"\w*(?:url|link)":\s*)(\\?["'])[^"'\\]*\2""")


# When a fault holds


def only(when: When, fault: Fault) -> Fault:
    """The fault for some requests alone."""
    return lambda asked, answer: fault(asked, answer) if when(asked) else answer(asked)


def times(count: int, fault: Fault) -> Fault:
    """The fault for the first requests alone."""
    left = iter(range(count))
    return lambda asked, answer: answer(asked) if next(left, None) is None else fault(asked, answer)


def after(count: int, fault: Fault) -> Fault:
    """The fault for all but the first requests."""
    left = iter(range(count))
    return lambda asked, answer: fault(asked, answer) if next(left, None) is None else answer(asked)


def by_turns(*faults: Fault) -> Fault:
    """One of the faults after the other, each for one request, and a request without a fault after each."""
    turn = itertools.cycle(itertools.chain.from_iterable((fault, _none) for fault in faults))
    return lambda asked, answer: next(turn)(asked, answer)


def _none(asked: Asked, answer: Answer) -> Reply:
    return answer(asked)


def documents(site: Site) -> When:
    """A document of the site is asked for."""
    known = {_target(address) for address in site.addresses}
    return lambda asked: asked.target in known


def lists(site: Site) -> When:
    """Anything but a document or robots.txt is asked for."""
    is_document = documents(site)
    return lambda asked: not is_document(asked) and asked.path != "/robots.txt"


def at(*addresses: str) -> When:
    """One of these addresses is asked for."""
    return lambda asked: asked.target in {_target(address) for address in addresses}


def _target(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


# Refusals and challenges


def ruishu(asked: Asked, answer: Answer) -> Reply:
    """412 and a script that wants a browser to prove itself."""
    return Reply(RUISHU, 412)


def ruishu_ok(asked: Asked, answer: Answer) -> Reply:
    """The same challenge under status 200."""
    return Reply(RUISHU)


def jiasule(asked: Asked, answer: Answer) -> Reply:
    """521 and a script that sets a cookie."""
    return Reply(JIASULE, 521)


def refused(status: int) -> Fault:
    """A refusal without a word."""
    return lambda asked, answer: Reply("", status)


def browsers_only(asked: Asked, answer: Answer) -> Reply:
    """403 for a user agent that is no browser's."""
    return answer(asked) if "Mozilla" in asked.headers.get("User-Agent", "") else Reply("", 403)


def referred_only(asked: Asked, answer: Answer) -> Reply:
    """403 for who does not come from a page of this site."""
    return answer(asked) if asked.headers.get("Referer") else Reply("", 403)


def cookie_door(asked: Asked, answer: Answer) -> Reply:
    """302 to itself with a cookie, and in with whoever bears it."""
    bears = "CT6T=1" in asked.headers.get("Cookie", "")
    return answer(asked) if bears else cookie_wall(asked, answer)


def cookie_wall(asked: Asked, answer: Answer) -> Reply:
    """302 to itself with a cookie, whatever cookie came."""
    return Reply("", 302, {"Location": asked.target, "Set-Cookie": "CT6T=1; Path=/"})


def busy(seconds: int) -> Fault:
    """429 and how long to wait."""
    return lambda asked, answer: Reply("", 429, {"Retry-After": str(seconds)})


def failing(asked: Asked, answer: Answer) -> Reply:
    """503 without a word."""
    return Reply("", 503)


def robots(text: str) -> Fault:
    """A robots.txt of this text."""
    return lambda asked, answer: (
        Reply(text, content_type="text/plain") if asked.path == "/robots.txt" else answer(asked)
    )


# Encodings


def packed(asked: Asked, answer: Answer) -> Reply:
    """gzip, whether asked for or not."""
    reply = answer(asked)
    return replace(reply, body=gzip.compress(_bytes(reply)), headers={**reply.headers, "Content-Encoding": "gzip"})


def bomb(asked: Asked, answer: Answer) -> Reply:
    """16 MiB that come as 16 KiB."""
    return Reply(_zeros(16), headers={"Content-Encoding": "gzip"})


@cache
def _zeros(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(mebibytes)) + packer.flush()


def unlabelled(asked: Asked, answer: Answer) -> Reply:
    """GB18030, and nothing says so."""
    return _gb18030(answer(asked), b"", "text/html")


def mislabelled(asked: Asked, answer: Answer) -> Reply:
    """GB18030, and header and page say UTF-8."""
    return _gb18030(answer(asked), b"charset=utf-8", HTML)


def _gb18030(reply: Reply, charset: bytes, content_type: str) -> Reply:
    if "html" not in reply.content_type:
        return reply
    body = _CHARSET.sub(charset, _bytes(reply).decode().encode("gb18030"))
    return replace(reply, body=body, content_type=content_type)


def _bytes(reply: Reply) -> bytes:
    return reply.body.encode() if isinstance(reply.body, str) else reply.body


# Something else in the page's place


def sent_home(asked: Asked, answer: Answer) -> Reply:
    """301 to the home page."""
    return Reply("", 301, {"Location": "/"}) if asked.path != "/" else Reply(_page("首页", "要闻动态 " * 30))


def missing(asked: Asked, answer: Answer) -> Reply:
    """The page says, with status 200, that it does not exist."""
    return Reply(_page("提示信息", "您访问的页面不存在或已被删除！"))


def moved(asked: Asked, answer: Answer) -> Reply:
    """404, as after a column was rebuilt."""
    return Reply(_page("404", "404 Not Found"), 404)


def catch_all(asked: Asked, answer: Answer) -> Reply:
    """The shell of a single-page application, the same at every address."""
    return Reply(SHELL)


def refresh(asked: Asked, answer: Answer) -> Reply:
    """A refresh to the folder."""
    return Reply('<html><head><meta http-equiv="refresh" content="0;url=./"></head></html>')


def jump(asked: Asked, answer: Answer) -> Reply:
    """A page that sends on by script, to the address that has the contents."""
    if "jumped" in asked.query:
        return answer(replace(asked, target=re.sub(r"[?&]jumped=1", "", asked.target)))
    joined = "&" if "?" in asked.target else "?"
    return Reply(f"<html><script>window.location.href='{asked.target}{joined}jumped=1';</script></html>")


def emptied(asked: Asked, answer: Answer) -> Reply:
    """A list in which no address is left."""
    reply = answer(asked)
    return replace(reply, body=_ADDRESS.sub(r"\1\2\2", _bytes(reply).decode()))


def first_again() -> Fault:
    """The first answer again, whatever else is asked for."""
    kept: list[Reply] = []

    def reply(asked: Asked, answer: Answer) -> Reply:
        kept.append(kept[0] if kept else answer(asked))
        return kept[0]

    return reply


def empty_group(asked: Asked, answer: Answer) -> Reply:
    """54 bytes without a record."""
    return Reply(EMPTY_GROUP, content_type="text/xml")


def edited(asked: Asked, answer: Answer) -> Reply:
    """The last figure of the page is another one."""
    reply = answer(asked)
    text = _bytes(reply).decode()
    *_, last = _FIGURE.finditer(text)
    return replace(reply, body=f"{text[: last.start()]}{int(last[0]) + 1}{text[last.end() :]}")


# Broken connections and ways that lead elsewhere


def cut(asked: Asked, answer: Answer) -> Reply:
    """Half of a body whose length was told."""
    body = _bytes(answer(asked))
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\nContent-Length: {len(body)}\r\n\r\n"
    return Reply(raw=head.encode() + body[: len(body) // 2])


def cut_packed(asked: Asked, answer: Answer) -> Reply:
    """Half of a gzip body, its length told as if it were all."""
    reply = packed(asked, answer)
    return replace(reply, body=_bytes(reply)[: len(reply.body) // 2])


def reset(asked: Asked, answer: Answer) -> Reply:
    """The connection is torn down."""
    return Reply(reset=True)


def silence(asked: Asked, answer: Answer) -> Reply:
    """No answer for two seconds."""
    return replace(answer(asked), delay=2.0)


def drip(asked: Asked, answer: Answer) -> Reply:
    """A byte every twentieth of a second."""
    return replace(answer(asked), drip=0.05)


def circle(asked: Asked, answer: Answer) -> Reply:
    """302 to itself."""
    return Reply("", 302, {"Location": asked.target})


def led_to(location: str) -> Fault:
    """302 to another place."""
    return lambda asked, answer: Reply("", 302, {"Location": location})


def _page(title: str, text: str) -> str:
    return f"<html><head><title>{title}</title></head><body><p>{text}</p></body></html>"
