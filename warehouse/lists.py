"""The schema's lists as tables, so that a query can join labels, units and definitions."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from schema.catalog import FormRow, catalog
from warehouse import tables

Row = dict[str, Any]


def load_lists(connection: Connection) -> None:
    """Bring indicators, forms and their rows to what the schema says now; write only what differs.

    An indicator or a form that the schema no longer has stays: observations may refer to it.
    """
    lists = catalog()
    forms = lists.forms.values()
    indicators = (_fields(i, tables.indicator) | {"parent": i.parent or None} for i in lists.indicators.values())
    _merge(connection, tables.indicator, indicators)
    _merge(connection, tables.form, (_fields(form, tables.form) for form in forms))
    _replace(connection, tables.form_row, [_form_row(form.name, row) for form in forms for row in form.rows])


def _fields(entry: object, table: Table) -> Row:
    return {column.name: getattr(entry, column.name) for column in table.c}


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


def _merge(connection: Connection, table: Table, wanted: Iterable[Row]) -> None:
    key = next(iter(table.primary_key))
    stored = {row[key.name]: row for row in _stored(connection, table)}
    differing = [row for row in wanted if stored.get(row[key.name]) != row]
    new = [row for row in differing if row[key.name] not in stored]
    if new:
        connection.execute(insert(table), new)
    for row in differing:
        if row[key.name] in stored:
            connection.execute(update(table).where(key == row[key.name]).values(row))


def _replace(connection: Connection, table: Table, wanted: list[Row]) -> None:
    """For a table that nothing refers to: a row that moved or went away leaves no trace."""

    def by_key(row: Row) -> tuple[Any, ...]:
        return tuple(row[column.name] for column in table.primary_key)

    if sorted(_stored(connection, table), key=by_key) != sorted(wanted, key=by_key):
        connection.execute(delete(table))
        connection.execute(insert(table), wanted)


def _stored(connection: Connection, table: Table) -> list[Row]:
    return [dict(row) for row in connection.execute(select(table)).mappings()]
