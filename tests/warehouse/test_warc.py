"""A capture as WARC records and back."""

import gzip
from datetime import UTC, datetime

import pytest

from tests.warehouse.build import capture
from warehouse.warc import capture_bytes
from warehouse.warc_read import capture_of, read_record

HEADERS = (
    ("Content-Type", "text/html; charset=gb2312"),
    ("content-encoding", "gzip"),
    ("Transfer-Encoding", "chunked"),
    ("Content-Length", "17"),
    ("Set-Cookie", "a=1"),
    ("Set-Cookie", "b=2"),
    ("X-Name", "\u00e5\u00b9\u00b4\u00ff"),  # bytes that are UTF-8 only in part, as Latin-1
    ("X-Empty", ""),
)


def _round_trip(original):
    data, length = capture_bytes(original)
    return capture_of(read_record(data[:length]))


def test_a_capture_comes_back_as_it_went_in():
    original = capture(headers=HEADERS, reason="\u00e6\u0088\u0090", body=bytes(range(256)) * 300)
    assert _round_trip(original) == original


@pytest.mark.parametrize("body", [b"", b"\r\n\r\n", b"\x00"])
def test_bodies_that_could_be_mistaken_for_an_end(body):
    assert _round_trip(capture(body=body)) == capture(body=body)


def test_microseconds_and_zone_of_the_time():
    local = datetime(2026, 1, 1, 8, 0, 0, 1, UTC)
    assert _round_trip(capture(fetched_at=local)).fetched_at == local


def test_the_address_before_redirects_is_kept():
    moved = capture("http://www.qz.gov.cn/new.html", requested_url="http://www.qz.gov.cn/old.html")
    assert _round_trip(moved) == moved


def test_a_line_break_in_a_header_does_not_end_the_headers():
    folded = capture(headers=(("X-Folded", "one\r\n two"),))
    assert _round_trip(folded).headers == (("X-Folded", "one  two"),)


def test_framing_headers_speak_of_the_stored_body():
    data, length = capture_bytes(capture(headers=HEADERS, body=b"decoded"))
    record = gzip.decompress(data[:length])
    head = record.split(b"\r\n\r\n")[1]
    assert b"\r\nContent-Length: 7" in head
    assert b"X-Archive-Orig-content-encoding: gzip" in head
    assert b"X-Archive-Orig-Transfer-Encoding: chunked" in head
    assert b"\r\ncontent-encoding" not in head


def test_the_request_is_told_as_far_as_it_is_known():
    url = "http://www.qz.gov.cn:8080/列表.do?page=1"
    data, length = capture_bytes(capture(url, method="POST", request_body=b"p=1"))
    request = gzip.decompress(data[length:])
    assert b"WARC-Type: request" in request
    assert b"POST /%E5%88%97%E8%A1%A8.do?page=1 HTTP/1.1\r\nHost: www.qz.gov.cn:8080\r\n" in request
    assert request.rstrip().endswith(b"Content-Length: 3\r\n\r\np=1")


def test_a_request_is_no_capture():
    data, length = capture_bytes(capture())
    with pytest.raises(ValueError):
        read_record(data[length:])
