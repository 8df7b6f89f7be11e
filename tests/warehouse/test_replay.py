"""Our archive in a replay tool of others: every visit gives back the body that the page had."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.warehouse.build import URL, capture
from tests.warehouse.replay import replayed, replaying
from warehouse.archive import Archive, Original

pytestmark = pytest.mark.slow

PAGE = "<html><head><title>年报</title></head><body>3457件</body></html>".encode()
KNOWN = (("Content-Type", "text/html; charset=utf-8"),)


def test_pywb_replays_pages_and_revisits_with_their_bytes(tmp_path: Path) -> None:
    first = capture(body=PAGE, headers=(*KNOWN, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")))
    same = capture(body=PAGE, day=1, headers=KNOWN)
    not_modified = replace(capture(body=b"", day=2, headers=()), status=304, reason="Not Modified")
    changed = capture(body=PAGE + os.urandom(300_000), day=3)
    with Archive(tmp_path / "archive", "nianbao test") as archive:
        archive.write(first)
        archive.write_revisit(same, Original(first.url, first.fetched_at))
        archive.write_revisit(not_modified, Original(first.url, first.fetched_at))
        archive.write(changed)
    with replaying(list((tmp_path / "archive").iterdir()), tmp_path) as collection:
        for visit, body in ((first, PAGE), (same, PAGE), (not_modified, PAGE), (changed, changed.body)):
            assert replayed(collection, visit.fetched_at, URL) == (200, body)


def test_the_test_sees_a_revisit_that_leads_nowhere(tmp_path: Path) -> None:
    first, same = capture(body=PAGE), capture(body=PAGE, day=1)
    with Archive(tmp_path / "archive", "nianbao test") as archive:
        archive.write(first)
        archive.write_revisit(same, Original("http://www.qz.gov.cn/elsewhere.html", first.fetched_at))
    with (
        replaying(list((tmp_path / "archive").iterdir()), tmp_path) as collection,
        pytest.raises(AssertionError, match="another record"),
    ):
        replayed(collection, same.fetched_at, URL)
