"""The command `nianbao`. Exit codes: 0 done, 1 something failed and is named, 2 wrong usage.

What goes wrong by a person's or a machine's doing is one line on stderr. A traceback means a mistake of
ours, and shows only with `--debug`. Commands import what they need when they run: `parse`, `query`,
`show` and `portals` must not wait for Prefect, nor `parse` for a database.
"""

import os
import sys
from typing import Any, NoReturn

import click

from flows.commands.backup import backup, restore
from flows.commands.crawl import backfill, crawl
from flows.commands.explain import explain
from flows.commands.explore import explore
from flows.commands.export import export
from flows.commands.health import health
from flows.commands.ingest import ingest
from flows.commands.migrate import migrate
from flows.commands.options import place_options
from flows.commands.parse import parse
from flows.commands.portals import portals
from flows.commands.publish import publish
from flows.commands.query import query
from flows.commands.reparse import reparse
from flows.commands.sample import demo, sample_portal
from flows.commands.serve import serve
from flows.commands.settings import settings
from flows.commands.show import show
from flows.logs import LEVELS, QUIET, set_up

_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="nianbao")
@click.option("--debug", is_flag=True, help="Log more, and show the traceback of an error.")
@click.option("--log-level", type=click.Choice(LEVELS), help="The least to log on stderr [NIANBAO_LOG_LEVEL].")
@click.option("--log-format", type=click.Choice(["plain", "json"]), help="Of the log [NIANBAO_LOG_FORMAT; plain].")
@place_options
def cli(debug: bool, log_level: str | None, log_format: str | None, **_places: str | None) -> None:
    """Annual reports on open government information (政府信息公开工作年度报告) as a SQL warehouse.

    \b
    nianbao demo                        crawl the sample portals and ask the warehouse
    nianbao parse report.html           read one document, store nothing
    nianbao explain report.html         why each number was read as it was
    nianbao crawl quzhou --year 2018    crawl a registered portal for a report year
    nianbao show 衢州市民政局 2018       one report with its findings and where it came from

    The options that name places may stand before the command or after it.
    """
    level = "debug" if debug else log_level or os.environ.get("NIANBAO_LOG_LEVEL") or QUIET
    set_up(level, log_format or os.environ.get("NIANBAO_LOG_FORMAT") or "plain")


_COMMANDS = (
    crawl,
    backfill,
    ingest,
    portals,
    sample_portal,
    parse,
    explain,
    reparse,
    query,
    show,
    export,
    publish,
    explore,
    serve,
    health,
    settings,
    backup,
    restore,
    migrate,
    demo,
)
for _command in _COMMANDS:
    cli.add_command(_command)


def main() -> NoReturn:
    """Run the command line and exit."""
    # A page may hold what the terminal's encoding cannot; that must not end the output in a traceback.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        sys.exit(cli.main(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _fail(_usage(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted", _INTERRUPTED)
    except Exception as error:  # the last place where an error can become a line
        if "--debug" in sys.argv:
            raise
        _fail(_one_line(error), 1)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"nianbao: {message}", err=True)
    sys.exit(code)


def _usage(error: click.ClickException) -> str:
    command: Any = getattr(error, "ctx", None)
    hint = f" (see {command.command_path} --help)" if command else ""
    return " ".join(error.format_message().split()) + hint


def _one_line(error: Exception) -> str:
    from warehouse.errors import said_by_database

    text = " ".join(str(error).split())
    if _is_foreseen(error):
        return text
    if words := said_by_database(error):
        return words
    return f"unforeseen {type(error).__name__}: {text} (more with nianbao --debug)"


def _is_foreseen(error: Exception) -> bool:
    """Whether the message was written for people. Imports late: not every command needs these rooms."""
    from extractors.registry import RegistryError
    from flows.server import ServerError
    from flows.settings import SettingsError
    from warehouse.errors import WarehouseError

    return isinstance(error, RegistryError | ServerError | SettingsError | WarehouseError | OSError)


if __name__ == "__main__":
    main()
