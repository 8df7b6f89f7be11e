"""Parquet, a file a year: `TABLE/TABLE-2018.parquet`; a table that has no years is one file, `TABLE.parquet`.

The year is a column of the files too, so that they can be read together by any tool, as in
`pandas.read_parquet("observations")` or DuckDB's `FROM 'observations/*.parquet'`. A value is a float64, which holds
each figure of these forms exactly (12 digits at most); the text that was printed stands beside it in `raw`.
"""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
from pyarrow.parquet import ParquetWriter


def write_parquet(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """Write the batches as one file, a row group each; the number of rows."""
    rows = 0
    with ParquetWriter(path, schema, compression="zstd", compression_level=6) as writer:
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows
