"""The archive: files of living, dead and torn writers."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.warehouse.build import capture
from warehouse.archive import Archive, Location, repair
from warehouse.errors import WarehouseError

SOFTWARE = "nianbao test"
WRITER = """
import sys, time
from pathlib import Path
from tests.warehouse.build import capture
from warehouse.archive import Archive
archive = Archive(Path(sys.argv[1]), "test")
print(archive.write(capture(body=b"kept")).file, flush=True)
time.sleep(600)
"""


def _checked(file: Path) -> str:
    """The words of warcio's own checker; it fails the test when a digest or the file is wrong."""
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _types(file: Path) -> list[str]:
    with file.open("rb") as stream:
        return [record.rec_type for record in ArchiveIterator(stream)]


def test_captures_come_back_before_and_after_the_file_is_closed(tmp_path):
    captures = [capture(f"http://www.qz.gov.cn/{n}.html", bytes([n]) * 1000) for n in range(5)]
    with Archive(tmp_path, SOFTWARE) as archive:
        places = [archive.write(one) for one in captures]
        assert [archive.read(place) for place in places] == captures
        assert [path.suffix for path in tmp_path.iterdir()] == [".open"]
    assert [path.name for path in tmp_path.iterdir()] == [places[0].file]
    assert [Archive(tmp_path, SOFTWARE).read(place) for place in places] == captures


def test_warcio_finds_nothing_wrong(tmp_path):
    with Archive(tmp_path, SOFTWARE) as archive:
        place = archive.write(capture(headers=(("Content-Encoding", "gzip"),)))
        archive.write(capture(body=b"", status=304))
    assert _checked(tmp_path / place.file).count("digest pass") == 5
    assert _types(tmp_path / place.file) == ["warcinfo", "response", "request", "response", "request"]


def test_a_full_file_is_closed_and_another_begun(tmp_path):
    with Archive(tmp_path, SOFTWARE, max_bytes=2000) as archive:
        places = [archive.write(capture(body=os.urandom(1500))) for _ in range(3)]
        assert len({place.file for place in places}) == 3
        assert len(list(tmp_path.glob("*.open"))) == 1
    assert len(list(tmp_path.glob("*.warc.gz"))) == 3


def test_threads_share_an_archive(tmp_path):
    captures = [capture(f"http://www.qz.gov.cn/{n}.html", os.urandom(5000)) for n in range(40)]
    with Archive(tmp_path, SOFTWARE) as archive, ThreadPoolExecutor(8) as pool:
        places = list(pool.map(archive.write, captures))
        assert [archive.read(place) for place in places] == captures
    _checked(tmp_path / places[0].file)


def test_two_archives_of_one_process_write_two_files(tmp_path):
    with Archive(tmp_path, SOFTWARE) as one, Archive(tmp_path, SOFTWARE) as other:
        assert one.write(capture()).file != other.write(capture()).file


def test_a_write_that_fails_leaves_no_torn_record(tmp_path):
    with Archive(tmp_path, SOFTWARE) as archive:
        archive.write(capture(body=b"first"))
        with _files_of_at_most(10_000), pytest.raises(WarehouseError, match=r"File too large.*--archive"):
            archive.write(capture(body=os.urandom(50_000)))
        last = archive.write(capture(body=b"last"))
        assert archive.read(last).body == b"last"
    assert _types(tmp_path / last.file).count("response") == 2
    _checked(tmp_path / last.file)


@contextmanager
def _files_of_at_most(size: int) -> Iterator[None]:
    """The kernel writes so many bytes of a file and refuses the next, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_is_not_there_is_named_in_one_line(tmp_path):
    archive = Archive(tmp_path, SOFTWARE)
    with archive:
        place = archive.write(capture())
    for wrong in (Location("gone.warc.gz", 0, 10), replace(place, offset=place.offset + 1), replace(place, offset=0)):
        with pytest.raises(WarehouseError) as error:
            archive.read(wrong)
        assert "\n" not in str(error.value)
        assert wrong.file in str(error.value)


def test_repair_leaves_a_living_writer_alone_and_finishes_a_dead_one(tmp_path):
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    with writer:
        try:
            name = writer.stdout.readline().strip()
            assert repair(tmp_path) == []
            assert (tmp_path / f"{name}.open").exists()
        finally:
            writer.kill()
    assert repair(tmp_path) == [f"{name}: finished"]
    assert _checked(tmp_path / name).count("digest pass") == 3
    assert repair(tmp_path) == []


@pytest.mark.parametrize("tear", ["half a record", "one byte", "zeros"])
def test_repair_cuts_a_torn_record_off_and_keeps_it(tmp_path, tear):
    place, whole = _left_open(tmp_path)
    half = whole[place.offset :][: place.length // 2]
    torn = {"half a record": half, "one byte": whole[:1], "zeros": bytes(4096)}[tear]
    with (tmp_path / f"{place.file}.open").open("ab") as file:
        file.write(torn)
    assert Archive(tmp_path, SOFTWARE).read(place).body == b"kept"
    [said] = repair(tmp_path)
    assert f"{len(torn)} bytes" in said
    assert (tmp_path / place.file).read_bytes() == whole
    assert (tmp_path / f"{place.file}.torn").read_bytes() == torn
    _checked(tmp_path / place.file)


def test_repair_at_every_byte_keeps_the_whole_records(tmp_path):
    place, whole = _left_open(tmp_path)
    open_file = tmp_path / f"{place.file}.open"
    for length in range(0, len(whole), 7):
        open_file.write_bytes(whole[:length])
        repair(tmp_path)
        finished = tmp_path / place.file
        kept = finished.read_bytes() if finished.exists() else b""
        assert (place.offset + place.length <= length) == (len(kept) >= place.offset + place.length)
        if kept:
            assert len(_types(finished)) >= 1
            finished.unlink()


def test_a_file_without_a_whole_record_goes_away(tmp_path):
    place, whole = _left_open(tmp_path)
    (tmp_path / f"{place.file}.open").write_bytes(whole[:20])
    assert "removed" in repair(tmp_path)[0]
    assert [path.name for path in tmp_path.iterdir()] == [f"{place.file}.torn"]


def test_an_archive_that_was_never_written_needs_no_repair(tmp_path):
    assert repair(tmp_path / "archive") == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "archive").write_text("a file")
    with pytest.raises(WarehouseError, match=r"cannot write the archive .*--archive"):
        Archive(tmp_path / "archive", SOFTWARE).write(capture())


def _left_open(root: Path) -> tuple[Location, bytes]:
    """A file as a dead process leaves it: its first response, and all its bytes."""
    with Archive(root, SOFTWARE) as archive:
        place = archive.write(capture(body=b"kept"))
        archive.write(capture(body=b"kept as well"))
    (root / place.file).rename(root / f"{place.file}.open")
    return place, (root / f"{place.file}.open").read_bytes()


def test_a_file_that_lies_in_the_archive_stays_as_it_is_and_an_unfinished_one_is_refused(tmp_path):
    place, _ = _left_open(tmp_path)
    archive = Archive(tmp_path, SOFTWARE)
    with pytest.raises(WarehouseError, match="is being written"):
        archive.take(tmp_path / f"{place.file}.open")
    repair(tmp_path)
    assert archive.take(tmp_path / place.file) == place.file
    assert [path.name for path in tmp_path.iterdir()] == [place.file]
