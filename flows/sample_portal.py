"""The sample portals of `data/sample/` on loopback, answering as the two systems do that they stand for.

One simulator serves the demo and the tests. The pages are files and are read anew for every request, so an
edit of a file shows. Faults are attributes of `SamplePortal`; each may be changed while it serves.
"""

import hashlib
import re
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from flows.sample_lists import EMPTY_GROUP, PROXY, UNIT, load_lists
from flows.settings import project_data

_HOST = "127.0.0.1"
_POLL = 0.02  # seconds between two looks at whether to stop; every test waits for one
_COLUMN = re.compile(r"/col/col(\d+)/(?:index\.html)?")
_LAST_ROW = "接受培训人员数"  # of the form: the figure after it is the one that an edit changes
_FIGURE = re.compile(r"(?<=[>| ])\d(?=[\d,]*[ <])", re.ASCII)
_BASE_URL = re.compile(r'^base_url = ".*"$', re.MULTILINE)
_HTML = "text/html;charset=UTF-8"
_NO_STORE = {"Cache-Control": "no-store, must-revalidate"}
_SAID = {404: "404 Not Found"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came: `at` in seconds of a clock that only runs forward, `host` with its port."""

    at: float
    method: str
    host: str
    path: str  # with its query
    status: int
    agent: str


class SamplePortal:
    """The sample portals as servers, a port each: they are bound at once and answer within `with`.

    `root` is the folder that holds `sites/`, as `data/sample/` does; a port of 0 is any that is free. Raises
    OSError for a port that is taken.

    `log` has every request in the order of the answers. The faults: `delay` is waited before every answer, in
    seconds; a page whose path is in `edited` has another figure; a path in `status_for` gets that status,
    with the header Retry-After if `retry_after` is set; `post_only` makes classic lists answer POST alone.
    """

    IDS = ("sample-jpaas", "sample-classic")
    PORTS = (8771, 8772)

    def __init__(self, root: Path | None = None, ports: tuple[int, int] = (0, 0)) -> None:
        self.log: list[Request] = []
        self.delay = 0.0
        self.edited: set[str] = set()
        self.status_for: dict[str, int] = {}
        self.retry_after = ""
        self.post_only = False
        sites = (root or project_data() / "sample") / "sites"
        with ExitStack() as bound:
            self._servers = [
                bound.enter_context(_Server(self, sites / portal, port))
                for portal, port in zip(self.IDS, ports, strict=True)
            ]
            self._bound = bound.pop_all()
        urls = [f"http://{server.host}" for server in self._servers]
        self.base_urls = dict(zip(self.IDS, urls, strict=True))

    def __enter__(self) -> Self:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(_POLL,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
        self._bound.close()

    def write_registry(self, directory: Path) -> None:
        """Write the portals' registry files with the addresses at which they really are."""
        directory.mkdir(parents=True, exist_ok=True)
        for portal, url in self.base_urls.items():
            entry = (project_data() / "portals" / f"{portal}.toml").read_text(encoding="utf-8")
            text = _BASE_URL.sub(f'base_url = "{url}"', entry)
            (directory / f"{portal}.toml").write_text(text, encoding="utf-8")


class _Server(ThreadingHTTPServer):
    """One portal: its folder, and the sample whose faults it shows."""

    def __init__(self, sample: SamplePortal, folder: Path, port: int) -> None:
        self.sample, self.folder = sample, folder
        try:
            super().__init__((_HOST, port), _Handler)
        except OSError as error:  # which of the two ports it is about is not in its words
            raise OSError(error.errno, f"port {port} of {_HOST}: {error.strerror}") from error
        self.host = f"{_HOST}:{self.server_port}"


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes = b""
    status: int = 200
    content_type: str = _HTML
    headers: Mapping[str, str] = field(default_factory=dict)


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and POST; any other method, HEAD too, gets 501 as these servers give it."""

    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "sample"
    wbufsize = -1  # head and body in one packet, or each answer waits for the client's delayed ACK

    def parse_request(self) -> bool:
        self._began = time.monotonic()
        return super().parse_request()

    def do_GET(self) -> None:
        self._send(self._answer({}))

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._send(self._answer(dict(parse_qsl(sent.decode("utf-8", "replace")))))

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        agent = self.headers.get("User-Agent", "") if hasattr(self, "headers") else ""
        path, method = getattr(self, "path", ""), self.command or ""
        request = Request(self._began, method, self.server.host, path, int(code), agent)
        self.server.sample.log.append(request)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent on stderr; the log is kept in memory."""

    def _send(self, answer: _Answer) -> None:
        self.send_response(answer.status)
        if answer.status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def _answer(self, form: Mapping[str, str]) -> _Answer:
        parts, sample = urlsplit(self.path), self.server.sample
        time.sleep(sample.delay)
        path = unquote(parts.path)
        if path in sample.status_for:
            again = {"Retry-After": sample.retry_after} if sample.retry_after else {}
            return _said(sample.status_for[path], again)
        if path == "/" or _COLUMN.fullmatch(path) or path in (PROXY, UNIT):
            return self._list(path, {**form, **dict(parse_qsl(parts.query))})
        return self._document(path)

    def _list(self, path: str, query: Mapping[str, str]) -> _Answer:
        """What the publishing system makes on the spot; nothing of it is to be kept."""
        lists = load_lists(self.server.folder)
        column = _COLUMN.fullmatch(path)
        if path == PROXY and self._is_classic:
            return _Answer(self._group(query).encode(), headers=_NO_STORE)
        if path == UNIT and not self._is_classic:
            return _Answer(lists.unit(query).encode(), 200, "application/json;charset=utf-8", _NO_STORE)
        text = lists.column(column[1]) if column else lists.home() if path == "/" else None
        # The classic system leaves the charset of its lists to the page.
        content_type = "text/html" if self._is_classic else _HTML
        return _said(404) if text is None else _Answer(text.encode(), 200, content_type, _NO_STORE)

    def _group(self, query: Mapping[str, str]) -> str:
        page = query.get("page", "")
        if not page.isdecimal() or (self.server.sample.post_only and self.command != "POST"):
            return EMPTY_GROUP
        return load_lists(self.server.folder).group(query.get("columnid", ""), int(page))

    @property
    def _is_classic(self) -> bool:
        return self.server.folder.name == "sample-classic"

    def _document(self, path: str) -> _Answer:
        """A file, with what a client needs to ask next time whether it changed."""
        root = (self.server.folder / "www").resolve()
        file = (root / path.lstrip("/")).resolve()
        if not (file.is_relative_to(root) and file.is_file()):
            return _said(404)
        body = file.read_bytes()
        if path in self.server.sample.edited:
            body = edited(body)
        content_type = load_lists(self.server.folder).content_types.get(path, _content_type(file))
        validators = _validators(file, body)
        if self._is_known(validators):
            return _Answer(b"", 304, headers=validators)
        return _Answer(body, 200, content_type, validators)

    def _is_known(self, validators: Mapping[str, str]) -> bool:
        """Whether the client has it already; what it knows by ETag goes before what it knows by date."""
        tag, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        if tag or not since:
            return tag == validators["ETag"]
        return parsedate_to_datetime(since) >= parsedate_to_datetime(validators["Last-Modified"])


def edited(page: bytes) -> bytes:
    """A page with another figure in the last row of its table; unchanged if it has no such row."""
    encoding = "utf-8" if _is_utf8(page) else "gb18030"
    before, row, after = page.decode(encoding).rpartition(_LAST_ROW)
    if not row:
        return page
    other = _FIGURE.sub(lambda digit: str(int(digit[0]) % 9 + 1), after, count=1)
    return f"{before}{row}{other}".encode(encoding)


def _is_utf8(page: bytes) -> bool:
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _validators(file: Path, body: bytes) -> dict[str, str]:
    tag = hashlib.sha256(body).hexdigest()[:16]
    return {"ETag": f'"{tag}"', "Last-Modified": formatdate(file.stat().st_mtime, usegmt=True)}


def _content_type(file: Path) -> str:
    return "text/plain" if file.suffix == ".txt" else _HTML


def _said(status: int, headers: Mapping[str, str] | None = None) -> _Answer:
    """A page that says no more than a status."""
    title = _SAID.get(status, str(status))
    return _Answer(
        f"<html><head><title>{title}</title></head><body>{title}</body></html>".encode(), status, _HTML, headers or {}
    )
