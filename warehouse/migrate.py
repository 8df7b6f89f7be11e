"""The layout of a warehouse: made new as `warehouse.tables` has it, or brought there by the migrations.

Alembic keeps the number of the layout in the table `alembic_version`. A warehouse of the first layout, which was made
before there were migrations, has none. Each migration is one transaction on both engines, data included.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from warehouse.errors import WarehouseError
from warehouse.tables import metadata

_SCRIPTS = Path(__file__).parent / "migrations"
_FIRST = "0001"


def bring_up(connection: Connection, name: str) -> None:
    """Make the tables, or migrate them to the present layout. `name` is what errors call the warehouse.

    Raises WarehouseError when a later version of this program made them, or something else did.
    """
    if layout_of(connection) is None:
        if set(inspect(connection).get_table_names()) & metadata.tables.keys():
            raise WarehouseError(f"{name} holds other tables of the same names; name another place with --warehouse")
        metadata.create_all(connection)
        command.stamp(_config(connection), "head")
    else:
        migrate(connection, name)


def migrate(connection: Connection, name: str, to: str = "head") -> tuple[str | None, str]:
    """Bring the tables to a layout, up or down; the numbers of the former and of the present one.

    Raises WarehouseError when a later version of this program made them, or when there is no such layout.
    """
    known, before = ScriptDirectory(str(_SCRIPTS)), layout_of(connection)
    numbers = [script.revision for script in known.walk_revisions()]
    if before is not None and before not in numbers:
        raise WarehouseError(f"{name} was made by a later version (layout {before}); update nianbao to use it")
    target = numbers[0] if to == "head" else to
    if target not in numbers:
        raise WarehouseError(f"there is no layout {to}; there are {', '.join(reversed(numbers))}")
    if before != target:
        config = _config(connection)
        if MigrationContext.configure(connection).get_current_revision() is None:
            command.stamp(config, _FIRST)
        try:
            (command.upgrade if numbers.index(target) < numbers.index(before or _FIRST) else command.downgrade)(
                config, target
            )
        except CommandError as error:
            raise WarehouseError(f"{name} cannot be migrated: {error}") from error
    return before, target


def layout_of(connection: Connection) -> str | None:
    """The number of the layout; None where there is no warehouse."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None and {"report", "observation", "visit"} <= set(inspect(connection).get_table_names()):
        return _FIRST
    return current


def require_present_layout(connection: Connection, name: str) -> None:
    """Raise WarehouseError unless there is a warehouse, and of the layout that this program knows."""
    layout, present = layout_of(connection), ScriptDirectory(str(_SCRIPTS)).get_current_head()
    if layout is None:
        raise WarehouseError(f"{name} is no warehouse; make one with `nianbao crawl`")
    if layout != present:
        raise WarehouseError(f"{name} has layout {layout}, not {present}; bring it there with `nianbao migrate`")


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config
