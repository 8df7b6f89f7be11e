"""Everything that can be read in a release: the bytes of its files, and what its Parquet files unfold to."""

from pathlib import Path

from pyarrow import parquet


def everything_in(folder: Path) -> str:
    """All text of all files, as one."""
    return "\n".join(_text(path) for path in sorted(folder.rglob("*")) if path.is_file())


def _text(path: Path) -> str:
    plain = path.read_bytes().decode("utf-8", "replace")
    return plain + str(parquet.read_table(path).to_pylist()) if path.suffix == ".parquet" else plain
