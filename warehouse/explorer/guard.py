"""What keeps readers and the machine from harm: headers on every answer, limits on every query."""

import sqlite3
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from warehouse.query import authorize

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# An archived page: nothing but its text and our style. `sandbox` makes it a stranger to this site, without scripts.
ARCHIVED_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self';"
    " sandbox"
)
_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
}
_TELLS = frozenset({"data_version", "database_list", "schema_version"})  # pragmas of Datasette and of full-text search
_MOST_BYTES = 8 << 20  # of one value: `zeroblob` and `replace` make them as large as they are let
_MOST_SQL = 50_000


def _csp(*, may_style: bool) -> str:
    style = "'self' 'unsafe-inline'" if may_style else "'self'"
    return (
        f"default-src 'none'; script-src 'self'; style-src {style}; img-src 'self' data: blob:; connect-src 'self';"
        " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )


def guard(datasette_pages: tuple[str, ...], app: Application) -> Application:
    """The application with headers on all it answers; pages of Datasette itself may style elements in place."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [(name.lower(), value) for name, value in message.get("headers", ())]
                own = str(scope.get("path", "")).startswith(datasette_pages)
                headers = dict(_ALWAYS)
                headers[b"server-timing"] = f"app;dur={1000 * (time.perf_counter() - began):.1f}".encode()
                headers[b"content-security-policy"] = _csp(may_style=own).encode()
                has = dict(given)
                missing = [(name, value) for name, value in headers.items() if name not in has]
                message = {**message, "headers": [*given, *missing]}
            await send(message)

        await app(scope, receive, add if scope["type"] == "http" else send)

    return guarded


def limit(connection: sqlite3.Connection) -> None:
    """Let a connection do nothing but read, and nothing large: no ATTACH, no pragma that sets, no huge value."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _MOST_SQL)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_authorize)


def _authorize(action: int, first: str | None, second: str | None, database: object, trigger: object) -> int:
    if action == sqlite3.SQLITE_PRAGMA and first in _TELLS and second is None:
        return sqlite3.SQLITE_OK
    return authorize(action, first, second, database, trigger)
