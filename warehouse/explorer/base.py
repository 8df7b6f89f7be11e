"""What is explored: the SQLite file of a warehouse, or that of a release."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import URL

from warehouse.engine import existing_file, open_warehouse, parse_url
from warehouse.errors import WarehouseError, words_of

_SUFFIXES = (".db", ".sqlite", ".sqlite3")


@dataclass(frozen=True, slots=True)
class Base:
    """An SQLite file to be read. `version` is that of the release, empty for a warehouse.

    `state` changes when what the file says changes, so that what was computed from it is known to be old.
    """

    file: Path
    version: str
    state: str

    @property
    def is_release(self) -> bool:
        """Whether nobody writes into it any more."""
        return bool(self.version)

    @property
    def uri(self) -> str:
        """The file as SQLite opens it for reading only."""
        return f"{self.file.absolute().as_uri()}?{'immutable=1' if self.is_release else 'mode=ro'}"


def find_base(warehouse_url: str, release: Path | None) -> Base:
    """The release, if one is named, or else the warehouse; its views are put in order first.

    Raises WarehouseError, which says what to do, where there is none that can be read.
    """
    if release is not None:
        return _base(_release_file(release), is_release=True)
    parsed = parse_url(warehouse_url)
    if parsed.get_backend_name() != "sqlite":
        raise WarehouseError(
            "a warehouse on PostgreSQL is explored through a release: run `nianbao publish --to DIR`,"
            " then `nianbao explore --release DIR`"
        )
    file = existing_file(parsed)
    if _tables(file) >= {"release"}:
        return _base(file, is_release=True)
    open_warehouse(warehouse_url).dispose()  # makes the views of this version, as every command does that writes
    return _base(file, is_release=False)


def _release_file(place: Path) -> Path:
    if place.is_file():
        return place
    found = sorted(file for file in place.glob("*") if file.suffix in _SUFFIXES) if place.is_dir() else []
    if len(found) != 1:
        raise WarehouseError(
            f"{place} holds no release; name the folder that `nianbao publish` made, or its SQLite file"
        )
    return found[0]


def _tables(file: Path) -> set[str]:
    return {str(row[0]) for row in _ask(file, "SELECT name FROM sqlite_master")}


def _base(file: Path, *, is_release: bool) -> Base:
    if is_release:
        if "release" not in _tables(file):
            raise WarehouseError(f"{file} is no release; one is made by `nianbao publish --to DIR`")
        ((version,),) = _ask(file, "SELECT version FROM release")
        stat = file.stat()
        return Base(file, str(version) or "?", _digest(file, version, stat.st_size, stat.st_mtime_ns))
    last = _ask(
        file,
        "SELECT (SELECT MAX(id) FROM visit), (SELECT MAX(id) FROM report), (SELECT MAX(id) FROM finding),"
        " (SELECT COUNT(*) FROM corrected), (SELECT MAX(finished_at) FROM run), (SELECT COUNT(*) FROM agency)",
    )
    views = _ask(file, "SELECT value FROM info WHERE key = 'views'")
    return Base(file, "", _digest(file, last, views))


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()


def _ask(file: Path, sql: str) -> list[tuple[object, ...]]:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()
    except sqlite3.Error as error:
        words = words_of(error, URL.create("sqlite", database=str(file)))
        raise WarehouseError(f"cannot read {file}: {words}") from error
