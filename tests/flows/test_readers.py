"""Documents that take their reader down end in a status, and the next one is read all the same."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from extractors.report import Context, read_capture
from flows.readers import Readers
from schema.records import Reading, ReadingStatus
from tests.extractors import forms

pytestmark = pytest.mark.slow

PAGE = forms.page(
    "2021", dict.fromkeys(forms.cells("2021"), "3"), title="示例市教育局2023年政府信息公开工作年度报告"
).encode()

PARENT = """
import multiprocessing, time
from flows.readers import Readers

if __name__ == "__main__":
    with Readers(2) as readers:
        readers.read(b"<html></html>")
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        time.sleep(60)
"""


def faulty(body: bytes, **known: Any) -> Reading:
    """A reader that fails as real ones do: by the first word of the document."""
    if body.startswith(b"hang"):
        time.sleep(60)
    if body.startswith(b"die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if body.startswith(b"swallow"):
        bytearray(64 << 30)
    return read_capture(body, **known)


def test_a_document_is_read_as_it_is_within_this_process() -> None:
    known = {"content_type": "text/html", "url": "http://h.example/1", "context": Context("330800")}
    with Readers(1) as readers:
        assert readers.read(PAGE, **known) == read_capture(PAGE, **known)


def test_a_reader_that_hangs_or_dies_is_one_unreadable_document() -> None:
    with Readers(1, 5.0, faulty) as readers:
        ends = [readers.read(word) for word in (b"die", b"hang", b"swallow")]
        after = readers.read(PAGE)
    assert {end.status for end in ends} == {ReadingStatus.UNREADABLE}
    assert [end.reason for end in ends] == [
        "the reader's process ended with code -9",
        "not read within 5 s",
        "takes more than 4 GiB to read",
    ]
    assert after.status is ReadingStatus.REPORT


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=env) as parent:
        assert parent.stdout
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    assert workers
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline, "a worker outlives its parent"
        time.sleep(0.05)
