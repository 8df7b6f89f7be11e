"""The texts of a release: README, CHANGELOG, dictionary, citation, checksums."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from warehouse.release.changes import Changes

_README = """\
# Nianbao 年报, release {version}

The annual reports on open government information (政府信息公开工作年度报告) of Chinese agencies as tables: {reports:,} reports of
{agencies:,} agencies for the years {years}, {cells:,} cells. What was published after {until} is not in it.

| file | what it is |
|---|---|
| `nianbao.db` | everything as one SQLite database, with views and indexes |
| `*.parquet`, `*/*.parquet` | the same as Parquet, the large tables a file a year |
| `dictionary.md` | what each table and column means |
| `datapackage.json` | the same for programs (Frictionless Data Package) |
| `CHANGELOG.md`, `changed_cells.csv` | what differs from the release before; the cells only where there was one |
| `CITATION.cff` | how to cite it |
| `SHA256SUMS` | `sha256sum -c SHA256SUMS` |

```
sqlite3 nianbao.db "SELECT agency, year, value, status FROM panel WHERE indicator = 'request.received'"
```

```python
import pandas as pd
pd.read_parquet("panel")                                      # agency, year, indicator
from warehouse import panel                                   # with Nianbao installed
panel("request.received", warehouse="sqlite:///nianbao.db")   # tidy, with units and breaks
```

**A blank is not a zero.** A value is there only where the status is `reported`. `series` and `panel` say where definitions
break (`break_before`); lines must not be drawn over a break without saying so.

**Where a number comes from.** `observations` has its place in the document, and leads by `report_id` and `capture_id` to
`capture`: the address, the time and the SHA-256 of the bytes, by which they are found in the archive that stays with those
who crawled. The view `lineage` of the database joins them.

**What is left out.** Names and telephone numbers of officials, who sign these forms. A release takes only what can be nothing
else than statistics: rows that no form prints, titles, printed headers and names by which pages call an agency stay out,
and so do the words in which the reader doubts a cell. A cell's text that is not made of figures and units, or a number long
enough to be called, is `[withheld]` ({withheld:,} cells), and so is a printed label that no form has ({withheld_labels:,} cells).
Earlier contents of reports are in `revisions` only.

Texts in CSV files that a spreadsheet could run as formulas begin with an apostrophe.
"""

_CITATION = """\
cff-version: 1.2.0
type: dataset
message: If you use these data, please cite them as below.
title: "Nianbao: annual reports on open government information of Chinese agencies"
authors:
  - name: The authors of Nianbao
version: "{version}"
date-released: "{until}"
"""


def readme(facts: dict[str, Any]) -> str:
    """The README of a release."""
    return _README.format(**facts)


def citation(version: str, until: str) -> str:
    """The citation, in the Citation File Format. Its date is that of the data: a release tells no other."""
    quoted = version.replace("\\", "\\\\").replace('"', '\\"')
    return _CITATION.format(version=quoted, until=until)


def changelog(version: str, changes: Changes | None) -> str:
    """What differs from the release before."""
    if changes is None:
        return f"# {version}\n\nCompared with no earlier release.\n"
    rows = "\n".join(
        f"| {what} | {counts['new']:,} | {counts['changed']:,} | {counts['gone']:,} |"
        for what, counts in (("reports", changes.reports), ("cells", changes.cells))
    )
    return (
        f"# {version}, since {changes.previous}\n\n| | new | changed | gone |\n|---|---|---|---|\n{rows}\n\n"
        "Cells of new and gone reports are counted as new and gone. `changed_cells.csv` lists those of reports that are in"
        " both releases.\n"
    )


def dictionary(package: dict[str, Any]) -> str:
    """What the tables and columns mean, from the descriptor of the package."""
    return "\n".join(_dictionary(package))


def _dictionary(package: dict[str, Any]) -> Iterator[str]:
    yield f"# Dictionary of release {package['version']}\n"
    for resource in package["resources"]:
        yield f"## {resource['name']}\n\n{resource['description']}\n\n| column | type | meaning |\n|---|---|---|"
        for field in resource["schema"]["fields"]:
            meaning = field["description"].replace("|", "\\|")
            yield f"| `{field['name']}` | {field['type']} | {meaning} |"
        yield ""


def checksums(folder: Path) -> str:
    """SHA-256 of every file below the folder, in the way of `sha256sum`."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return "".join(f"{_sha256(folder / name)}  {name}\n" for name in files)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
