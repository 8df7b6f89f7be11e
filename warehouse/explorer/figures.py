"""The file of figures: what the pages show of the whole country, and the list of agencies that a search looks through.

It is made anew when the base has changed, in a file beside it that then takes its place, so that a reader never sees a
half of it.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from importlib import resources
from pathlib import Path

from pypinyin import Style, lazy_pinyin
from sqlalchemy import URL

from warehouse.errors import WarehouseError, words_of
from warehouse.explorer.base import Base
from warehouse.explorer.statistics import Figures, put_statistics

# The series that an agency's page draws and compares with its peers.
MAIN_SERIES = (
    "requests_received",
    "rate_disclosed_substantive",
    "denied_core",
    "not_held",
    "review_decided",
    "litigation_decided",
)

_LEFT_OUT_OF_INITIALS = str.maketrans("", "", "省市县区旗")  # people leave them out, too
_TOTAL = "(SELECT id FROM dimension WHERE dimension = 'applicant' AND code = 'total')"
_OF_INDICATOR = f"""
SELECT r.id, r.agency_id, r.year, CASE WHEN c.report_id IS NULL THEN o.value ELSE c.value END
FROM observation o CROSS JOIN report r ON r.id = o.report_id
LEFT JOIN corrected c
    ON c.report_id = o.report_id AND c.indicator_id = o.indicator_id AND c.applicant_id = o.applicant_id
WHERE o.indicator_id = ? AND o.applicant_id = {_TOTAL} AND r.is_current"""  # noqa: S608
_OF_SERIES = "SELECT report_id, agency_id, year, value FROM base.series WHERE series = ?"


def figures_of(base: Base, folder: Path, say: Callable[[str], None] = lambda _: None) -> Path:
    """The file of figures of a base, made now if there is none that is of its present state.

    Raises WarehouseError when it cannot be made.
    """
    file = folder / f"figures-{sha256(str(base.file.absolute()).encode()).hexdigest()[:12]}.db"
    state = sha256(f"{base.state}{_recipe()}".encode()).hexdigest()
    if _state(file) == state:
        return file
    say("computing what the pages show of the whole country; this is done once for a state of the warehouse")
    new = file.with_suffix(".new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        with closing(sqlite3.connect(new.absolute().as_uri(), uri=True, isolation_level=None)) as connection:
            _fill(connection, base, state)
        new.replace(file)
    except (OSError, sqlite3.Error) as error:
        words = words_of(error, URL.create("sqlite", database=str(new)))
        raise WarehouseError(f"cannot compute the explorer's figures in {folder}: {words}") from error
    return file


def _recipe() -> str:
    """What figures are made of, so that those of an earlier version are made anew."""
    return resources.files("warehouse.explorer").joinpath("figures.sql").read_text(encoding="utf-8")


def _state(file: Path) -> str:
    if not file.is_file():
        return ""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return str(connection.execute("SELECT state FROM made_of").fetchone()[0])
    except (sqlite3.Error, TypeError):
        return ""


def _fill(connection: sqlite3.Connection, base: Base, state: str) -> None:
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("ATTACH ? AS base", (base.uri,))
    connection.execute("BEGIN")
    for statement in _statements(_recipe()):
        connection.execute(statement)
    _put_pinyin(connection)
    for code, indicator_id in connection.execute("SELECT code, id FROM indicator ORDER BY id").fetchall():
        rows = connection.execute(_OF_INDICATOR, (indicator_id,)).fetchall()
        put_statistics(connection, code, Figures.of(rows), is_share=False)
    for code, is_share in connection.execute(
        "SELECT series, MAX(is_share) FROM series_form GROUP BY series"
    ).fetchall():
        rows = connection.execute(_OF_SERIES, (code,)).fetchall()
        put_statistics(connection, code, Figures.of(rows), is_share=bool(is_share))
        if code in MAIN_SERIES:
            _put_peers(connection, code, rows)
    connection.execute("CREATE TABLE made_of AS SELECT ? AS state", (state,))
    connection.execute("COMMIT")
    connection.execute("ANALYZE main")


def _statements(script: str) -> Iterator[str]:
    """The statements one by one: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _put_pinyin(connection: sqlite3.Connection) -> None:
    names = connection.execute("SELECT agency_id, name FROM card").fetchall()
    connection.executemany(
        "UPDATE card SET pinyin = ? WHERE agency_id = ?", [(pinyin(name), key) for key, name in names]
    )


def pinyin(name: str) -> str:
    """How a name may be typed: initials, initials without the kinds of places, whole syllables."""
    short = name.translate(_LEFT_OUT_OF_INITIALS)
    initials = ("".join(lazy_pinyin(each, style=Style.FIRST_LETTER)) for each in (name, short))
    syllables = ("".join(lazy_pinyin(each)) for each in (name, short))
    return " ".join(dict.fromkeys((*initials, *syllables))).lower()


def _put_peers(connection: sqlite3.Connection, code: str, rows: list[tuple[int, int, int, float | None]]) -> None:
    known = {row[0]: row[1:] for row in connection.execute("SELECT agency_id, level, sector FROM card")}
    peers = [(code, year, *known[agency], value, agency) for _, agency, year, value in rows if value is not None]
    complete = [peer for peer in peers if peer[2] and peer[3]]
    connection.executemany("INSERT INTO peer VALUES (?, ?, ?, ?, ?, ?)", complete)
