"""Both engines for every test that asks for one: an SQLite file, and a real PostgreSQL started here."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Table

from tests.warehouse.build import PORTALS
from tests.warehouse.country import settle_country
from tests.warehouse.filled import fill_new
from warehouse import list_tables
from warehouse.engine import Engine, connect_warehouse, open_warehouse, writing
from warehouse.ledger import register_portals, start_run
from warehouse.tables import metadata

USER = "nianbao"


@dataclass
class PostgreSQL:
    """A server of our own in a temporary directory, reachable by its socket there and by nothing else."""

    programs: Path
    home: Path
    databases: list[str] = field(default_factory=list)

    def start(self) -> None:
        data = self.home / "data"
        self._run("initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self.serve()

    def serve(self) -> None:
        settings = f"-k {self.home} -c listen_addresses= -c fsync=off"
        self._run("pg_ctl", "-D", self.home / "data", "-l", self.home / "log", "-o", settings, "-w", "start")

    def kill(self) -> None:
        """As a machine's memory runs out: the parent of its processes is killed, and these end when they notice."""
        pid = (self.home / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0]
        os.kill(int(pid), signal.SIGKILL)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.home / "data", "-m", "immediate", "stop")

    def new_database(self, like: str = "template1") -> str:
        """Make one, empty or like another that nobody has open; its URL."""
        import psycopg

        self.databases.append(f"test{len(self.databases)}")
        with psycopg.connect(host=str(self.home), user=USER, dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {self.databases[-1]} TEMPLATE {like}")
        return f"postgresql+psycopg://{USER}@/{self.databases[-1]}?host={self.home}"

    def _run(self, program: str, *arguments: str | Path) -> None:
        # The server refuses to run as root; the package brings a user for it.
        other_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*other_user, str(self.programs / program), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with own_postgresql() as server:
        yield server
        server.stop()


@contextmanager
def own_postgresql() -> Iterator[PostgreSQL]:
    """A new server. It is not stopped at the end: whoever has it may have killed it."""
    home = Path(tempfile.mkdtemp(prefix="nianbao-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    server = PostgreSQL(_programs(), home)
    try:
        server.start()
        yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)  # processes of a killed server may still leave something there


def _programs() -> Path:
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[4]))
    found = packaged[-1] if packaged else shutil.which("pg_ctl")
    if not found:
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say("there is no PostgreSQL server here: install the system package `postgresql`")
    return Path(found).parent


KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture(params=KINDS)
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where nothing is yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'warehouse.db'}"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.fixture(scope="session")
def used_database(postgresql: PostgreSQL) -> str:
    return postgresql.new_database()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse that knows the portals alone, to be copied: to make one takes a hundred times as long."""
    file = tmp_path_factory.mktemp("empty") / "warehouse.db"
    made = open_warehouse(f"sqlite:///{file}")
    register_portals(made, PORTALS)
    made.dispose()
    return file


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An open warehouse that knows the portals of `build` and nothing else."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "warehouse.db")
        opened = connect_warehouse(f"sqlite:///{tmp_path / 'warehouse.db'}")
    else:
        opened = open_warehouse(request.getfixturevalue("used_database"))
        _empty(opened)
        register_portals(opened, PORTALS)
    yield opened
    opened.dispose()


_LISTS = {name for name, table in vars(list_tables).items() if isinstance(table, Table)} | {"info", "label"}


def _empty(engine: Engine) -> None:
    """A PostgreSQL database takes most of a second to make, and a moment to empty."""
    names = ", ".join(name for name in metadata.tables if name not in _LISTS)
    with writing(engine) as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")


@pytest.fixture(scope="session", params=KINDS)
def country(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of the warehouse that `tests.warehouse.country` describes. To be read, never written."""
    if request.param == "sqlite":
        where = f"sqlite:///{tmp_path_factory.mktemp('country') / 'warehouse.db'}"
    else:
        where = request.getfixturevalue("postgresql").new_database()
    opened = open_warehouse(where)
    settle_country(opened)
    opened.dispose()
    return where


@pytest.fixture
def url(engine: Engine) -> str:
    """The URL of the engine's warehouse."""
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture(scope="session", params=KINDS)
def filled_url(request: pytest.FixtureRequest) -> str:
    """The URL of a warehouse with something in it, which tests read and never change."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('filled_file')}"
    url: str = request.getfixturevalue("postgresql").new_database()
    fill_new(url)
    return url


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as an SQLite file, to read or to copy."""
    file = tmp_path_factory.mktemp("filled") / "warehouse.db"
    fill_new(f"sqlite:///{file}")
    return file


@pytest.fixture
def run_id(engine: Engine) -> int:
    return start_run(engine, command="crawl", portals=[row.id for row in PORTALS], years=[2018]).id
