"""What the two engines call by different names."""

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql, sqlite

_CACHE_KB = 64 << 10
_TURN = 0x6E69616E  # any fixed number: processes that take turns must ask for the same lock


def take_turn(connection: Connection) -> None:
    """Wait for every other transaction that took its turn: for what replaces whole tables or makes them.

    On SQLite there is one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})


def share_turn(connection: Connection) -> None:
    """Wait for a transaction that took its turn, and let none take it before ours ends; others may share it with us."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": _TURN})


def make_room(connection: Connection) -> None:
    """Let SQLite hold the pages that a large transaction writes: with its usual 2 MB it reads each again and again."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA cache_size = -{_CACHE_KB}"))


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The engine's own INSERT, which knows ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
