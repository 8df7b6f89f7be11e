"""JSON as the commands print it: lines of `nianbao parse --json`, and any value with all its digits."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from schema.records import Finding, Observation, Reading, Report


def to_json(value: object) -> str:
    """A value as JSON text. Decimals keep every digit, which `json` alone cannot do."""
    match value:
        case Decimal():
            return number(value)
        case Mapping():
            items = (f"{to_json(str(key))}: {to_json(item)}" for key, item in value.items())
            return "{" + ", ".join(items) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(to_json, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)


def number(value: Decimal) -> str:
    """A number in digits: no exponent, no zeros after the last that counts."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def line_of_json(source: str, reading: Reading) -> str:
    """The line that `nianbao parse --json` prints; other tools read it."""
    report = reading.report
    return to_json(
        {
            "source": source,
            "status": reading.status.value,
            "report": _report(report) if report else None,
            "observations": [_observation(one) for one in report.observations] if report else [],
            "findings": [_finding(one) for one in reading.findings],
        }
    )


def _report(report: Report) -> dict[str, Any]:
    return {
        "title": report.title,
        "agency": report.agency,
        "year": report.year,
        "form": report.form,
        "header": report.header,
    }


def _observation(one: Observation) -> dict[str, Any]:
    return {
        "indicator": one.indicator,
        "applicant": one.applicant,
        "value": one.value,
        "status": one.status.value,
        "unit": one.unit,
        "raw": one.raw,
        "label": one.label,
        "table": one.place.table,
        "row": one.place.row,
        "column": one.place.column,
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {"rule": one.rule, "severity": one.severity.value, "message": one.message}
