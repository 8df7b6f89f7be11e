"""Revisit records as the standard has them."""

import gzip
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from schema.records import Capture
from tests.warehouse.build import capture
from warehouse.archive import Archive, Original
from warehouse.errors import WarehouseError
from warehouse.warc import capture_bytes, revisit_bytes

FIRST = capture(body=b"<html>3457</html>")
ORIGINAL = Original(FIRST.url, FIRST.fetched_at)
SAME = capture(body=FIRST.body, day=1, headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")))
NOT_MODIFIED = replace(capture(body=b"", day=1), status=304, reason="Not Modified")


def _parts(record: bytes) -> tuple[dict[str, str], bytes]:
    """The WARC headers of a record in one gzip member, and its block."""
    head, _, block = gzip.decompress(record).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "WARC/1.1"
    return dict(line.split(": ", 1) for line in lines[1:]), block.removesuffix(b"\r\n\r\n")


@pytest.mark.parametrize("visit", [SAME, NOT_MODIFIED])
def test_a_revisit_points_to_its_original(visit: Capture) -> None:
    headers, _ = _parts(revisit_bytes(visit, ORIGINAL))
    assert headers["WARC-Type"] == "revisit"
    assert headers["WARC-Target-URI"] == visit.url
    assert headers["WARC-Date"] == "2026-01-03T03:04:05.678901Z"
    assert headers["WARC-Refers-To-Target-URI"] == FIRST.url
    assert headers["WARC-Refers-To-Date"] == "2026-01-02T03:04:05.678901Z"


def test_the_same_bytes_are_told_by_their_digest_and_the_new_headers() -> None:
    data, length = capture_bytes(FIRST)
    original, _ = _parts(data[:length])
    headers, block = _parts(revisit_bytes(SAME, ORIGINAL))
    assert headers["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert headers["WARC-Payload-Digest"] == original["WARC-Payload-Digest"]
    assert block.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Archive-Orig-Content-Encoding: gzip\r\n")
    assert block.endswith(b"\r\n\r\n")
    assert FIRST.body not in block


def test_what_the_server_calls_not_modified_has_no_payload() -> None:
    headers, block = _parts(revisit_bytes(NOT_MODIFIED, ORIGINAL))
    assert headers["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert "WARC-Payload-Digest" not in headers
    assert (headers["Content-Length"], block) == ("0", b"")


def test_the_address_before_redirects_is_kept() -> None:
    moved = replace(SAME, requested_url="http://www.qz.gov.cn/old.html")
    headers, _ = _parts(revisit_bytes(moved, ORIGINAL))
    assert headers["WARC-X-Requested-URI"] == moved.requested_url


def test_warcio_finds_nothing_wrong_and_a_revisit_is_small(tmp_path: Path) -> None:
    with Archive(tmp_path, "nianbao test") as archive:
        file = archive.write(FIRST).file
        sizes = [archive.write_revisit(visit, ORIGINAL).length for visit in (SAME, NOT_MODIFIED)]
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(tmp_path / file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert max(sizes) < 600


def test_a_revisit_is_no_capture(tmp_path: Path) -> None:
    with Archive(tmp_path, "nianbao test") as archive:
        place = archive.write_revisit(SAME, ORIGINAL)
        with pytest.raises(WarehouseError, match="no response"):
            archive.read(place)
