"""Alerts reach a real address, and nothing is sent where there is nothing to tell."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from flows.alerts import send_alert


class Box(HTTPServer):
    """Keeps what is posted."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.posted: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/box"


class _Post(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Box)
        self.server.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def box() -> Iterator[Box]:
    with Box() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


def test_an_alert_has_the_first_lines_and_says_how_many_there_are(box: Box) -> None:
    assert send_alert(box.url, "nianbao nightly: run 7 failed", [f"portal-{n}: 某某局" for n in range(23)])
    (one,) = box.posted
    assert one["title"] == "nianbao nightly: run 7 failed"
    lines = one["message"].splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("portal-0: 某某局", "and 3 more", 21)


def test_nothing_is_sent_when_there_is_nothing_to_tell_or_nobody(box: Box) -> None:
    assert send_alert(box.url, "title", [])
    assert send_alert("", "title", ["line"])
    assert box.posted == []


def test_one_that_cannot_be_sent_is_logged_without_its_address(box: Box, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "nianbao")
    assert not send_alert(f"{box.url} json://user:geheim@127.0.0.1:9/", "title", ["line"])
    assert not send_alert("nosuch://geheim", "title", ["line"])
    assert len(box.posted) == 1
    assert "not sent everywhere" in caplog.text
    assert "geheim" not in [record.getMessage() for record in caplog.records if record.name.startswith("nianbao")]
