"""Figures to observations: each cell's text typed in the unit of its form, and what is unsure told."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from extractors.forms.rows import Figure, FormReading
from extractors.forms.vocabulary import HEADING_UNITS
from extractors.labels import fold
from extractors.values import Problem, Value, parse_value
from schema.catalog import catalog
from schema.records import Finding, Observation, Place, Severity, Status

_MONEY = frozenset({"元", "万元", "亿元"})
_SHARED = "one merged cell covers several rows"  # the first of them has it no more than the others


def observe(reading: FormReading) -> tuple[tuple[Observation, ...], list[Finding]]:
    """The observations of a form in printed order of the figures, and the findings their values make."""
    observations: list[Observation] = []
    findings: list[Finding] = []
    unsure: dict[str, list[Figure]] = defaultdict(list)
    asked = _asked(reading.form or "")
    shared = _shared_places(reading.figures)
    for figure in reading.figures:
        value = _value(figure, *asked[figure.indicator])
        trouble = figure.cell.trouble or (_SHARED if figure.cell.raw and figure.cell.place in shared else "")
        if trouble:
            unsure[trouble].append(figure)
            value = Value(None, Status.TEXT, value.unit)
        observations.append(_observation(figure, value))
        if value.problems:
            key = ((figure.indicator, figure.applicant),)
            findings += [Finding(p.rule, p.severity, f"{figure.label}: {p.message}", key) for p in value.problems]
    for trouble, figures in unsure.items():
        labels = "、".join(dict.fromkeys(figure.label for figure in figures))
        cells = tuple((figure.indicator, figure.applicant) for figure in figures)
        findings.append(Finding("cell_unsure", Severity.WARNING, f"{trouble}: {labels}", cells))
    return tuple(observations), findings


def _shared_places(figures: Iterable[Figure]) -> set[Place]:
    """The places of the texts that several figures have."""
    places = [figure.cell.place for figure in figures if figure.cell.raw]
    if len(set(places)) == len(places):
        return set()
    return {place for place, count in Counter(places).items() if count > 1}


def _value(figure: Figure, asked: str | None, value_type: str) -> Value:
    """Read a figure's text. A unit in the row or in the head of the column counts as one in the cell."""
    value = parse_value(figure.cell.raw, asked, value_type)
    unit = figure.head_unit or figure.unit
    if not unit:
        return value
    printed = fold(unit)
    if value.status is not Status.REPORTED or printed in ("", asked) or printed in HEADING_UNITS or value.unit != asked:
        return value
    if asked is None:
        return parse_value(figure.cell.raw, printed, value_type)
    if printed in _MONEY and asked in _MONEY:
        return parse_value(f"{figure.cell.raw}{printed}", asked, value_type)
    message = f"the row counts in {printed}, the form in {asked}"
    return replace(value, unit=printed, problems=(*value.problems, Problem("unit_differs", Severity.INFO, message)))


@cache
def _asked(form: str) -> dict[str, tuple[str | None, str]]:
    """The unit that a form asks for (None: it names none) and the type of the value, by indicator."""
    forms = [*catalog().forms.values(), *([catalog().forms[form]] if form else [])]  # its own units come last, and stay
    units = {row.indicator: row.unit_zh or None for each in forms for row in each.rows if row.indicator}
    return {code: (units.get(code), entry.value_type) for code, entry in catalog().indicators.items()}


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
