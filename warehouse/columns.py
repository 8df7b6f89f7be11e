"""Column types that both engines store alike, and the kinds of columns that the tables are made of."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Numeric,
    SmallInteger,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.types import TypeEngine

from schema.records import Status

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

STATUSES = tuple(Status)  # an observation stores the place in this order; only ever append
STATUS_CODES = {status: code for code, status in enumerate(STATUSES)}


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
    if text.isascii() and "\0" not in text:  # most cells are figures or empty
        return text
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


class StatusCode(TypeDecorator[Status]):
    """A cell's status as a small number, its place in `STATUSES`: a million cells hold a million of them."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Status | None, dialect: Dialect) -> int | None:
        """The status's number."""
        return None if value is None else STATUS_CODES[value]

    def process_result_value(self, value: int | None, dialect: Dialect) -> Status | None:
        """The number's status."""
        return None if value is None else STATUSES[value]


def words(name: str, *, comment: str | None = None) -> Column[str]:
    """A text that is there but may be empty: no null to think of where nothing is meant by it."""
    return Column(name, Words, nullable=False, default="", comment=comment)


def time(name: str, *, null: bool = False, comment: str | None = None) -> Column[datetime]:
    """A moment in UTC."""
    return Column(name, UtcTime, nullable=null, comment=comment)


def to(name: str, target: str, *, null: bool = False, comment: str | None = None) -> Column[int]:
    """A reference to another table's column."""
    return Column(name, ForeignKey(target), nullable=null, comment=comment)


def of_page() -> ForeignKeyConstraint:
    """A reference to a page by the table's own portal_id and url."""
    return ForeignKeyConstraint(["portal_id", "url"], ["page.portal_id", "page.url"])


def unique_where(name: str, *columns: str, where: str) -> Index:
    """Unique among the rows that `where` picks; both engines know such an index."""
    return index_where(name, *columns, where=where, unique=True)


def index_where(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that `where` picks."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def one_of(kind: type[StrEnum], name: str) -> Enum:
    """A text column that holds the values of `kind` and, by a check, nothing else."""
    return Enum(kind, name=name, native_enum=False, create_constraint=True, length=20, values_callable=list)
