"""The schema's lists as tables, so that a query can join labels, units and definitions."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, update

from schema.catalog import Catalog, Dimension, FormRow, Indicator, Rule, catalog
from schema.series import boundaries, codes_of, parse_formula
from warehouse import tables

Row = dict[str, Any]


def load_lists(connection: Connection) -> None:
    """Bring indicators, forms and their rows to what the schema says now; write only what differs.

    An indicator, a form or a series that the schema no longer has stays: other rows may refer to it.
    """
    lists = catalog()
    forms = lists.forms.values()
    _merge(connection, tables.dimension, _dimensions(lists), "dimension", "code")
    _merge(connection, tables.indicator, map(_indicator, lists.indicators.values()), "code")
    _merge(connection, tables.form, (_fields(form, tables.form) for form in forms), "name")
    _replace(connection, tables.form_row, [_form_row(form.name, row) for form in forms for row in form.rows])
    _replace(connection, tables.rule, [*map(_rule, lists.rules), *_doubts(lists)])
    _merge(connection, tables.series_definition, _series(lists), "code")
    _replace(connection, tables.series_term, list(_terms(lists, _numbers(connection))))
    _replace(connection, tables.series_form, list(_series_forms(lists, _numbers(connection))))
    _replace(connection, tables.series_boundary, list(_boundaries(lists)))


def _fields(entry: object, table: Table, *others: str) -> Row:
    """The columns that are called as in the schema, but for `others`."""
    return {column.name: getattr(entry, column.name) for column in table.c if column.name not in others}


def _dimensions(lists: Catalog) -> Iterator[Row]:
    yield from map(_dimension, lists.dimensions)
    for position, sector in enumerate(lists.sectors, 1):
        yield _dimension(Dimension("sector", sector.code, "", position, sector.label_zh, sector.label_en, ""))


def _dimension(member: Dimension) -> Row:
    return _fields(member, tables.dimension, "id", "position") | {"position": member.order}


def _indicator(entry: Indicator) -> Row:
    return _fields(entry, tables.indicator, "id") | {"parent": entry.parent or None}


def _form_row(form: str, row: FormRow) -> Row:
    renamed = {
        "form": form,
        "position": row.order,
        "column_label": row.column,
        "indicator": row.indicator or None,
        "aliases": list(row.aliases),
    }
    same = {c.name: getattr(row, c.name) for c in tables.form_row.c if c.name not in renamed}
    return renamed | same


def _rule(rule: Rule) -> Row:
    formula = f"{rule.left} {rule.op} {rule.right}"
    labels = {"label_zh": rule.message_zh, "label_en": rule.message_en}
    return {"name": rule.name, "scope": rule.scope, "formula": formula, "basis": rule.basis} | labels


def _doubts(lists: Catalog) -> Iterator[Row]:
    for doubt in lists.doubts:
        labels = {"label_zh": doubt.message_zh, "label_en": doubt.message_en}
        yield {"name": doubt.rule, "scope": "", "formula": "", "basis": ""} | labels


def _series(lists: Catalog) -> Iterator[Row]:
    for position, series in enumerate(lists.series, 1):
        formulas = {f"formula_{form}": text for form, text in series.formulas.items()}
        same = {key: value for key, value in asdict(series).items() if key in tables.series_definition.c}
        yield same | formulas | {"position": position}


def _numbers(connection: Connection) -> dict[str, int]:
    return dict(connection.execute(select(tables.indicator.c.code, tables.indicator.c.id)).tuples().all())


def _terms(lists: Catalog, numbers: dict[str, int]) -> Iterator[Row]:
    for series in lists.series:
        for form, text in series.formulas.items():
            for alternative, part, code in codes_of(parse_formula(text)):
                place = {"series": series.code, "form": form, "alternative": alternative, "part": part}
                is_split = code in lists.forms[form].split()
                yield place | {"indicator_id": numbers[code], "is_split": is_split}


def _series_forms(lists: Catalog, numbers: dict[str, int]) -> Iterator[Row]:
    for series in lists.series:
        for form, text in series.formulas.items():
            if formula := parse_formula(text):
                first = {"is_share": bool(formula[0].denominator), "indicator_id": numbers[formula[0].numerator[0]]}
                yield {"series": series.code, "form": form} | first


def _boundaries(lists: Catalog) -> Iterator[Row]:
    for series in lists.series:
        for (before, form), mark in boundaries(series).items():
            yield {"series": series.code, "form_before": before, "form": form, "comparability": mark}


def _merge(connection: Connection, table: Table, wanted: Iterable[Row], *key: str) -> None:
    """Update rows by key and add new ones; where the table numbers its rows, with the next number."""
    stored = {tuple(row[name] for name in key): row for row in _stored(connection, table)}
    next_id = max((row["id"] for row in stored.values() if "id" in row), default=0) + 1
    new: list[Row] = []
    for row in wanted:
        known = stored.get(tuple(row[name] for name in key))
        if known is None:
            new.append(({"id": next_id + len(new)} if "id" in table.c else {}) | row)
        elif known != known | row:
            here = and_(*(table.c[name] == row[name] for name in key))
            connection.execute(update(table).where(here).values(row))
    if new:
        connection.execute(insert(table), new)


def _replace(connection: Connection, table: Table, wanted: list[Row]) -> None:
    """For a table that nothing refers to: a row that moved or went away leaves no trace."""

    def by_key(row: Row) -> tuple[Any, ...]:
        return tuple(row[column.name] for column in table.primary_key)

    if sorted(_stored(connection, table), key=by_key) != sorted(wanted, key=by_key):
        connection.execute(delete(table))
        connection.execute(insert(table), wanted)


def _stored(connection: Connection, table: Table) -> list[Row]:
    return [dict(row) for row in connection.execute(select(table)).mappings()]
