"""A fast portal on loopback for the benchmarks: many hosts, each an address of its own, on one port.

    python -m benchmarks.server --port 8790 --documents 50

Every address of 127.0.0.0/8 is a host with one column (`/col/col1/index.html`) that lists its documents; they have an
ETag and answer 304 to it. `/_log` gives what was asked since the last look as JSON: for each host the times of its
requests in seconds, and the statuses.
"""

import argparse
import asyncio
import hashlib
import json
import time
from collections import Counter, defaultdict
from itertools import product

from tests.extractors import forms

COLUMN = "/col/col1/index.html"
_WORDS = "教育 财政 民政 司法 水利 统计 审计 档案 气象 商务 交通 农业 林业 文化 卫生 环保 人防 信访 粮食 体育".split()
_TITLE = "示例市教育局2023年政府信息公开工作年度报告"


def title(host: str, number: int) -> str:
    """The title of a document: no two of all hosts are of the same agency."""
    town = "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in host.replace("127.", "").replace(".", ""))
    first, second = list(product(_WORDS, _WORDS))[number % 400]
    return f"{town}市{first}{second}局2023年政府信息公开工作年度报告"


class Portals:
    """What the hosts answer, and what they were asked."""

    def __init__(self, documents: int) -> None:
        self._documents = documents
        self._page = _page()
        self._times: defaultdict[str, list[float]] = defaultdict(list)
        self._statuses: Counter[int] = Counter()

    def answer(self, host: str, path: str, tag: str) -> bytes:
        """The whole response to a request; `tag` is the ETag that the client knows."""
        if path == "/_log":
            return _response(200, self._log(), "application/json")
        self._times[host].append(time.monotonic())
        status, body = self._body(host, path)
        known = hashlib.sha256(f"{host}{path}".encode()).hexdigest()[:16]
        if status == 200 and tag == known:
            status, body = 304, b""
        self._statuses[status] += 1
        return _response(status, body, "text/html; charset=utf-8", known)

    def _body(self, host: str, path: str) -> tuple[int, bytes]:
        if path == COLUMN:
            rows = (
                f'<li><a href="/art/2024/1/2/art_1_{n}.html">{title(host, n)}</a><span>2024-01-02</span></li>'
                for n in range(self._documents)
            )
            return 200, f"<html><body><h1>政府信息公开年报</h1><ul>{''.join(rows)}</ul></body></html>".encode()
        number = path.removeprefix("/art/2024/1/2/art_1_").removesuffix(".html")
        if not number.isdecimal():
            return 404, b"<html><body>404 Not Found</body></html>"
        return 200, self._page.replace(_TITLE, title(host, int(number))).encode()

    def _log(self) -> bytes:
        log = {"times": self._times, "statuses": self._statuses}
        body = json.dumps(log).encode()
        self._times.clear()
        self._statuses.clear()
        return body


def _page() -> str:
    """A page of some 60 kB with the form of 2021, as portals have them: a menu, the form, words around it."""
    figures = {cell: str(number % 97) for number, cell in enumerate(forms.cells("2021"))}
    menu = "".join(f'<li class="nav"><a href="/col/col{n}/index.html">栏目{n}</a></li>' for n in range(300))
    prose = '<p style="text-indent: 2em"><span>本年度按照要求公开各类信息，健全工作制度。</span></p>' * 150
    return forms.page("2021", figures, forms.Style(), _TITLE, f"<ul>{menu}</ul>{prose}")


def _response(status: int, body: bytes, kind: str, tag: str = "") -> bytes:
    etag = f'ETag: "{tag}"\r\n' if tag else ""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{etag}\r\n"
    return head.encode() + body


async def _serve(portals: Portals, port: int) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
                writer.write(portals.answer(host, lines[0].split()[1], fields.get("if-none-match", "").strip('"')))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async with await asyncio.start_server(talk, "0.0.0.0", port, backlog=512) as server:
        await server.serve_forever()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8790)
    parser.add_argument("--documents", type=int, default=50, help="in the column of each host")
    options = parser.parse_args()
    asyncio.run(_serve(Portals(options.documents), options.port))


if __name__ == "__main__":
    main()
