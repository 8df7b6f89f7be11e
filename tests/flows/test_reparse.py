"""`nianbao reparse`: the archive once more, as if the present reader had read it at the time."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from extractors.registry import load_portals
from extractors.report import read_capture
from flows.readers import Readers
from flows.reread import read_shards, shards
from schema.records import Reading, ReadingStatus
from tests.flows.crawling import First, Place, content_of
from tests.flows.running import assert_one_line, called, environment
from warehouse.engine import open_warehouse
from warehouse.histories import histories
from warehouse.place import ArchivePlace

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
# As if a former reader had missed a cell, misread another, found other places, and given some pages up: also the second
# one of two that show one report.
FORMER = """
    CREATE TEMPORARY TABLE second AS SELECT max(id) AS id FROM report_address GROUP BY report_id HAVING COUNT(*) > 1;
    UPDATE visit SET reading = 'unreadable', reason = 'torn', result = 'kept', report_id = NULL WHERE page_id IN
        (SELECT p.id FROM page p JOIN report_address a ON a.portal_id = p.portal_id AND a.url = p.url
            WHERE a.id IN (SELECT id FROM second));
    DELETE FROM report_address WHERE id IN (SELECT id FROM second);
    DELETE FROM observation WHERE (report_id, indicator_id) IN (SELECT report_id, min(indicator_id) FROM observation);
    UPDATE observation SET value = 77, status = 0, raw = '77' WHERE (report_id, indicator_id) IN
        (SELECT max(report_id), max(indicator_id) FROM observation);
    UPDATE report SET reading_digest = '', reader_version = '0' WHERE id IN
        (SELECT min(report_id) FROM observation UNION SELECT max(report_id) FROM observation);
    UPDATE visit SET reading = 'unreadable', reason = 'torn', result = 'kept', report_id = NULL WHERE report_id =
        (SELECT min(report_id) + 1 FROM observation);
    UPDATE report SET reader_version = '0';
"""


@pytest.fixture
def former(first: First, place: Place) -> Place:
    """A crawl by a former reader: the first one's archive, and a warehouse that says something else."""
    shutil.copytree(first.place.data / "archive", place.data / "archive")
    shutil.copyfile(first.place.data / "warehouse.db", place.data / "warehouse.db")
    with sqlite3.connect(place.data / "warehouse.db") as connection:
        connection.executescript(FORMER)
    return place


def test_a_dry_run_tells_the_changes_and_makes_none(former: Place) -> None:
    before = content_of(former)
    done = called("reparse", "--dry-run", *former.flags)
    assert done.returncode == 0, done.stderr
    assert "(dry run)" in done.stdout
    assert "cells new" in done.stdout
    assert "'77' (77" in done.stdout
    assert content_of(former) == before
    assert former.ask("SELECT COUNT(*) FROM run WHERE command = 'reparse'") == [(0,)]


def test_the_warehouse_comes_to_say_what_the_present_reader_reads(first: First, former: Place) -> None:
    told = json.loads(called("reparse", "--json", "--workers", "2", *former.flags).stdout)
    visits = "SELECT COUNT(*) FROM visit v JOIN page p ON p.id = v.page_id WHERE p.kind = 'document'"
    ((documents,),) = first.place.ask(f"{visits} AND v.outcome = 'fetched'")
    assert told["documents"] == documents
    assert len(told["new_cells"]) >= 1
    assert any(cell["before"].startswith("'77'") for cell in told["changed_cells"])
    assert content_of(former) == first.content
    assert former.ask("SELECT command, status FROM run ORDER BY id DESC LIMIT 1") == [("reparse", "done")]
    again = called("reparse", *former.flags)
    assert "Nothing changed" in again.stdout


def test_only_what_is_asked_for_is_read(former: Place) -> None:
    ((year, portal),) = former.ask(
        "SELECT r.year, a.portal_id FROM report r JOIN report_address a ON a.report_id = r.id ORDER BY r.id LIMIT 1"
    )
    done = called("reparse", "--portal", str(portal), "--year", str(year), *former.flags)
    assert done.returncode == 0, done.stderr
    of_portal = f"id IN (SELECT report_id FROM report_address WHERE portal_id = '{portal}')"
    left = "SELECT COUNT(*) FROM report WHERE reader_version = '0' AND "
    assert former.ask(f"{left} year = {year} AND {of_portal}") == [(0,)]
    assert former.ask(f"{left} year <> {year}") != [(0,)]


def test_what_the_archive_lacks_stays_and_is_named(former: Place) -> None:
    before = content_of(former)
    shutil.rmtree(former.data / "archive")
    done = called("reparse", *former.flags)
    assert done.returncode == 1
    assert "holds no response" in done.stderr
    assert content_of(former) == before


def test_nothing_to_read_is_no_success(former: Place) -> None:
    done = called("reparse", "--year", "2009", *former.flags)
    assert_one_line(done, 1, "no archived document")


def hanging(body: bytes, *, at: str, **known: Any) -> Reading:
    """A reader that hangs on one address."""
    if known["url"] == at:
        time.sleep(60)
    return read_capture(body, **known)


def test_one_document_that_hangs_costs_no_other(former: Place) -> None:
    engine = open_warehouse(former.warehouse, create=False)
    groups = list(histories(engine))
    engine.dispose()
    bad = groups[0][0]
    todo = shards(groups, load_portals(former.portals), ArchivePlace(Path(former.data / "archive")))
    with Readers(2, seconds=0.5) as readers:
        read = [one for _, shard in read_shards(readers, todo, partial(hanging, at=bad.url)) for one in shard.rereads]
    assert {page for one in read for page in one.pages} == {page.page_id for group in groups for page in group}
    ((reading,),) = [list(one.readings.values()) for one in read if bad.page_id in one.pages]
    assert (reading.status, reading.reason) == (ReadingStatus.UNREADABLE, "not read within 0.5 s")


# The command, in shards of a document each: there are more moments to kill it at.
IN_SMALL_SHARDS = "from flows import cli, reread; reread.DOCUMENTS = 1; cli.main()"
READ_AGAIN = "SELECT COUNT(*) FROM report WHERE reader_version <> '0'"


def test_a_run_that_is_killed_goes_on(first: First, former: Place) -> None:
    command = [sys.executable, "-c", IN_SMALL_SHARDS, "reparse", *former.flags]
    (all_of_them,) = former.ask("SELECT COUNT(*) FROM report")[0]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True) as process:
        while process.poll() is None and former.ask(READ_AGAIN)[0][0] < 5:
            time.sleep(0.002)
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert 5 <= former.ask(READ_AGAIN)[0][0] < all_of_them
    assert former.ask("SELECT status FROM run WHERE command = 'reparse'") == [("running",)]
    done = called("reparse", *former.flags)
    assert (done.returncode, done.stderr) == (0, "")
    assert content_of(former) == first.content
    assert former.ask("SELECT status FROM run WHERE command = 'reparse'") == [("done",)]
