"""`datapackage.json`: the files of a release as a Frictionless Data Package, each with schema, constraints and keys."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow.parquet import read_schema

from warehouse.columns import STATUSES
from warehouse.export.tables import EXPORTED
from warehouse.release.changes import CHANGE_COLUMNS
from warehouse.release.layout import tables
from warehouse.views import VIEWS, describe_view

Json = dict[str, Any]

_TYPES: Mapping[pa.DataType, str] = {
    pa.int64(): "integer",
    pa.float64(): "number",
    pa.bool_(): "boolean",
    pa.timestamp("us", "UTC"): "datetime",
    pa.string(): "string",
}
# Where columns of these names lead, whatever table they are in.
_LINKS = {
    "agency": ("agency", "name"),
    "agency_id": ("agency", "id"),
    "parent_id": ("agency", "id"),
    "indicator": ("indicator", "code"),
    "series": ("series_definition", "code"),
    "form": ("form", "name"),
    "region": ("region", "code"),
    "report_id": ("report", "id"),
    "capture_id": ("capture", "id"),
    "portal": ("portal", "id"),
    "portal_id": ("portal", "id"),
}
_CELL_STATUSES = [*map(str, STATUSES), "absent"]
_CHANGES = "changed_cells.csv"


def describe_package(folder: Path, version: str, until: str, sources: Iterable[tuple[str, str]]) -> Json:
    """The descriptor of the release in a folder; `sources` are names and addresses of portals."""
    resources = [_table(folder, name) for name in EXPORTED if _files(folder, name)]
    if (folder / _CHANGES).is_file():
        resources.append(_changed_cells())
    return {
        "profile": "data-package",
        "name": "nianbao",
        "title": "政府信息公开工作年度报告 · Annual reports on open government information",
        "version": version,
        "created": f"{until}T00:00:00Z",
        "sources": [{"title": title, "path": path} for title, path in sources],
        "resources": resources,
    }


def _files(folder: Path, name: str) -> list[str]:
    found = [*folder.glob(f"{name}.parquet"), *(folder / name).glob("*.parquet")]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _table(folder: Path, name: str) -> Json:
    files = _files(folder, name)
    schema = read_schema(folder / files[0])
    return {
        "name": name,
        "profile": "data-resource",
        "path": files if len(files) > 1 else files[0],
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": describe_view(name).meaning if name in VIEWS else tables[name].comment or "",
        "schema": _schema(name, schema),
    }


def _schema(name: str, schema: pa.Schema) -> Json:
    key = _key(name, schema.names)
    fields = [_field(name, one, one.name in key) for one in schema]
    return {"fields": fields, "foreignKeys": _foreign_keys(name, schema.names)} | ({"primaryKey": key} if key else {})


def _key(name: str, columns: Iterable[str]) -> list[str]:
    if name == "revisions":  # a page may have changed more than once between two visits
        return []
    if name in VIEWS:
        return list(EXPORTED[name].order)
    return [column.name for column in tables[name].primary_key if column.name in columns]


def _field(table: str, field: "pa.Field[Any]", is_key: bool) -> Json:
    constraints: Json = {"required": True} if is_key or _is_required(table, field) else {}
    if field.name in ("status", "from_status", "to_status") and table in ("observations", "panel", "revisions"):
        constraints["enum"] = _CELL_STATUSES
    if field.name == "year":
        constraints["minimum"] = 2000
    meaning = (field.metadata or {}).get(b"description", b"").decode()
    described = {"name": field.name, "type": _TYPES[field.type], "description": meaning}
    return described | ({"constraints": constraints} if constraints else {})


def _is_required(table: str, field: "pa.Field[Any]") -> bool:
    """Texts are never called required: an empty one, which is no null, would fail in tools that read it as one."""
    return table in tables and not tables[table].c[field.name].nullable and not pa.types.is_string(field.type)


def _foreign_keys(table: str, columns: Iterable[str]) -> list[Json]:
    return [
        {"fields": column, "reference": {"resource": _LINKS[column][0], "fields": _LINKS[column][1]}}
        for column in columns
        if column in _LINKS and (table, column) not in {("correction", "agency")}  # which may not be in it
    ]


def _changed_cells() -> Json:
    numbers = {"year": "integer", "from_value": "number", "to_value": "number"}
    fields: list[Json] = [
        {"name": name, "type": numbers.get(name, "string"), "description": meaning}
        for name, meaning in CHANGE_COLUMNS.items()
    ]
    return {
        "name": "changed_cells",
        "profile": "tabular-data-resource",
        "path": _CHANGES,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": "The cells that differ from the release before, of the reports that are in both.",
        "schema": {"fields": fields, "primaryKey": ["agency", "year", "indicator", "applicant"]},
    }
