"""Stata (format 118, of Stata 14 and later), one file for a table; it is put together in memory.

A cell's status is a number with a value label: 0 reported, 1 blank, 2 dash, 3 text, 4 absent. So are the words of short
lists, in their order in the file. What names agencies and indicators is `str`, by which files can be merged; what is
printed or explained may be long, and is `strL`. Stata knows no null text: it is an empty one.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from warehouse.columns import STATUSES

_CREATED = datetime(2000, 1, 1)  # a file must have one; ours tells no time, so that equal contents are equal bytes
_LONG = frozenset("definition evidence from_raw message note printed_label raw requested_url title to_raw url".split())
_SHORT_LISTS = frozenset(
    (
        "applicant_en applicant_zh comparability label_en label_zh level origin rule_en rule_zh sector sector_en"
        " sector_zh severity scope unit unit_zh what"
    ).split()
)
_STATUS = {word: number for number, word in enumerate((*STATUSES, "absent"))}
_STATUSES = frozenset({"status", "from_status", "to_status"})  # of cells, where there are values
_MAX_LABEL = 80


def write_stata(
    path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch], descriptions: Mapping[str, str]
) -> int:
    """Write the batches as one file whose variables are labelled with `descriptions`; the number of rows."""
    frame = _frame(schema, batches)
    frame.to_stata(
        path,
        write_index=False,
        time_stamp=_CREATED,
        version=118,
        convert_strl=[name for name in frame.columns if name in _LONG],
        variable_labels={name: descriptions.get(name, "")[:_MAX_LABEL] for name in frame.columns},
        value_labels={name: {number: word for word, number in _STATUS.items()} for name in _statuses(schema)},
    )
    return len(frame)


def _frame(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> pd.DataFrame:
    """All rows in a form that Stata has; a text that stands in many rows is one object."""
    encoded = [pa.table([_encoded(column) for column in batch.columns], schema.names) for batch in batches]
    whole = pa.concat_tables(encoded) if encoded else schema.empty_table()
    frame = pd.DataFrame({name: _variable(name, whole[name].unify_dictionaries()) for name in schema.names})
    for name in _statuses(schema):
        frame[name] = frame[name].map(_STATUS).astype("float64" if whole[name].null_count else "int8")
    return frame


def _encoded(column: "pa.Array[Any]") -> "pa.Array[Any]":
    return column.dictionary_encode() if pa.types.is_string(column.type) else column


def _variable(name: str, column: "pa.ChunkedArray[Any]") -> "pd.Series[Any]":
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("ms"), safe=False).to_pandas()  # Stata counts milliseconds
    if _is_text(column.type):
        words = column.to_pandas()
        return words if name in _SHORT_LISTS else words.astype(object).where(words.notna(), "")
    return (column.cast(pa.float64()) if column.null_count else column).to_pandas()


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_dictionary(kind)


def _statuses(schema: pa.Schema) -> list[str]:
    has_cells = {"value", "from_value"} & set(schema.names)
    return [name for name in schema.names if name in _STATUSES and has_cells]
