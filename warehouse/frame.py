"""Figures in pandas: indicators and series by agency and year, with their units and breaks."""

import difflib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Integer, String, TextClause, bindparam, text

from schema.catalog import catalog
from schema.meanings import meaning
from warehouse.errors import WarehouseError
from warehouse.reader import reading

_COLUMNS = "agency level sector region year code applicant value status origin unit unit_zh form break_before".split()
_TYPES = {"year": "int64", "value": "float64", "break_before": "bool"}  # the others are text
_OF_TOTALS = """
    SELECT p.agency, p.level, p.sector, p.region, p.year, p.indicator AS code, 'total' AS applicant, p.value, p.status,
        CASE WHEN p.value IS NOT NULL THEN 'reported' END AS origin, p.unit, p.unit_zh, p.form, p.break_before
    FROM panel p WHERE p.indicator IN :codes"""
_OF_APPLICANTS = """
    SELECT o.agency, o.level, o.sector, o.region, o.year, o.indicator AS code, o.applicant, o.value, o.status,
        CASE WHEN o.value IS NOT NULL THEN 'reported' END AS origin, o.unit, o.unit_zh, o.form, p.break_before
    FROM observations o JOIN panel p ON p.report_id = o.report_id AND p.indicator = o.indicator
    WHERE o.indicator IN :codes AND o.applicant IN :applicants"""
_OF_SERIES = """
    SELECT p.agency, p.level, p.sector, p.region, p.year, p.series AS code, 'total' AS applicant, p.value,
        CASE WHEN p.value IS NOT NULL THEN 'reported' END AS status, p.origin, p.unit, p.unit_zh, p.form,
        p.break_before
    FROM series p WHERE p.series IN :codes"""


def panel(
    *codes: str,
    years: Iterable[int] | None = None,
    agencies: str | Iterable[str] | None = None,
    applicant: str | Iterable[str] = "total",
    warehouse: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """The figures of some indicators or series: a row for each agency and year, in the order of code, agency, year.

        >>> panel("request.received", years=range(2014, 2024))
        >>> panel("requests_received", "disclosure_rate", agencies=["衢州市民政局"])
        >>> panel("request.received", applicant=["natural_person", "org.business"])

    `codes` are of the lists of indicators (`request.received`) and of series (`requests_received`). `warehouse` is a
    database URL, an SQLite file or the folder of a release; without it NIANBAO_WAREHOUSE, or the project's own.

    A `value` is NaN unless the `status` is `reported`: a blank is not a zero. `origin` is `derived` where the value of
    a series is a sum or a share. `break_before` says that this row is not comparable with the agency's one before
    without a mark. Split by applicant are only the figures of section 3 of the forms since 2019.

    `attrs` has `units`, `labels`, `definitions` and `breaks` by code: a break is the year from which on another form
    counts, and how comparable it is (`close`, or `broken`, which is not one line). `do_not_join` lists the series with
    a broken one.

    Raises WarehouseError for an unknown code, and when there is no warehouse.
    """
    if not codes:
        raise WarehouseError("name an indicator or a series, such as request.received or requests_received")
    applicants = [applicant] if isinstance(applicant, str) else list(applicant)
    _check(codes)
    with reading(_url(warehouse)) as connection:
        asked = _asked(codes, applicants)
        frames = [_read(connection, sql, lists, years, agencies) for sql, lists in asked if all(lists.values())]
    frame = _joined(frames)
    frame.attrs.update(_attributes(codes, frame))
    return frame


def default_url() -> str:
    """The database URL that the environment gives, else that of the project's own warehouse, as for the command."""
    here = Path(__file__).resolve().parent.parent
    root = here if (here / "pyproject.toml").is_file() else Path.cwd()
    data = Path(os.environ.get("NIANBAO_DATA") or root / "data").absolute()
    return os.environ.get("NIANBAO_WAREHOUSE") or f"sqlite:///{data / 'warehouse.db'}"


def _url(place: str | os.PathLike[str] | None) -> str:
    if place is None:
        return default_url()
    if isinstance(place, str) and "://" in place:
        return place
    path = Path(place)
    return f"sqlite:///{path / 'nianbao.db' if path.is_dir() else path}"


def _asked(codes: Sequence[str], applicants: list[str]) -> list[tuple[str, dict[str, list[str]]]]:
    """The queries and the lists in them; of the panel, which has every cell of a form, the total only."""
    series = [code for code in codes if code not in catalog().indicators]
    indicators = [code for code in codes if code in catalog().indicators]
    parts = [one for one in applicants if one != "total"]
    whole = "total" in applicants
    return [
        (_OF_TOTALS, {"codes": indicators if whole else []}),
        (_OF_APPLICANTS, {"codes": indicators, "applicants": parts}),
        (_OF_SERIES, {"codes": series if whole else []}),
    ]


def _read(
    connection: Connection,
    sql: str,
    lists: Mapping[str, Collection[str]],
    years: Iterable[int] | None,
    agencies: str | Iterable[str] | None,
) -> pd.DataFrame:
    alias = "o" if "observations o" in sql else "p"
    given: dict[str, Collection[Any]] = dict(lists)
    if years is not None:
        sql += f" AND {alias}.year IN :years"
        given["years"] = list(years)
    if agencies is not None:
        sql += f" AND {alias}.agency IN :agencies"
        given["agencies"] = [agencies] if isinstance(agencies, str) else list(agencies)
    rows = connection.execute(_statement(sql, given), given).tuples()
    return pd.DataFrame.from_records(list(rows), columns=_COLUMNS)


def _statement(sql: str, lists: Iterable[str]) -> TextClause:
    types = {"years": Integer()}  # without one, PostgreSQL does not know what an empty list is a list of
    return text(sql).bindparams(*(bindparam(name, expanding=True, type_=types.get(name, String())) for name in lists))


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    full = [frame for frame in frames if len(frame)] or [pd.DataFrame(columns=_COLUMNS)]
    frame = pd.concat(full, ignore_index=True).rename(columns={"code": "indicator"})
    frame = frame.astype({name: _TYPES.get(name, "string") for name in frame.columns})
    return frame.sort_values(["indicator", "applicant", "agency", "year"], ignore_index=True)


def _check(codes: Iterable[str]) -> None:
    known = [*catalog().indicators, *(series.code for series in catalog().series)]
    for code in codes:
        if code not in known:
            close = difflib.get_close_matches(code, known, cutoff=0.5)
            hint = f"; close to it: {', '.join(close)}" if close else ""
            raise WarehouseError(f"{code} is neither an indicator nor a series{hint}")


def _attributes(codes: Sequence[str], frame: pd.DataFrame) -> dict[str, Any]:
    """What the frame's codes mean, in plain values: pandas writes `attrs` into Parquet files as JSON."""
    meant = {code: meaning(code) for code in codes}
    units = frame.groupby("indicator")["unit_zh"].unique()
    return {
        "units": {code: " / ".join(filter(None, units.get(code, ()))) for code in codes},
        "labels": {code: {"zh": one.label_zh, "en": one.label_en} for code, one in meant.items()},
        "definitions": {code: one.definition for code, one in meant.items()},
        "breaks": {code: [asdict(each) for each in one.breaks] for code, one in meant.items()},
        "do_not_join": [code for code, one in meant.items() if one.do_not_join],
    }
