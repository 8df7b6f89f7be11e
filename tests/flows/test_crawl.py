"""The real flow on the sample portals: what it loads, how it behaves, what a second run does."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from flows.sample_portal import SamplePortal
from tests.extractors.loopback import JITTER
from tests.flows.crawling import DOCUMENT, First, Place, content_of, records
from tests.flows.running import assert_one_line, called, nianbao

pytestmark = pytest.mark.slow

GAP = 0.05  # seconds, of the sample's registry entries
PROACTIVE = "SELECT value FROM panel WHERE agency = '衢州市民政局' AND year = 2018 AND indicator = 'proactive.total'"


@pytest.fixture
def again(first: First, tmp_path: Path) -> Place:
    """What the first crawl left, to be crawled into once more."""
    shutil.copytree(first.place.data, tmp_path / "data")
    return Place(tmp_path / "data", first.place.portals)


def test_the_first_crawl_says_what_it_did(first: First) -> None:
    out = first.done.stdout
    for portal in SamplePortal.IDS:
        assert portal in out
    for words in ("not_found: 404", "soft_404", "robots", "excluded: a guide", "foreign", "not_report", "no_table"):
        assert words in out
    assert str(first.place.data) in out


def test_the_figure_of_the_example_is_in_the_warehouse(first: First) -> None:
    assert first.place.ask(PROACTIVE) == [(3457,)]


def test_the_readme_traces_that_figure_to_its_bytes(first: First) -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    sql = re.search(r'nianbao query "\n([^"]* FROM lineage\n[^"]*)"', readme)
    assert sql
    ((value, raw, grid, row, column, url, file, offset),) = first.place.ask(sql[1])
    assert (value, raw) == (3457, "3457")
    assert all(isinstance(place, int) and place > 0 for place in (grid, row, column))
    assert str(url).startswith("http://127.0.0.1:")
    with (first.place.data / "archive" / str(file)).open("rb") as archive:
        archive.seek(int(str(offset)))
        assert archive.read(2) == b"\x1f\x8b"


def test_every_visit_ended_and_every_number_leads_to_archived_bytes(first: First) -> None:
    assert first.place.ask("SELECT COUNT(*) FROM page WHERE outcome IS NULL") == [(0,)]
    files = {file for (file,) in first.place.ask("SELECT DISTINCT file FROM capture")}
    assert files
    assert files <= set(first.place.archived())


def test_a_document_is_asked_for_once_and_robots_are_obeyed(first: First) -> None:
    asked = Counter((one.host, one.path) for one in first.log if DOCUMENT.search(one.path))
    assert asked
    assert set(asked.values()) == {1}
    assert not [one for one in first.log if one.path.startswith("/internal/")]
    hosts = {one.host for one in first.log}
    assert {one.host for one in first.log if one.path == "/robots.txt"} == hosts


def test_requests_to_a_host_keep_their_distance(first: First) -> None:
    """Ten gaps at a time: what a busy machine sees late of one request it sees early of the next gap."""
    for host in {one.host for one in first.log}:
        times = sorted(one.at for one in first.log if one.host == host)
        assert min(later - earlier for earlier, later in zip(times, times[10:], strict=False)) >= 10 * GAP - JITTER


def test_portals_go_side_by_side(first: First) -> None:
    starts = {host: [one.at for one in first.log if one.host == host] for host in {one.host for one in first.log}}
    one, other = starts.values()
    assert max(min(one), min(other)) < min(max(one), max(other))


def test_only_loopback_is_spoken_to_and_nothing_is_left_at_home(first: First) -> None:
    asked = Counter(tuple(line.split(" ", 1)) for line in first.addresses)
    assert asked["socket.connect", "127.0.0.1"] > 0
    elsewhere = {host for _, host in asked} - {"127.0.0.1", "localhost", "::1"}
    assert {host for host in elsewhere if not host.startswith("/")} == set()
    assert list(first.home.iterdir()) == []


def test_without_a_server_threads_do_the_same_and_start_none(first: First, place: Place) -> None:
    done = nianbao("crawl", *SamplePortal.IDS, *place.flags)
    assert done.returncode == 0, done
    assert content_of(place) == first.content
    assert not (place.data / "prefect").exists()
    ((requests, received),) = place.ask("SELECT SUM(requests), SUM(received) FROM portal_run")
    assert requests == len(first.log)
    assert int(str(received)) > 50_000
    assert place.ask("SELECT COUNT(*) FROM host_lease") == [(0,)]


def test_a_second_run_asks_whether_pages_changed_and_changes_nothing(
    first: First, sample: SamplePortal, prefect: dict[str, str], again: Place
) -> None:
    archived, began = again.archived(), len(sample.log)
    done = nianbao("crawl", *SamplePortal.IDS, *again.flags, env=prefect)
    assert done.returncode == 0, done
    assert "Nothing changed" in done.stdout
    assert re.search(r"┃ +┃ run 2 +┃ run 1 +┃", done.stdout)
    assert re.search(r"│ reports new +│ 0 +│ [1-9]\d* +│", done.stdout)
    assert content_of(again) == first.content
    (added,) = set(again.archived()) - set(archived)
    assert set(records(again.data / "archive" / added)) == {"warcinfo", "revisit"}
    before = {(one.host, one.path): one.status for one in first.log if DOCUMENT.search(one.path)}
    after = {(one.host, one.path): one.status for one in sample.log[began:] if DOCUMENT.search(one.path)}
    assert after.keys() == before.keys()
    soft = {(one.host, one.path) for one in first.log} & {key for key, status in after.items() if status == 200}
    assert {after[key] for key in after.keys() - soft} == {304, 404}
    assert len(soft) == len([line for line in done.stdout.splitlines() if "soft_404:" in line])


def test_an_edited_page_becomes_a_revision(sample: SamplePortal, prefect: dict[str, str], again: Place) -> None:
    (url,) = again.ask("""
        SELECT s.url FROM report_address s JOIN report r ON r.id = s.report_id JOIN agency a ON a.id = r.agency_id
        WHERE a.name = '衢州市民政局' AND r.year = 2018""")[0]
    sample.edited.add(re.sub(r"^https?://[^/]+", "", str(url)))
    done = nianbao("crawl", "sample-jpaas", *again.flags, env=prefect)
    assert done.returncode == 0, done
    assert "Nothing changed" not in done.stdout
    revisions = again.ask("""
        SELECT r.revision, r.is_current FROM report r JOIN agency a ON a.id = r.agency_id
        WHERE a.name = '衢州市民政局' AND r.year = 2018 ORDER BY r.revision""")
    assert revisions == [(1, 0), (2, 1)]


def test_backfill_visits_one_year(sample: SamplePortal, prefect: dict[str, str], place: Place) -> None:
    done = nianbao("backfill", "2016", "sample-classic", *place.flags, env=prefect)
    assert done.returncode == 0, done
    years = {year for (year,) in place.ask("SELECT year FROM report")}
    assert years == {2016}
    titles = [str(title) for (title,) in place.ask("SELECT title FROM page WHERE kind = 'document'")]
    assert titles
    assert [title for title in titles if "2017" in title or "2018" in title] == []


def test_what_fails_is_named_and_the_rest_is_loaded(
    sample: SamplePortal, prefect: dict[str, str], place: Place
) -> None:
    entry = (place.portals / "sample-classic.toml").read_text(encoding="utf-8")
    column = re.findall(r'^url = "(/col/[^"]+)"', entry, re.MULTILINE)[0]
    sample.status_for[column] = 403
    register(place, "silent", entry.replace(column, "/col/col9/index.html").split("[[columns]]", 2)[:2])
    register(place, "empty", entry.replace('status = "live"', 'status = "unverified"').split("[[columns]]")[:1])
    done = nianbao("crawl", *SamplePortal.IDS, "silent", "empty", *place.flags, env=prefect)
    assert done.returncode == 1, done
    named = [line for line in done.stderr.splitlines() if line.startswith("nianbao: ")]
    assert any("sample-classic: its list is not complete: 1 blocked" in line for line in named)
    assert any("silent: no link was found" in line for line in named)
    assert any("empty: broke off: no column is entered" in line for line in named)
    told = place.ask("SELECT portal_id, failure FROM portal_run WHERE failure <> ''")
    assert [(portal, str(why)[:20]) for portal, why in told] == [("empty", "no column is entered")]
    assert place.ask(PROACTIVE) == [(3457,)]


def register(place: Place, name: str, parts: list[str]) -> None:
    text = "[[columns]]".join(parts).replace('id = "sample-classic"', f'id = "{name}"')
    (place.portals / f"{name}.toml").write_text(text, encoding="utf-8")


def test_show_and_portals_know_what_was_crawled(first: First) -> None:
    shown = called("show", "衢州市民政局", "2018", *first.place.flags)
    assert shown.returncode == 0, shown
    for words in ("3457", "113308000026181032/2019-102271", "2019-03-15", "SHA-256", ".warc.gz", "shown at http"):
        assert words in shown.stdout
    assert len([line for line in shown.stdout.splitlines() if "│ blank" in line]) == 55
    listed = called("portals", *first.place.flags)
    row = next(line for line in listed.stdout.splitlines() if "sample-jpaas" in line)
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", row)
    assert not re.search(r"│ +0 │$", row)


def test_show_says_which_years_there_are(first: First) -> None:
    assert_one_line(called("show", "衢州市民政局", "2011", *first.place.flags), 1, "2018")


def test_prefect_does_not_get_to_know_the_password_of_the_warehouse(first: First) -> None:
    """Prefect keeps a flow's parameters in its database; the warehouse's URL must not be among them."""
    database = b"".join(path.read_bytes() for path in (first.place.data / "prefect").glob("prefect.db*"))
    assert b"crawl" in database
    assert b"warehouse.db" not in database
