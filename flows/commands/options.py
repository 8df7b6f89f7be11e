"""Options and argument types that several commands share."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import wraps
from typing import Any, TypeVar

import click

from flows.logs import set_up
from flows.settings import NAMES, settle

_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")
FIRST_YEAR = 2008  # the regulations came into force in May of that year

_F = TypeVar("_F", bound=Callable[..., Any])
_PLACES = {
    "data": ("DIR", "Folder for what runs leave behind [NIANBAO_DATA; data/ of the project]."),
    "warehouse": ("URL", "Database [NIANBAO_WAREHOUSE; SQLite file warehouse.db in the data folder]."),
    "archive": ("PLACE", "Folder of the WARC files, or s3://... [NIANBAO_ARCHIVE; archive/ in the data folder]."),
    "portals": ("DIR", "Folder of the registry [NIANBAO_PORTALS; data/portals/ of the project]."),
    "corrections": ("FILE", "List of corrections [NIANBAO_CORRECTIONS; data/corrections.csv of the project]."),
    "contact": ("TEXT", "How portals can reach you, sent with each request [NIANBAO_CONTACT]."),
}


def place_options(function: _F) -> _F:
    """Add the options that name places."""
    for name, (kind, help_text) in reversed(_PLACES.items()):
        function = click.option(f"--{name}", metavar=kind, help=help_text)(function)
    return function


def with_settings(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options that name places, and give the command the settings they come to as first argument.

    An option after the command wins over the same one before it, or before the command that it is part of.
    """

    @wraps(function)
    @click.pass_context
    def command(context: click.Context, /, **values: Any) -> int:
        settings = settle(given_flags(context))
        set_up(settings.log_level, settings.log_format)  # `.env` is known only now
        return function(settings, **{name: values[name] for name in values.keys() - set(NAMES)})

    return place_options(command)


def given_flags(context: click.Context) -> dict[str, str | None]:
    """The settings that flags of a command, or of those that it is part of, name."""
    outer = [one.params for one in _outwards(context)]
    outer += [{"log_level": "debug"}] if outer[-1].get("debug") else []
    return {name: next(filter(None, (given.get(name) for given in outer)), None) for name in NAMES}


def _outwards(context: click.Context | None) -> Iterator[click.Context]:
    while context:
        yield context
        context = context.parent


class ReportYear(click.IntRange):
    """A report year: from the first report ever to the current year."""

    name = "year"

    def __init__(self) -> None:
        super().__init__(FIRST_YEAR, date.today().year)


class Years(click.ParamType[frozenset[int]]):
    """Report years: `2018`, `2014-2023`, `2018,2020`."""

    name = "years"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[int]:
        """The years. Fails for anything else, with how to write them."""
        if isinstance(value, frozenset):
            return value
        parts = [_YEARS.fullmatch(part.strip()) for part in value.split(",")]
        years = {year for part in parts if part for year in range(int(part[1]), int(part[2] or part[1]) + 1)}
        if not all(parts) or not years:
            self.fail(f"{value!r} are no years; write 2018, 2014-2023 or 2018,2020", param, ctx)
        return frozenset(years)
