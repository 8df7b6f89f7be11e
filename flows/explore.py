"""Put the explorer together: what is explored, the archive behind it, the reader that shows documents; and serve it."""

import socket
import webbrowser
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import click

from flows.settings import Settings
from flows.viewer import Viewer
from warehouse.archive import Archive
from warehouse.engine import Engine, open_warehouse
from warehouse.errors import WarehouseError

_LOOPBACK = "127.0.0.1"


def run_explorer(settings: Settings, *, port: int, release: Path | None, opens: bool, base_url: str = "/") -> None:
    """Serve the explorer on loopback until Ctrl-C.

    Raises WarehouseError where there is nothing to explore, or the packages for it are not installed, and OSError for a
    port that is taken.
    """
    with bound(port) as listening, Viewer() as viewer:
        path = f"/{base_url.strip('/')}/".replace("//", "/")
        app = make_explorer(settings, viewer, release, path)
        address = f"http://{_LOOPBACK}:{listening.getsockname()[1]}{path}"
        click.echo(f"{address}\nCtrl-C ends it.")
        if opens:
            Thread(target=webbrowser.open, args=(address,), daemon=True).start()  # some wait until they are closed
        _serve(app, listening)


def make_explorer(settings: Settings, viewer: Viewer, release: Path | None = None, base_url: str = "/") -> Any:
    """The explorer as an application, its figures computed. Raises WarehouseError as `run_explorer`."""
    try:
        from warehouse.explorer.app import make_app
        from warehouse.explorer.asking import Shelf
        from warehouse.explorer.base import find_base
        from warehouse.explorer.figures import figures_of
        from warehouse.explorer.sources import Sources
    except ModuleNotFoundError as error:
        raise WarehouseError(
            f"the explorer needs {error.name}: install nianbao with its extra, as in pip install -e '.[explore]'"
        ) from error
    base = find_base(settings.warehouse, release)
    figures = figures_of(base, settings.data / "explorer", lambda said: click.echo(said, err=True))
    sources = Sources(Archive(settings.archive, "nianbao"), viewer.show, _behind(settings) if base.is_release else None)
    return make_app(Shelf(base, figures), sources, base_url)


def _behind(settings: Settings) -> Engine | None:
    """The warehouse that a release was made of, where it is at hand: it knows where in the archive a response is."""
    try:
        return open_warehouse(settings.warehouse, create=False)
    except WarehouseError:
        return None


def bound(port: int) -> socket.socket:
    """A socket on loopback that waits to be served. Raises OSError, which says what to do, when the port is taken."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((_LOOPBACK, port))
        listening.listen()  # who comes before the server has begun waits, and is not refused
    except OSError as error:
        listening.close()
        raise OSError(f"port {port} of {_LOOPBACK}: {error.strerror}; name another with --port") from error
    return listening


def _serve(app: Any, listening: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(app.app(), log_level="warning", lifespan="on")
    with suppress(KeyboardInterrupt):  # which uvicorn raises again when it has ended in order
        uvicorn.Server(config).run(sockets=[listening])
