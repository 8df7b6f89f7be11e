"""CSV: UTF-8 without a byte order mark, lines end in LF, text in quotes, and nothing between two commas for null.

A spreadsheet takes a text that begins with = + - @ for a formula, and may run it. Such a text, also after blanks or in
full width, gets an apostrophe before it, and so does one that begins with a tab, a line end or an apostrophe of its
own. So the text is got back by taking away one apostrophe where there is one. Numbers stand as they are.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.csv import CSVWriter

_RISKY = "^([ \u3000\u00a0]*[=+\\-@＝＋－＠]|['\t\r\n])"


def write_csv(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """Write the batches as one file; the number of rows."""
    rows = 0
    with CSVWriter(path, schema) as writer:
        for batch in batches:
            writer.write_batch(defuse(batch))
            rows += batch.num_rows
    return rows


def defuse(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with an apostrophe before every text that a spreadsheet could take for a formula."""
    columns = [_defused(column) if pa.types.is_string(column.type) else column for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def defused(text: str) -> str:
    """One text, likewise."""
    return re.sub(_RISKY, r"'\1", text)


def _defused(column: "pa.Array[Any]") -> "pa.Array[Any]":
    return pc.replace_substring_regex(column, _RISKY, r"'\1")
