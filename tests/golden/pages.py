"""Where golden pages and their expected readings lie, and how a page is read and compared.

The sample portals' expectations are made from their figures (data/sample/build.py) and lie in `sample/`. Any
other golden page is put into `pages/<portal>/`, and its expectation beside it bears its name and `.json`.
"""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractors.labels import fold
from extractors.report import Context, read_capture
from flows.json_lines import line_of_json

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SITES = ROOT / "data" / "sample" / "sites"
OWN = HERE / "pages"

Expected = dict[str, Any]

_PLACES = ("table", "row", "column")


def golden_pages() -> list[Path]:
    """Every page that must have an expectation."""
    own = [path for path in OWN.rglob("*") if path.is_file() and path.suffix != ".json"]
    return sorted([*SITES.glob("*/www/**/*.html"), *own])


def expected_file(page: Path) -> Path:
    """Where the expectation of a page lies."""
    if not page.is_relative_to(SITES):
        return page.with_name(f"{page.name}.json")
    portal, _, *rest = page.relative_to(SITES).parts
    return HERE.joinpath("sample", portal, *rest[:-1], f"{rest[-1]}.json")


def name_of(page: Path) -> str:
    """The page as a test names it."""
    return page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.as_posix()


def read(page: Path, context: Mapping[str, Any]) -> Expected:
    """Read a page as `nianbao parse --json` prints it, places and messages left out."""
    reading = read_capture(page.read_bytes(), context=Context(**context))
    line: Expected = json.loads(line_of_json("", reading), parse_float=Decimal)
    return {
        "status": line["status"],
        "report": line["report"] or {},
        "observations": [_without(one, _PLACES) for one in line["observations"]],
        "findings": [{"rule": one["rule"]} for one in line["findings"]],
    }


def load(file: Path) -> Expected:
    """An expectation, with every digit of its numbers."""
    expected: Expected = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    return expected


def differences(expected: Expected, got: Expected) -> list[str]:
    """What differs, a line each. Labels are compared folded, findings as a set of rules."""
    found = [_line("status", expected["status"], got["status"])]
    found += _of_report(expected["report"], got["report"])
    found.append(_line("findings", _rules(expected), _rules(got)))
    wanted, read_now = _by_cell(expected["observations"]), _by_cell(got["observations"])
    found += [_line(" ".join(key), wanted.get(key), read_now.get(key)) for key in {**wanted, **read_now}]
    if len(read_now) != len(got["observations"]):
        found.append("an indicator was read twice")
    return [line for line in found if line]


def _of_report(expected: Expected, got: Expected) -> list[str]:
    return [_line(f"report.{key}", expected[key], got.get(key, "nothing")) for key in expected]


def _line(what: str, expected: object, got: object) -> str:
    return "" if expected == got else f"{what}: expected {expected!r}, read {got!r}"


def _rules(reading: Expected) -> list[str]:
    return sorted({finding["rule"] for finding in reading["findings"]})


def _by_cell(observations: Iterable[Expected]) -> dict[tuple[str, str], Expected]:
    return {(one["indicator"], one["applicant"]): {**one, "label": fold(one["label"])} for one in observations}


def _without(entry: Expected, keys: Iterable[str]) -> Expected:
    return {key: value for key, value in entry.items() if key not in keys}
