"""The layout of a warehouse: made new as `warehouse.tables` has it, or brought there by the migrations.

Alembic keeps the number of the layout in the table `alembic_version`. A warehouse of the first layout, which was made
before there were migrations, has none. Each migration is one transaction on both engines, data included.
"""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.schema import SetColumnComment, SetTableComment

from warehouse.errors import WarehouseError
from warehouse.tables import metadata

_SCRIPTS = Path(__file__).parent / "migrations"
_FIRST = "0001"


def make_tables(connection: Connection, name: str) -> None:
    """Make the tables where there are none. `name` is what errors call the warehouse.

    Raises WarehouseError when something else has tables of the same names.
    """
    if layout_of(connection) is not None:
        return
    if set(inspect(connection).get_table_names()) & metadata.tables.keys():
        raise WarehouseError(f"{name} holds other tables of the same names; name another place with --warehouse")
    metadata.create_all(connection)
    command.stamp(_config(connection), "head")


def make_at(connection: Connection, layout: str) -> None:
    """Make the tables of a layout where there are none. Raises WarehouseError for a layout that is not known here."""
    if layout not in _layouts():
        raise WarehouseError(f"layout {layout} is not known here; update nianbao")
    command.upgrade(_config(connection), layout)


def migrate(connection: Connection, name: str, to: str = "head") -> tuple[str, str]:
    """Bring the tables to a layout, up or down; the numbers of the former and of the present one.

    Raises WarehouseError when there is no warehouse, when a later version of this program made it, or when there is no
    such layout.
    """
    before, layouts = layout_of(connection), _layouts()
    if before is None:
        raise WarehouseError(f"{name} is no warehouse; make one with `nianbao crawl`")
    if before not in layouts:
        raise WarehouseError(f"{name} was made by a later version (layout {before}); update nianbao to use it")
    target = layouts[-1] if to == "head" else to
    if target not in layouts:
        raise WarehouseError(f"there is no layout {to}; there are {', '.join(layouts)}")
    config = _config(connection)
    if MigrationContext.configure(connection).get_current_revision() is None:
        command.stamp(config, before)
    move = command.upgrade if layouts.index(target) > layouts.index(before) else command.downgrade
    if target != before:
        move(config, target)
    if target == layouts[-1] and connection.dialect.supports_comments:
        _comment(connection)
    return before, target


def _comment(connection: Connection) -> None:
    """Say in the database what its tables and columns mean, as new ones do."""
    for table in metadata.sorted_tables:
        connection.execute(SetTableComment(table))
        for column in table.columns:
            connection.execute(SetColumnComment(column))


def is_of_other_layout(connection: Connection) -> bool:
    """Whether there is a warehouse, and of another layout than this program's."""
    return layout_of(connection) not in (None, _layouts()[-1])


def layout_of(connection: Connection) -> str | None:
    """The number of the layout; None where there is no warehouse."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None and {"report", "observation", "visit"} <= set(inspect(connection).get_table_names()):
        return _FIRST
    return current


def require_present_layout(connection: Connection, name: str) -> None:
    """Raise WarehouseError unless there is a warehouse, and of the layout that this program knows."""
    layout, present = layout_of(connection), _layouts()[-1]
    if layout is None:
        raise WarehouseError(f"{name} is no warehouse; make one with `nianbao crawl`")
    if layout != present:
        raise WarehouseError(f"{name} has layout {layout}, not {present}; bring it there with `nianbao migrate`")


@cache
def _layouts() -> tuple[str, ...]:
    """The numbers of all layouts, the first first."""
    return tuple(script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions())[::-1]


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config
