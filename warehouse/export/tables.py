"""What can be exported: the views, in an order that does not depend on the engine, with typed columns."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy import Connection, Row, column, select, table
from sqlalchemy.sql.expression import ColumnElement, Select

_ROWS = 65_536  # of a batch: what is in memory at a time, and a row group of Parquet
_INTEGER, _NUMBER, _BOOLEAN, _TEXT = pa.int32(), pa.float64(), pa.bool_(), pa.string()
_TIME = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True)
class Exported:
    """A view, and the columns by which its rows are in order. One without years is exported in one piece."""

    name: str
    order: tuple[str, ...]
    yearly: bool = True
