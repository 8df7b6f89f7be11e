"""Where things rest, and how they are read again: archive, tables, ledger, load, query.

`from warehouse import panel` gives figures as a pandas frame. Only then is pandas imported.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warehouse.frame import panel

__all__ = ["panel"]


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: pandas takes half a second, and most commands do without."""
    if name == "panel":
        from warehouse.frame import panel

        return panel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
