"""Figures to observations: each cell's text typed in the unit of its form, and what is unsure told."""

from collections import defaultdict
from functools import cache

from extractors.forms.rows import Figure, FormReading
from extractors.labels import fold
from extractors.values import Value, parse_value
from schema.catalog import FormRow, catalog
from schema.records import Finding, Observation, Severity, Status

_MONEY = frozenset({"元", "万元", "亿元"})


def observe(reading: FormReading) -> tuple[tuple[Observation, ...], list[Finding]]:
    """The observations of a form in printed order of the figures, and the findings their values make."""
    observations: list[Observation] = []
    findings: list[Finding] = []
    unsure: dict[str, list[Figure]] = defaultdict(list)
    for figure in reading.figures:
        value = _value(figure, reading.form or "")
        if figure.cell.trouble and figure.cell.raw:
            unsure[figure.cell.trouble].append(figure)
            value = Value(None, Status.TEXT, value.unit)
        observations.append(_observation(figure, value))
        key = ((figure.indicator, figure.applicant),)
        findings += [Finding(p.rule, p.severity, f"{figure.label}: {p.message}", key) for p in value.problems]
    for trouble, figures in unsure.items():
        labels = "、".join(dict.fromkeys(figure.label for figure in figures))
        cells = tuple((figure.indicator, figure.applicant) for figure in figures)
        findings.append(Finding("cell_unsure", Severity.WARNING, f"{trouble}: {labels}", cells))
    return tuple(observations), findings


def _value(figure: Figure, form: str) -> Value:
    """Read a figure's text. A unit in the row or the head of the column counts as one in the cell."""
    unit = _units(form).get(figure.indicator) or None
    value_type = catalog().indicators[figure.indicator].value_type
    printed = fold(figure.head_unit or figure.unit or "")
    raw = figure.cell.raw
    value = parse_value(raw, unit, value_type)
    if printed not in _MONEY or printed == unit or value.status is not Status.REPORTED:
        return value
    if unit is None:
        return parse_value(raw, printed, value_type)
    if value.unit == unit and not value.problems:
        return parse_value(f"{raw}{printed}", unit, value_type)
    return value


@cache
def _units(form: str) -> dict[str, str]:
    """The unit that a form asks for, by indicator."""
    rows: tuple[FormRow, ...] = catalog().forms[form].rows if form else ()
    other = {row.indicator: row.unit_zh for each in catalog().forms.values() for row in each.rows if row.indicator}
    return {**other, **{row.indicator: row.unit_zh for row in rows if row.indicator}}


def _observation(figure: Figure, value: Value) -> Observation:
    cell = figure.cell
    return Observation(
        figure.indicator,
        figure.applicant,
        value.value,
        value.status,
        value.unit,
        cell.raw,
        " ".join(figure.label.split()),
        cell.place,
    )
