"""LibreOffice as a part that may be absent, hang or be asked for by several at once."""

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from extractors.documents import Unreadable, office
from tests.extractors.documents.producers import needed

pytestmark = pytest.mark.slow
RTF = rb"{\rtf1\ansi \trowd\cellx2000\cellx4000\intbl a\cell %d\cell\row}"


def test_many_files_go_in_one_call_and_each_has_its_own_end():
    needed("soffice", "libreoffice")
    first, broken, second = office.convert([RTF % 1, b"\xd0\xcf\x11\xe0 and nothing more", RTF % 2])
    assert isinstance(first, bytes)
    assert isinstance(second, bytes)
    assert isinstance(broken, Unreadable)
    assert first.startswith(b"PK")


def test_two_calls_at_once_do_not_end_in_silence():
    needed("soffice", "libreoffice")
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(lambda n: office.convert([RTF % n]), (1, 2)))
    assert [type(one) for (one,) in ends] == [bytes, bytes]


def test_a_run_that_hangs_is_killed_with_what_it_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {tmp_path}/child\nwait\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(office, "SECONDS", 1.0)
    (end,) = office.convert([RTF % 1])
    assert isinstance(end, Unreadable)
    assert "within 1 s" in str(end)
    child = Path(f"/proc/{(tmp_path / 'child').read_text(encoding='ascii').strip()}")
    for _ in range(100):
        if not child.exists() or "Z" in (child / "stat").read_text(encoding="ascii").split()[2]:
            return
        time.sleep(0.05)
    pytest.fail("what LibreOffice began outlives it")
