"""What Datasette calls: our addresses, templates' words, the guard of connections and answers."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import Response, hookimpl
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError
from markupsafe import Markup

from warehouse.explorer import words
from warehouse.explorer.asking import loaded
from warehouse.explorer.guard import Application, guard, limit
from warehouse.explorer.routes import ROUTES

_log = logging.getLogger(__name__)
DATABASE, FIGURES = "warehouse", "figures"
_OWN_PAGES = (f"/{DATABASE}", f"/{FIGURES}", "/-/")


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages, which come before Datasette's."""
    return ROUTES


@hookimpl
def startup(datasette: Any) -> Any:
    """Read what tables there are before the first reader comes, who would wait for it."""

    async def read() -> None:
        await datasette.refresh_schemas()
        await datasette.get_database(DATABASE).table_counts()

    return read


@hookimpl
def prepare_connection(conn: Any, database: str) -> None:
    """Limit the connections that anybody's SQL runs on."""
    if database in (DATABASE, FIGURES):
        limit(conn)


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """How templates write numbers and name codes, and what every page says in its frame, that of an error too."""
    env.filters |= {"number": words.number, "without": words.without}
    env.globals |= {"words": words, "loaded": loaded, "nianbao": datasette.nianbao}


@hookimpl
def asgi_wrapper(datasette: Any) -> Any:
    """Headers on every answer."""
    base = datasette.setting("base_url").rstrip("/")

    def wrap(app: Application) -> Application:
        return guard(tuple(base + page for page in _OWN_PAGES), app)

    return wrap


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Callable[[], Awaitable[Any]]:
    """Say what was wrong with what was asked for; of what is wrong with us say nothing there, but log it.

    In place of Datasette's own, which prints every error with all local variables, even that a page is not there.
    """

    async def answer() -> Any:
        status, message, said = _told(exception)
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "error": message, "status": status, **said}, status=status)
        values = {"error": message, "status": status, "title": said.get("title"), "urls": datasette.urls}
        template = datasette.jinja_env.get_template("error.html")
        return Response.html(await template.render_async(values), status=status)

    return answer


def _told(exception: Exception) -> tuple[int, str, dict[str, Any]]:
    if isinstance(exception, Base400):
        return exception.status, str(exception.args[0]), {}
    if isinstance(exception, DatasetteError):
        message = Markup(exception.message) if exception.message_is_html else exception.message  # noqa: S704
        return exception.status, message, {"title": exception.title, **exception.error_dict}
    _log.error("a page failed", exc_info=exception)
    return 500, "这一页出错了 This page failed", {}
