"""How well the reader does on the corpus of real documents: each score counts what was asked and what was wrong.

`python -m tests.corpus` prints them all; `test_corpus.py` holds them. The corpus lies beside the checkout and is not
part of the project.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractors.documents import read_document
from extractors.forms.observations import observe
from extractors.forms.reader import read_form
from extractors.header import read_header
from extractors.labels import fold, narrow
from extractors.report import Context, read_capture, read_report
from extractors.values import parse_value
from schema.catalog import catalog
from schema.records import Finding, Observation, ReadingStatus, Status

STATUSES = {  # of the vectors: in the project's words
    "reported": {Status.REPORTED},
    "blank": {Status.BLANK},
    "placeholder": {Status.DASH, Status.TEXT},
    "unit_unknown": {Status.REPORTED},
    "approximate": {Status.REPORTED},
    "flag": {Status.TEXT, Status.REPORTED},
}
MONEY = ("元", "万元", "亿元", None)


@dataclass
class Score:
    """What was asked, and what came out wrong, in words. `silent` counts wrong numbers that nothing flags."""

    name: str
    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    @property
    def right(self) -> int:
        return self.asked - len(self.wrong)

    def ask(self, ok: bool, what: str) -> None:
        self.asked += 1
        if not ok:
            self.wrong.append(what)


def vectors(corpus: Path, name: str) -> Iterator[dict[str, Any]]:
    for line in (corpus / "vectors" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def same_text(a: str | None, b: str | None) -> bool:
    return (a is None and b is None) or (a is not None and b is not None and narrow(a) == narrow(b))


def values(corpus: Path) -> Score:
    score = Score("values")
    for vector in vectors(corpus, "values"):
        expected, unit = vector["expected"], vector["unit_of_form"]
        value_type = "money" if unit in MONEY else "change" if unit == "项" else "count"
        value = parse_value(vector["raw"], unit, value_type)
        ok = value.status in STATUSES[expected["status"]] and value.value == number(expected["value"])
        if expected["status"] not in ("flag", "placeholder"):
            ok = ok and value.unit == expected["unit"] and value.remark == expected.get("remark", "")
        score.ask(ok, f"{vector['id']} {vector['raw']!r}: {value}")
    return score


def headers(corpus: Path) -> Score:
    score = Score("header fields")
    for vector in vectors(corpus, "headers"):
        document = read_document(vector["raw"].encode())
        found = read_header(document)
        for name, expected in vector["expected"].items():
            got = read_report(document, Context()).report
            value = (got.title if got else found.get("title")) if name == "title" else found.get(name, "absent")
            score.ask(same_text(value, expected), f"{vector['id']} {name}: {value!r} for {expected!r}")
        for name, value in vector.get("rejected", {}).items():
            score.ask(found.get(name) != value, f"{vector['id']} {name}: {value!r} must not be taken")
    return score


def identities(corpus: Path) -> list[Score]:
    kinds, years, agencies = Score("class"), Score("year"), Score("agency")
    for vector in vectors(corpus, "identity"):
        expected = vector["expected"]
        reading = read_capture(vector["raw"].encode())
        is_report = reading.status in (ReadingStatus.REPORT, ReadingStatus.NO_TABLE)
        kinds.ask(is_report == (expected["class"] == "report"), f"{vector['id']}: {reading.status} {reading.reason}")
        if expected["class"] == "report" and reading.report:
            report = reading.report
            years.ask(report.year == expected["year"], f"{vector['id']}: {report.year} for {expected['year']}")
            ok = same_text(report.agency, expected["agency"])
            agencies.ask(ok, f"{vector['id']}: {report.agency} for {expected['agency']}")
    return [kinds, years, agencies]


def tables(corpus: Path) -> Score:
    score = Score("table cells")
    for vector in vectors(corpus, "tables"):
        reading = read_form(read_document(vector["raw"].encode()))
        observations, findings = observe(reading)
        expected = [_expected_cell(cell) for cell in vector["expected"] if cell["status"] != "heading"]
        local = {fold(row.label.split("/")[-1]) for row in reading.local_rows}
        expected = [cell for cell in expected if cell[0] not in local]  # kept raw, with no code to compare
        _compare(score, vector["id"], expected, observations, (*reading.findings, *findings))
    return score


def _expected_cell(cell: dict[str, Any]) -> tuple[str, str, Decimal | None, str]:
    """(row label, column, value, status) of a vector's cell; in section 4 the path is the label."""
    return fold(cell["row"] or cell["column"]), fold(cell["column"]), number(cell["value"]), cell["status"]


def _compare(
    score: Score,
    name: str,
    expected: list[tuple[str, str, Decimal | None, str]],
    observations: tuple[Observation, ...],
    findings: tuple[Finding, ...],
) -> None:
    """Compare in printed order: place by place the label, the value and the status must agree."""
    score.ask(len(expected) == len(observations), f"{name}: {len(observations)} cells for {len(expected)}")
    flagged = {cell for finding in findings for cell in finding.cells}
    for (label, column, value, status), got in zip(expected, observations, strict=False):
        ok = _is_labelled(got, label, column) and got.value == value and got.status in STATUSES[status]
        what = f"{name} {label} × {column}: {got.value} {got.status} for {value} {status}"
        score.ask(ok, what)
        if not ok and got.value is not None and (got.indicator, got.applicant) not in flagged:
            score.silent.append(what)


def _is_labelled(got: Observation, label: str, column: str) -> bool:
    words = [fold(part) for part in got.label.split(" / ")]
    if got.applicant != "total" or column == "总计":
        member = next(d.label_zh for d in catalog().dimensions if d.code == got.applicant)
        return words == [label] and column.endswith(fold(member))
    return words in ([label], [label, column])


def ambiguous(corpus: Path) -> Score:
    """Cells that cannot be told: only the sure ones may carry a value."""
    score = Score("ambiguous tables")
    for vector in vectors(corpus, "tables_ambiguous"):
        reading = read_form(read_document(vector["raw"].encode()))
        observations, _ = observe(reading)
        sure = {_expected_cell(cell)[:3] for cell in vector["sure"]}
        for got in observations:
            if got.status is Status.REPORTED:
                row, _, head = got.label.partition(" / ")
                ok = (fold(row), fold(head), got.value) in sure
                score.ask(ok, f"{vector['id']} {got.label}: {got.value} is a guess")
                if not ok:
                    score.silent.append(f"{vector['id']} {got.label}: {got.value}")
        filled = [o for o in observations if o.status in (Status.REPORTED, Status.TEXT)]
        told = bool(reading.findings) or reading.form is None or bool(filled)
        score.ask(told, f"{vector['id']}: nothing tells that the table cannot be read")
    return score


def documents(corpus: Path) -> Score:
    """The classes of whole texts, their titles known from the list they were found in."""
    score = Score("documents' class")
    for line in (corpus / "texts" / "index.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        body = (corpus / "texts" / entry["file"]).read_bytes()
        reading = read_capture(body, url=entry["url"], context=Context(link_title=entry["title"]))
        is_report = reading.status in (ReadingStatus.REPORT, ReadingStatus.NO_TABLE)
        empty = reading.status is ReadingStatus.UNREADABLE and not body.strip()
        score.ask(
            empty or is_report == (entry["kind"] != "negative"), f"{entry['file']}: {reading.status} {reading.reason}"
        )
        if is_report and reading.report:
            printed = re.search(r"(20\d\d)\s*年", entry["title"])
            year = int(printed[1]) if printed else None
            score.ask(reading.report.year == year, f"{entry['file']}: {reading.report.year} for {year}")
    return score


ALL: tuple[Callable[[Path], Score | list[Score]], ...] = (
    values,
    headers,
    identities,
    tables,
    ambiguous,
    documents,
)


def every(corpus: Path) -> list[Score]:
    """All scores."""
    found: list[Score] = []
    for measure in ALL:
        result = measure(corpus)
        found.extend(result if isinstance(result, list) else [result])
    return found
