"""One run of `nianbao ingest` from the settings to its summary."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from extractors.registry import Portal, load_portals, pick
from flows.ingest import OURS, Fate, Intake, Taken, largest
from flows.output import shown
from flows.readers import Readers
from flows.settings import Settings
from flows.steps import portal_row
from flows.stopping import Stop, stop_on_signals
from flows.summary import Ending, exit_code, print_ending
from warehouse.archive import Archive, repair
from warehouse.corrections import put_corrections
from warehouse.corrections_file import read_corrections
from warehouse.engine import Engine, open_warehouse
from warehouse.ledger import Run, finish_run, register_portals, start_run, summary

_SOFTWARE = "nianbao"
_NOTHING = "no report of a registered portal in these files"


def ingest_files(settings: Settings, files: Sequence[Path], portal_id: str | None) -> int:
    """Load the files, print what came of them and give the exit code.

    Raises RegistryError for an unknown portal, and WarehouseError.
    """
    registry = load_portals(settings.portals)
    only = pick(registry, [portal_id])[0] if portal_id else None
    return take_files(settings, files, [only] if only else list(registry.values()), only)


def take_files(
    settings: Settings, files: Sequence[Path], portals: Sequence[Portal], only: Portal | None, years: Sequence[int] = ()
) -> int:
    """Load what the files hold of these portals, and of these years if there are some. Raises WarehouseError."""
    engine = open_warehouse(settings.warehouse)
    register_portals(engine, map(portal_row, portals))
    put_corrections(engine, read_corrections(settings.corrections))
    repairs = repair(settings.archive)
    run = start_run(engine, command="ingest", portals=[portal.id for portal in portals], years=years)
    with Archive(settings.archive, _SOFTWARE) as archive, Readers(1) as readers, stop_on_signals() as stop:
        taken = _take(Intake(run.id, engine, archive, portals, only, readers, years), files, stop)
    ending = _ending(engine, run, taken, repairs, stop)
    code = _tell(ending, taken, settings)
    if not stop:
        finish_run(engine, run.id, status="failed" if code else "done")
    engine.dispose()
    return code


def _take(intake: Intake, files: Sequence[Path], stop: Stop) -> list[Taken]:
    with _bars(files) as moved:
        return [intake.read(file, stop, moved(file)) for file in files if not stop]


@contextmanager
def _bars(files: Sequence[Path]) -> Iterator[Callable[[Path], Callable[[int], None]]]:
    """A bar a file, in bytes; on a terminal only, for elsewhere the summary has a line a file."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=16), DownloadColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:

        def moved(file: Path) -> Callable[[int], None]:
            size = file.stat().st_size if file.exists() else None
            bar = progress.add_task(shown(file.name), total=size)
            return lambda position: progress.update(bar, completed=position)

        yield moved


def _ending(engine: Engine, run: Run, taken: Sequence[Taken], repairs: Sequence[str], stop: Stop) -> Ending:
    """Of the portals only those that have a page in the files: nobody asked for the others."""
    told = summary(engine, run.id)
    told = replace(told, portals=tuple(portal for portal in told.portals if portal.links))
    failures = {str(one.file): one.failure for one in taken if one.failure}
    return Ending(run, told, failures, tuple(repairs), stop.signal)


def _tell(ending: Ending, taken: Sequence[Taken], settings: Settings) -> int:
    for one in taken:
        click.echo(f"{shown(one.file)}: {one.fates.total()} pages")
        for fate, count, details in largest(one.fates):
            click.echo(f"  {count} {fate}{': ' * bool(details)}{shown(details)}")
    print_ending(ending, settings)
    missing = [_NOTHING] if not any(fate in OURS for one in taken for fate, _ in one.fates) else []
    if lost := sum(one.fates[Fate.NO_ORIGINAL, ""] for one in taken):
        missing.append(f"{lost} revisits without the page they refer to")
    for what in missing if not ending.signal else ():
        click.echo(f"nianbao: {what}", err=True)
    return exit_code(ending) or int(bool(missing))
