"""`nianbao reparse`: the archive once more, with the present reader."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from flows.commands.options import ReportYear, with_settings
from flows.json_lines import to_json
from flows.output import shown
from flows.settings import Settings

if TYPE_CHECKING:  # what the tables import must not delay a command that does not read them
    from warehouse.changes import Tally

_EXAMPLES = 10
_NAMES = {
    "new_reports": "reports new",
    "changed_reports": "reports changed",
    "lost_reports": "reports lost",
    "new_cells": "cells new",
    "changed_cells": "cells changed",
    "lost_cells": "cells lost",
    "quarantined": "pages now in quarantine",
    "released": "pages out of quarantine",
}


@click.command(short_help="Read the archive again with the present reader.")
@click.option("--portal", "portal_ids", metavar="ID", multiple=True, help="Only pages of this portal; may be repeated.")
@click.option("--year", "years", type=ReportYear(), multiple=True, help="Only reports for this year; may be repeated.")
@click.option("--quarantine", is_flag=True, help="Only pages that rest in quarantine.")
@click.option("--workers", type=click.IntRange(1), help="Processes that read [one a processor].")
@click.option("--dask", metavar="tcp://HOST:PORT", default="", help="The workers of this Dask cluster read.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Every change as JSON, instead of examples.")
@with_settings
def reparse(
    settings: Settings,
    portal_ids: tuple[str, ...],
    years: tuple[int, ...],
    quarantine: bool,
    workers: int | None,
    dask: str,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Read every archived document again, and let the warehouse say what the present reader makes of it.

    No portal is asked for anything. A page whose history reads otherwise is replayed, so that its revisions, its
    validity and the quarantine are as if the present reader had read it each time; all others stay untouched. It ends
    with what is new, changed and lost. A run that was broken off is taken up by the same command.

    With `--dask` the workers of a cluster read, and this process alone writes. They need this program in the same
    version, and the archive at the same URL or, a shared folder, under the same path (see docs/scaling.md).

    Exit code 1 when there was nothing to read, or when a document could not be: its page stays as it was.
    """
    from flows.reparse import Asked, reparse

    most = None if as_json else _EXAMPLES
    asked = Asked(portal_ids, years, quarantine, dry_run=dry_run, workers=workers, cluster=dask, examples=most)
    done = reparse(settings, asked)
    if as_json:
        click.echo(to_json({"documents": done.documents, "pages": done.pages, **_whole(done.changes)}))
    else:
        _tell(done.changes, done.documents, done.pages, dry_run=dry_run)
    _tell_failures(done.failures)
    if done.signal:
        click.echo("nianbao: stopped; the same command goes on from here", err=True)
        return 128 + done.signal
    if not done.documents:
        click.echo("nianbao: no archived document of these portals and years", err=True)
    return int(bool(done.failures) or not done.documents)


def _whole(changes: "Tally") -> dict[str, list[object]]:
    """Every change, cells by the names of their fields."""
    from warehouse.changes import Changed

    return {
        name: [one._asdict() if isinstance(one, Changed) else one for one in found]
        for name, found in changes.first.items()
    }


def _tell(changes: "Tally", documents: int, pages: int, *, dry_run: bool) -> None:
    click.echo(f"{documents} documents of {pages} pages read again{' (dry run)' * dry_run}")
    if not changes.counts.total():
        click.echo("Nothing changed: the warehouse has what the present reader reads.")
    for name, count in changes.counts.items():
        if count:
            click.echo(f"{count} {_NAMES[name]}")
            for line in _examples(changes.first[name]):
                click.echo(f"  {line}")
            if count > len(changes.first[name]):
                click.echo("  ... (all of them with --json)")


def _examples(found: Sequence[Sequence[object]]) -> Iterator[str]:
    for one in found:
        *which, before, after = one if len(one) > 2 else (*one, "", "")
        arrow = f": {shown(before)} -> {shown(after)}" if before or after else ""
        yield " ".join(map(shown, which)) + arrow


def _tell_failures(failures: Mapping[str, str]) -> None:
    for url, why in failures.items():
        click.echo(f"nianbao: {shown(url)}: {shown(why)}", err=True)
