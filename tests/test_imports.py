"""The walls between the rooms, read from the import statements themselves."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("schema", "extractors", "warehouse", "flows")
ALLOWED = {
    "schema": {"schema"},
    "extractors": {"schema", "extractors"},
    "warehouse": {"schema", "warehouse"},
    "flows": set(ROOMS),
}
# A library that only one place may import, and that place.
KEEPERS = {
    "datasette": "warehouse/explorer/",
    "distributed": "flows/",
    "prefect": "flows/",
    "requests": "extractors/http/",
    "sqlalchemy": "warehouse/",
}

FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imported(source: str) -> set[str]:
    """Every module that the source names in an import, wherever the statement stands."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom) and node.level], "relative import"
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def wrong_imports(path: str, source: str) -> list[str]:
    """The imports of one file (its path from the root) that no wall lets through."""
    room = path.split("/")[0]
    tops = {name.split(".")[0] for name in imported(source)}
    walls = [f"{path}: {name}" for name in sorted(tops & set(ROOMS) - ALLOWED[room])]
    kept = [f"{path}: {name}" for name, keeper in KEEPERS.items() if name in tops and not path.startswith(keeper)]
    return walls + kept


def test_every_room_has_code() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(ROOMS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_what_its_room_may(path: Path) -> None:
    assert wrong_imports(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) == []


def test_schema_needs_nothing_but_the_standard_library() -> None:
    names = [f"schema.{path.stem}" for path in (ROOT / "schema").glob("*.py")]
    # -S leaves the installed libraries out.
    subprocess.run([sys.executable, "-S", "-c", f"import {', '.join(names)}"], cwd=ROOT, check=True)


@pytest.mark.parametrize(
    ("path", "source", "wrong"),
    [
        ("extractors/a.py", "import warehouse.load", ["extractors/a.py: warehouse"]),
        ("warehouse/a.py", "from extractors.http import PoliteSession", ["warehouse/a.py: extractors"]),
        ("schema/a.py", "def f():\n    import flows.crawl", ["schema/a.py: flows"]),
        ("extractors/links.py", "import requests", ["extractors/links.py: requests"]),
        ("extractors/http/client.py", "import requests", []),
        ("flows/a.py", "from sqlalchemy import Engine", ["flows/a.py: sqlalchemy"]),
        ("warehouse/a.py", "import prefect.flows", ["warehouse/a.py: prefect"]),
        ("flows/a.py", "import prefect, schema.records, extractors.http, warehouse.load", []),
    ],
)
def test_the_walls_themselves(path: str, source: str, wrong: list[str]) -> None:
    assert wrong_imports(path, source) == wrong
