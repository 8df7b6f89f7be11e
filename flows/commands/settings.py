"""`nianbao settings`: what is in force, and why."""

from dataclasses import asdict
from typing import Any

import click

from flows.commands.options import given_flags, place_options


@click.command(short_help="List every setting, its value and where it came from.")
@click.option("--json", "as_json", is_flag=True, help="As a list of objects.")
@place_options
@click.pass_context
def settings(context: click.Context, /, as_json: bool, **_places: Any) -> int:
    """List every setting with its value and where that came from: a flag, the environment, `.env` or the default.

    \b
    nianbao settings
    NIANBAO_CONTACT=office@example.org nianbao settings --json

    Flags win over the environment, that over the file `.env` of the working directory, that over the defaults.
    Passwords, keys and tokens are hidden. Exit code 1 when there is a variable NIANBAO_... that is no setting.
    """
    from flows.json_lines import to_json
    from flows.output import print_table
    from flows.sources import listed, unknown

    found = listed(given_flags(context))
    if as_json:
        click.echo(to_json([asdict(one) for one in found]))
    else:
        rows = [(one.name, one.value, one.source, one.variable, one.meaning) for one in found]
        print_table("", ("setting", "value", "from", "environment", "meaning"), rows)
    strays = list(unknown())
    for name in strays:
        click.echo(f"nianbao: {name} is no setting", err=True)
    return int(bool(strays))
