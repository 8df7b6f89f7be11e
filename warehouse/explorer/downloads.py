"""Figures as files."""

import csv
import io
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.explorer.asking import Row

_ACTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes text that begins so for a formula


def as_csv(columns: Sequence[str], figures: Sequence[Row]) -> bytes:
    """CSV in UTF-8, with the mark that Excel knows it by; no text of it can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_plain(each[name]) for name in columns] for each in figures)
    return out.getvalue().encode("utf-8-sig")


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_ACTS) else value


def as_parquet(columns: Sequence[str], figures: Sequence[Row]) -> bytes:
    """Parquet with the columns' own types."""
    types = {
        "value": pa.float64(),
        "year": pa.int32(),
        "agency_id": pa.int64(),
        "report_id": pa.int64(),
        "break_before": pa.bool_(),
    }
    arrays = [
        pa.array([_typed(name, each[name]) for each in figures], types.get(name, pa.string())) for name in columns
    ]
    out = io.BytesIO()
    pq.write_table(pa.table(dict(zip(columns, arrays, strict=True))), out)
    return out.getvalue()


def _typed(name: str, value: object) -> object:
    return bool(value) if name == "break_before" and value is not None else value
