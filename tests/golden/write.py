"""Write down what the reader makes of a golden page, for a person to check against the page.

    python -m tests.golden.write PAGE

The test of the page fails until somebody has compared the file with the page, figure by figure, and set
`"reviewed": true` in it. A file that is there already is never overwritten.
"""

import sys
from pathlib import Path

from flows.json_lines import to_json
from tests.golden.pages import Expected, expected_file, read


def write(page: Path) -> Path:
    """Write the expectation of a page, not yet reviewed; gives the file. Raises FileExistsError."""
    file = expected_file(page.resolve())
    entries = {"reviewed": False, "context": {}, **read(page, {})}
    with file.open("x", encoding="utf-8") as out:
        out.write(text_of(entries))
    return file


def text_of(entries: Expected) -> str:
    """An expectation as it is written down: a line for each observation and each finding."""
    rows = {key: _rows(value) if isinstance(value, list) else to_json(value) for key, value in entries.items()}
    text = ",\n".join(f' "{key}": {value}' for key, value in rows.items())
    return f"{{\n{text}\n}}\n"


def _rows(values: list[object]) -> str:
    inside = ",\n".join(f"  {to_json(value)}" for value in values)
    return f"[\n{inside}\n ]" if inside else "[]"


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(f"{write(Path(argument))}: compare it with the page, then set reviewed to true")
