"""An archive at an address of fsspec: written here, sent when finished, read by range."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from tests.warehouse.build import capture
from warehouse.archive import Archive, Location, repair
from warehouse.errors import WarehouseError
from warehouse.index import index_of
from warehouse.place import ArchivePlace

SOFTWARE = "nianbao test"
WRITER = """
import sys
from pathlib import Path
from tests.warehouse.build import capture
from warehouse.archive import Archive
from warehouse.place import ArchivePlace
archive = Archive(ArchivePlace(Path(sys.argv[1]), sys.argv[2]), "test")
print(archive.write(capture(body=b"kept")).file, flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["memory", "file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> ArchivePlace:
    url = f"memory://{uuid4()}/warcs" if request.param == "memory" else (tmp_path / "store").as_uri()
    return ArchivePlace.of(url, tmp_path / "spool")


def _there(place: ArchivePlace) -> list[str]:
    system, base = fsspec.core.url_to_fs(place.url)
    return sorted(path.rpartition("/")[2] for path in system.ls(base, detail=False)) if system.exists(base) else []


def _here(place: ArchivePlace) -> list[str]:
    return sorted(path.name for path in place.folder.iterdir())


def test_captures_come_back_before_and_after_the_file_is_sent(place: ArchivePlace) -> None:
    captures = [capture(f"http://www.qz.gov.cn/{n}.html", bytes([n]) * 1000) for n in range(5)]
    with Archive(place, SOFTWARE) as archive:
        places = [archive.write(one) for one in captures]
        assert [archive.read(one) for one in places] == captures
        assert _there(place) == []
    assert (_here(place), _there(place)) == ([], [places[0].file])
    assert [Archive(place, SOFTWARE).read(one) for one in places] == captures


def test_a_full_file_is_sent_while_the_next_is_written(place: ArchivePlace) -> None:
    with Archive(place, SOFTWARE, max_bytes=2000) as archive:
        places = [archive.write(capture(body=os.urandom(1500))) for _ in range(3)]
        assert _there(place) == sorted(one.file for one in places[:2])
        assert _here(place) == [f"{places[2].file}.open"]
        assert [len(archive.read(one).body) for one in places] == [1500] * 3


@pytest.mark.slow
def test_what_a_dead_process_left_is_repaired_and_sent(tmp_path: Path) -> None:
    place = ArchivePlace.of((tmp_path / "store").as_uri(), tmp_path / "spool")
    command = [sys.executable, "-c", WRITER, str(place.folder), place.url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        name = writer.stdout.readline().strip()
        assert repair(place) == []
        writer.kill()
    with (place.folder / f"{name}.open").open("ab") as file:
        file.write(b"\x1f\x8b torn")
    finished, sent = repair(place)
    assert "7 bytes of a torn record" in finished
    assert sent == f"{name}: sent to {place.url}"
    assert (_here(place), _there(place)) == ([f"{name}.torn"], [name])
    assert repair(place) == []


def test_what_cannot_be_sent_stays_and_the_next_run_sends_it(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file where the folder should be")
    place = ArchivePlace.of((tmp_path / "store").as_uri(), tmp_path / "spool")
    archive = Archive(place, SOFTWARE)
    kept = archive.write(capture())
    with pytest.raises(WarehouseError, match="the next run sends it"):
        archive.close()
    assert archive.read(kept) == capture()
    (tmp_path / "store").unlink()
    assert repair(place) == [f"{kept.file}: sent to {place.url}"]
    assert Archive(place, SOFTWARE).read(kept) == capture()


def test_what_is_not_there_is_named(place: ArchivePlace) -> None:
    with pytest.raises(WarehouseError, match=r"no response at byte 0 of gone\.warc\.gz"):
        Archive(place, SOFTWARE).read(Location("gone.warc.gz", 0, 10))


class NotAnsweringError(Exception):
    """As those of the libraries of stores, which are no OSError."""


class Deaf(MemoryFileSystem):
    """A store that does not answer."""

    protocol = "deaf"

    def _refuse(self, *_all: object, **_of_it: object) -> NoReturn:
        raise NotAnsweringError("could not connect\nto the endpoint")

    makedirs = isfile = isdir = cat_file = _refuse


def test_a_store_that_does_not_answer_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    fsspec.register_implementation("deaf", Deaf, clobber=True)
    place = ArchivePlace.of("deaf://bucket/warcs", tmp_path / "spool")
    archive = Archive(place, SOFTWARE)
    kept = archive.write(capture())
    told = "NotAnsweringError: could not connect to the endpoint"
    with pytest.raises(WarehouseError, match=f"cannot send.*{told}"):
        archive.close()
    assert archive.read(kept) == capture()
    with pytest.raises(WarehouseError, match=rf"cannot read byte 5 of a\.warc\.gz in the archive .*{told}"):
        archive.read(Location("a.warc.gz", 5, 10))
    with pytest.raises(WarehouseError, match=f"cannot list.*{told}"):
        index_of(place)
    (tmp_path / "b.warc.gz").write_bytes(b"one")
    with pytest.raises(WarehouseError, match=f"cannot copy.*{told}"):
        archive.take(tmp_path / "b.warc.gz")


@pytest.mark.parametrize("url", ["nosuch://bucket/warcs", "hdfs3://bucket"])
def test_an_address_that_nothing_here_can_talk_to_is_named(tmp_path: Path, url: str) -> None:
    with pytest.raises(WarehouseError, match=f"{url} cannot be reached"):
        Archive(ArchivePlace.of(url, tmp_path), SOFTWARE)


def test_a_foreign_file_is_taken_in_once(place: ArchivePlace, tmp_path: Path) -> None:
    given = tmp_path / "rec.warc.gz"
    given.write_bytes(b"one")
    archive = Archive(place, SOFTWARE)
    assert [archive.take(given) for _ in range(2)] == ["rec.warc.gz"] * 2
    given.write_bytes(b"other")
    other = archive.take(given)
    assert other.endswith("-rec.warc.gz")
    assert archive.take(given) == other
    assert _there(place) == sorted(["rec.warc.gz", other])
