"""One warehouse, one explorer and one browser for all tests here: each costs seconds."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from extractors.documents.mark import show_source
from flows.settings import settle
from tests.explorer.library import Library, build
from warehouse.archive import Archive
from warehouse.explorer.app import make_app
from warehouse.explorer.asking import Shelf
from warehouse.explorer.base import find_base
from warehouse.explorer.figures import figures_of
from warehouse.explorer.sources import Sources

CHROMIUM = "chromium"  # the command of Debian's package


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return build(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="session")
def shelf(library: Library) -> Shelf:
    base = find_base(library.warehouse, None)
    return Shelf(base, figures_of(base, library.data / "explorer"))


@pytest.fixture(scope="session")
def app(library: Library, shelf: Shelf) -> Any:
    """The explorer, its documents shown in this process."""
    return make_app(shelf, Sources(Archive(library.data / "archive", "test"), show_source))


@dataclass(frozen=True)
class Site:
    """The explorer as it is served, and where its browser leaves pictures."""

    url: str
    pictures: Path


@pytest.fixture(scope="session")
def site(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The explorer as `nianbao explore` serves it, on any free port, in a thread."""
    import uvicorn

    from flows.explore import bound, make_explorer
    from flows.viewer import Viewer

    with bound(0) as listening, Viewer() as viewer:
        made = make_explorer(settle({"data": str(library.data)}, {}), viewer)
        server = uvicorn.Server(uvicorn.Config(made.app(), log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield Site(f"http://127.0.0.1:{listening.getsockname()[1]}", tmp_path_factory.mktemp("pictures"))
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium. Without it a test is skipped; on a build machine it fails."""
    command = shutil.which(CHROMIUM)
    if command is None:
        missing = f"no command {CHROMIUM}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Chromium's own sandbox does not work for root, as whom builds run.
        running = playwright.chromium.launch(executable_path=command, args=["--no-sandbox"])
        yield running
        running.close()
