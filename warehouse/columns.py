"""Column types that both engines store alike and that read well in the database's own shell."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, Numeric, Text, TypeDecorator
from sqlalchemy.types import TypeEngine


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; `timestamptz` on PostgreSQL, `YYYY-MM-DD HH:MM:SS.ffffff` on SQLite.

    SQLite forgets time zones, so one that is not UTC would come back as another moment.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware time into UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite did not keep."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """Text from a page. What no database takes, NUL and half surrogate pairs, becomes U+FFFD.

    Otherwise one such character in a title would make its report impossible to store.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what cannot be stored."""
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """The text with U+FFFD for every NUL and every surrogate without its other half."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


class Figure(TypeDecorator[Decimal]):
    """A printed number: exact on PostgreSQL, INTEGER or REAL on SQLite, where sums must work in the shell.

    SQLite keeps 15 significant digits, more than any figure of these forms has; the cell's raw text
    stands beside it. `repr` of a float is its shortest decimal, so what was printed comes back as it was.
    """

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Decimal]:
        """Bind floats on SQLite, which knows no decimals."""
        kept: Numeric[Any] = Numeric(asdecimal=False) if dialect.name == "sqlite" else Numeric()
        return dialect.type_descriptor(kept)

    def process_result_value(self, value: Decimal | float | None, dialect: Dialect) -> Decimal | None:
        """Always a Decimal, whatever the engine gave."""
        return None if value is None else Decimal(repr(value) if isinstance(value, float) else value)


def one_of(kind: type[StrEnum], name: str) -> Enum:
    """A text column that holds the values of `kind` and, by a check, nothing else."""
    return Enum(kind, name=name, native_enum=False, create_constraint=True, length=20, values_callable=list)
