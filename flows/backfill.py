"""A backfill: the portals themselves first, then what other tools crawled of them."""

from collections.abc import Sequence
from pathlib import Path

from flows.after import tell
from flows.ingest_run import take_files
from flows.run import run_crawl
from flows.settings import Settings
from flows.steps import choose


def backfill_year(
    settings: Settings, year: int, portal_ids: Sequence[str], files: Sequence[Path], *, again: bool
) -> int:
    """Crawl what is missing of a report year, load what the files have of it, and give the exit code.

    Raises as `flows.run.run_crawl`.
    """
    ending = run_crawl(settings, portal_ids, [year], "backfill", again=again, missing=not again)
    code = tell(ending, settings, "backfill")
    if not files or ending.signal:
        return code
    return take_files(settings, files, choose(settings.portals, portal_ids), None, [year]) or code
