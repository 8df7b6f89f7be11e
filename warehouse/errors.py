"""What this room raises when the user can do something about it, and the words of databases as they may be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what has no database to do with must not wait for it
    from sqlalchemy import URL

_PATH = re.compile(r"(?<![\w./:~-])(?:[A-Za-z]:\\|/)(?:[^\s\"'(),:;]+[/\\])+[^\s\"'(),:;]*")


class WarehouseError(Exception):
    """The warehouse cannot do what was asked. The message is one line and says what to do."""


def words_of(error: BaseException, url: URL, sql: str = "") -> str:
    """The first line of the database's own words; what follows are positions, hints and links.

    A path that stands neither in the URL nor in the statement, which people type, is the machine's own business, and a
    password nobody's.
    """
    words = (str(error).strip().splitlines() or [type(error).__name__])[0]
    for secret in secrets_of(url):
        words = words.replace(secret, "***")
    typed = " ".join([url.database or "", *map(str, url.query.values()), sql])
    return _PATH.sub(lambda match: match[0] if _folder(match[0]) in typed else "a file of its own", words)


def said_by_database(error: BaseException) -> str:
    """What a database that went away in the middle said, and what to do; empty for any other error."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import OperationalError

    if not isinstance(error, OperationalError):
        return ""
    words = words_of(error.orig or error, make_url("postgresql://"))
    return f"the warehouse failed in the middle; when it is there again, the same command goes on ({words})"


def _folder(path: str) -> str:
    """Where a file is: a driver adds a name to the folder of its sockets."""
    return re.sub(r"[/\\][^/\\]*$", "", path)


def secrets_of(url: URL) -> set[str]:
    """Every password in a URL: before the host, or among its options."""
    options = (str(value) for key, value in url.query.items() if "pass" in key.lower())
    return {secret for secret in (url.password, *options) if secret}
