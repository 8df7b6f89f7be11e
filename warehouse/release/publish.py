"""Publish a release: a folder with a database, Parquet files, and all that is needed to trust and to cite them.

The SQLite file is made from the warehouse, and everything else from that file. So what it leaves out is nowhere in the
release, and warehouses of both engines with the same contents give the same files, byte for byte. The folder is made
beside its place and moved there when it is whole.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from warehouse.errors import WarehouseError
from warehouse.export.export import Tell, export
from warehouse.export.tables import EXPORTED
from warehouse.reader import is_release, reading
from warehouse.release import layout, papers
from warehouse.release.changes import Changes, compare
from warehouse.release.database import make_database
from warehouse.release.package import describe_package

DATABASE = "nianbao.db"
_NOT_AS_PARQUET = frozenset({"lineage"})  # it joins what the others have, and is as long as the longest


def publish(
    url: str,
    to: Path,
    version: str | None = None,
    previous: Path | None = None,
    tell: Tell = lambda *_: None,
) -> Changes | None:
    """Make a release of a warehouse in the new folder `to`; what differs from the release in `previous`, if any.

    The version is the day of the last crawl if none is given. Raises WarehouseError when `to` is there already,
    `previous` is no release, or the warehouse cannot be read or has nothing to publish.
    """
    if previous is not None and not (previous / DATABASE).is_file():
        raise WarehouseError(f"{previous} is no release: it has no {DATABASE}")
    with _new_folder(to) as folder:
        with reading(url) as source:
            if is_release(source):
                raise WarehouseError("a release is made from a warehouse, and this is a release")
            make_database(source, folder / DATABASE, version, tell)
        tables = [name for name in EXPORTED if name not in _NOT_AS_PARQUET]
        export(f"sqlite:///{folder / DATABASE}", folder, tables=tables, tell=tell)
        changes = compare(previous / DATABASE, folder / DATABASE, folder / "changed_cells.csv") if previous else None
        _write_papers(folder, changes)
    return changes


@contextmanager
def _new_folder(to: Path) -> Iterator[Path]:
    """A folder to fill, which is at `to` in the end, or gone if something failed."""
    to = to.absolute()
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise WarehouseError(f"there is something at {to} already; a release is never changed, name a new folder")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        outer = Path(tempfile.mkdtemp(prefix=f".{to.name}-", dir=to.parent))
    except OSError as error:
        raise WarehouseError(f"cannot write beside {to} ({error.strerror}); name another folder with --to") from error
    try:
        folder = outer / to.name  # inside, since the temporary folder itself is for our eyes only
        folder.mkdir()
        yield folder
        folder.replace(to)
    finally:
        shutil.rmtree(outer)


def _write_papers(folder: Path, changes: Changes | None) -> None:
    with reading(f"sqlite:///{folder / DATABASE}") as connection:
        facts = _facts(connection)
        sources = [(row.name, row.base_url) for row in connection.execute(_portals_shown())]
    version, until = facts["version"], facts["until"]
    package = describe_package(folder, version, until, sources)
    texts = {
        "README.md": papers.readme(facts),
        "CHANGELOG.md": papers.changelog(version, changes),
        "CITATION.cff": papers.citation(version, until),
        "dictionary.md": papers.dictionary(package),
        "datapackage.json": json.dumps(package, ensure_ascii=False, indent=1) + "\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "SHA256SUMS").write_text(papers.checksums(folder), encoding="utf-8")


def _portals_shown() -> Any:
    portal, address = layout.tables["portal"], layout.tables["report_address"]
    shown = portal.c.id.in_(select(address.c.portal_id))
    return select(portal.c.name, portal.c.base_url).where(shown).order_by(portal.c.id)


def _facts(connection: Connection) -> dict[str, Any]:
    """What the README tells."""
    report, release = layout.tables["report"].c, connection.execute(select(layout.release)).one()
    totals = connection.execute(
        select(
            func.count(),
            func.count(report.agency_id.distinct()),
            func.min(report.year),
            func.max(report.year),
            func.sum(report.cells),
        )
    ).one()
    reports, agencies, first, last, cells = totals
    return {
        "version": release.version,
        "until": release.data_until,
        "withheld": release.withheld,
        "withheld_labels": release.withheld_labels,
        "reports": reports,
        "agencies": agencies,
        "years": f"{first} to {last}" if reports else "(none)",
        "cells": cells or 0,
    }
