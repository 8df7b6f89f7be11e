"""`nianbao ingest`: what other tools crawled."""

from pathlib import Path

import click

from flows.commands.options import with_settings
from flows.settings import Settings


@click.command(short_help="Load WARC files that other tools crawled.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--portal", "portal_id", metavar="ID", help="Every page is of this portal, whatever its host.")
@with_settings
def ingest(settings: Settings, files: tuple[Path, ...], portal_id: str | None) -> int:
    """Load reports from WARC files, `.warc.gz` or `.warc`: those of wget, Browsertrix, Common Crawl or another Nianbao.

    \b
    wget --warc-file=qz --input-file=addresses.txt
    nianbao ingest qz.warc.gz
    nianbao ingest crawls/*.warc.gz --portal quzhou

    A page belongs to the portal whose `base_url` or `hosts` has its host; pages of other hosts are counted and left. Of
    the rest every page that reads as a report is loaded, dated by its record: an older one takes its place in the
    report's history. Files that hold one are copied into the archive. The same files again change nothing.

    Where a page names no agency, the list that links to it may: crawl the portal first, and the pages of its lists are
    read as its crawl reads them.

    Exit code 1 when a file could not be read to its end, when a revisit lacks its page, or when there was no report in
    any of them; the other files are loaded all the same.
    """
    from flows.ingest_run import ingest_files

    return ingest_files(settings, files, portal_id)
