"""A real web server on loopback whose pages a test writes, and what was asked of it."""

import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, urlsplit

from extractors.http import Pacing, Politeness, PoliteSession
from extractors.registry import Column, Portal
from schema.records import Capture, Fetch

HTML = "text/html; charset=utf-8"
QUICK = Politeness(
    gap=0.0,
    connect_timeout=2.0,
    read_timeout=0.5,
    total_timeout=1.0,
    retries=2,
    backoff=0.01,
    longest_wait=2.0,
    cool_down=0.01,
)
JITTER = 0.05  # seconds by which a busy machine may see a request late, and the next one not


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    at: float
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    client: tuple[str, int]

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True)
class Reply:
    """What the server answers. `raw` goes out as it is instead, and the connection is then closed."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = HTML
    delay: float = 0.0
    raw: bytes | None = None
    drip: float = 0.0  # seconds between the single bytes of the body, or of `raw`
    reset: bool = False


Page = Reply | list[Reply] | Callable[[Asked], Reply]


class Loopback:
    """The server. `pages` by path; of a list of replies each is given once, the last for ever.

    `shake` are the seconds before it takes a connection up; with TLS the client waits for it. Without `port` it has
    any that is free.
    """

    def __init__(
        self,
        pages: Mapping[str, Page] | None = None,
        tls: ssl.SSLContext | None = None,
        shake: float = 0.0,
        port: int = 0,
    ) -> None:
        self.pages: dict[str, Page] = dict(pages or {})
        self.log: list[Asked] = []
        self._server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"book": self}))
        self._server.shake = shake
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reply(self, asked: Asked) -> Reply:
        self.log.append(asked)
        page = self.pages.get(asked.path, Reply("no such page", 404))
        if isinstance(page, list):
            return page.pop(0) if len(page) > 1 else page[0]
        return page if isinstance(page, Reply) else page(asked)

    def paths(self) -> list[str]:
        """What was asked for, robots.txt left out."""
        return [asked.path for asked in self.log if asked.path != "/robots.txt"]

    def portal(self, *columns: Column, platform: str = "hanweb", **changes: Any) -> Portal:
        entry = {
            "id": "p",
            "name": "示例市",
            "region": "330800",
            "base_url": self.url,
            "gap": 0.0,
            "private": True,
        }
        return Portal(**{**entry, "platform": platform, "columns": columns, **changes})

    def session(self, politeness: Politeness = QUICK, pacing: Pacing | None = None, **changes: Any) -> PoliteSession:
        return PoliteSession(self.portal(**changes), politeness, pacing)


def page(text: str, **more: Any) -> Reply:
    """An HTML page with enough on it to pass for one."""
    return Reply(f"<html><head><title>页</title></head><body><p>{text}</p>{'正文内容' * 10}</body></html>", **more)


def fetch(server: Loopback, path: str, politeness: Politeness = QUICK) -> Fetch:
    """A visit in a session of its own."""
    with server.session(politeness) as session:
        return session.get(server.url + path)


def capture_of(got: Fetch) -> Capture:
    assert got.capture is not None
    return got.capture


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    shake: float

    def get_request(self) -> Any:
        time.sleep(self.shake)
        return super().get_request()

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # a client that hangs up, or does not trust us, is no error
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    book: Loopback
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one go, or each reply waits for a delayed acknowledgement
    disable_nagle_algorithm = True  # or the last piece of a long body waits for one

    def log_message(self, *_: object) -> None:
        pass

    def answer(self) -> None:
        at, body = time.monotonic(), self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = Asked(at, self.command, self.path, dict(self.headers), body, self.client_address)
        try:
            self.give(self.book.reply(asked))
        except OSError:  # the client gave up, as some tests want it to
            self.close_connection = True

    do_GET = do_POST = answer  # noqa: N815

    def give(self, reply: Reply) -> None:
        time.sleep(reply.delay)
        if reply.reset:
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif reply.raw is not None:
            self.close_connection = True
            self.write(reply.raw, reply.drip)
        else:
            self.give_body(reply)

    def give_body(self, reply: Reply) -> None:
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        self.send_response(reply.status)
        headers = {"Content-Type": reply.content_type, "Content-Length": str(len(body)), **reply.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.write(body, reply.drip)

    def write(self, body: bytes, drip: float) -> None:
        if not drip:
            self.wfile.write(body)
            return
        for place in range(len(body)):
            time.sleep(drip)
            self.wfile.write(body[place : place + 1])
            self.wfile.flush()
