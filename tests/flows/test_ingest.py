"""`nianbao ingest`: what other tools crawled, beside what we crawl."""

import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from flows.sample_portal import edited
from tests.flows.crawling import First, Place
from tests.flows.running import assert_one_line, called
from tests.flows.warcs import HTML, Warc, wget

REPORTS = """
    SELECT a.name, r.year, r.content_digest, r.is_current, r.form FROM report r JOIN agency a ON a.id = r.agency_id
    ORDER BY 1, 2, 3
"""
HISTORY = "SELECT valid_from, valid_to, is_current, revision FROM report ORDER BY valid_from"
PAGE = "/art/2019/3/15/art_1.html"
EARLY, LATE, LATER = "2019-03-16T00:00:00Z", "2019-04-01T00:00:00Z", "2020-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def report() -> bytes:
    """The page of a report that names its agency and year."""
    folder = Path(__file__).resolve().parents[2] / "data/sample/sites/sample-jpaas/www"
    return next(
        page for page in map(Path.read_bytes, sorted(folder.rglob("*.html"))) if "衢州市民政局2018".encode() in page
    )


def ingest(place: Place, *arguments: str | Path) -> str:
    """Take files in; that must end well. Gives what was said."""
    done = called("ingest", *arguments, *place.flags)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def url(place: Place, path: str = PAGE) -> str:
    entry = (place.portals / "sample-jpaas.toml").read_text(encoding="utf-8")
    return entry.split('base_url = "')[1].split('"')[0] + path


def counts(place: Place) -> list[tuple[object, ...]]:
    tables = ("report", "observation", "finding", "capture", "page", "visit", "report_address", "quarantine")
    return [place.ask(f"SELECT COUNT(*) FROM {table}")[0] for table in tables]


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--no-warc-compression",)])
def test_wget_of_the_portals_gives_the_reports_of_our_own_crawl(
    first: First, place: Place, tmp_path: Path, options: tuple[str, ...]
) -> None:
    documents = "SELECT url FROM page WHERE kind = 'document' AND outcome IN ('fetched', 'not_found', 'soft_404')"
    file = wget(tmp_path / "wget", [str(row[0]) for row in first.place.ask(documents)], *options)
    said = ingest(place, file)
    assert place.ask(REPORTS) == first.place.ask(REPORTS)
    assert "soft_404" in said
    assert place.archived() == [file.name]
    before = counts(place)
    assert "Nothing changed" in ingest(place, file)
    assert counts(place) == before
    assert (place.data / "archive" / file.name).read_bytes() == file.read_bytes()


@pytest.mark.slow
def test_our_own_archive_goes_into_another_warehouse(first: First, place: Place) -> None:
    ingest(place, *sorted((first.place.data / "archive").iterdir()))
    assert place.ask(REPORTS) == first.place.ask(REPORTS)
    assert place.archived() == first.place.archived()


@pytest.mark.slow
def test_revisits_of_wget_are_resolved_by_their_digest(first: First, place: Place, tmp_path: Path) -> None:
    page = "SELECT a.url FROM report_address a JOIN report r ON r.id = a.report_id WHERE r.form = '2014'"
    address = str(first.place.ask(page)[0][0])
    again = wget(tmp_path / "wget", [address, address], "--warc-cdx")
    time.sleep(1.1)  # wget dates its records to the second
    third = wget(
        tmp_path / "wget", [address], f"--warc-dedup={again.with_suffix('').with_suffix('.cdx')}", name="third"
    )
    said = ingest(place, again, third)
    assert "1 loaded" in said
    assert "1 unchanged since the capture before" in said


def test_every_number_leads_to_bytes_in_the_archive(place: Place, tmp_path: Path, report: bytes) -> None:
    with Warc(tmp_path / "rec.warc.gz") as warc:
        warc.page(url(place, "/"), b"<html>home</html>", EARLY)
        warc.page(url(place), report, EARLY)
    ingest(place, warc.path)
    ((file, offset, length, size),) = place.ask("SELECT file, file_offset, record_length, size FROM capture")
    assert (file, size) == ("rec.warc.gz", len(report))
    member = (place.data / "archive" / str(file)).read_bytes()[int(str(offset)) :][: int(str(length))]
    assert member.startswith(b"\x1f\x8b")
    shown = called("show", "衢州市民政局", "2018", *place.flags)
    assert "rec.warc.gz" in shown.stdout


def test_records_are_dated_by_themselves_whatever_comes_first(place: Place, tmp_path: Path, report: bytes) -> None:
    for name, body, at in (("new", edited(report), LATE), ("old", report, EARLY)):
        with Warc(tmp_path / f"{name}.warc.gz") as warc:
            warc.page(url(place), body, at)
        ingest(place, warc.path)
    history = [(str(since)[:10], str(until)[:10], current, n) for since, until, current, n in place.ask(HISTORY)]
    assert history == [("2019-03-16", "2019-04-01", 0, 1), ("2019-04-01", "None", 1, 2)]


@pytest.mark.parametrize("files", ["one", "two"])
def test_a_revisit_shows_what_it_refers_to(place: Place, tmp_path: Path, report: bytes, files: str) -> None:
    first, second = tmp_path / "a.warc.gz", tmp_path / "b.warc.gz"
    with Warc(first) as warc:
        warc.page(url(place), report, EARLY)
        warc.page(url(place), edited(report), LATE)
        if files == "one":
            warc.revisit(url(place), LATER, url(place), EARLY)
    if files == "two":
        ingest(place, first)
        with Warc(second) as warc:
            warc.revisit(url(place), LATER, url(place), EARLY)
    ingest(place, second if files == "two" else first)
    assert [row[3] for row in place.ask(HISTORY)] == [1, 2, 3]
    assert [row[2] for row in place.ask(HISTORY)] == [0, 0, 1]
    before = counts(place)
    ingest(place, *((first, second) if files == "two" else (first,)))
    assert counts(place) == before
    shown = called("show", "衢州市民政局", "2018", *place.flags)
    assert "2020-01-01 00:00:00" in shown.stdout


def test_a_revisit_that_shows_nothing_new_is_counted(place: Place, tmp_path: Path, report: bytes) -> None:
    with Warc(tmp_path / "a.warc.gz") as warc:
        warc.page(url(place), report, EARLY)
        warc.revisit(url(place), LATE, url(place), EARLY)
    assert "1 unchanged since the capture before" in ingest(place, warc.path)
    assert place.ask("SELECT COUNT(*) FROM capture") == [(1,)]


def test_a_revisit_without_its_page_is_a_failure(place: Place, tmp_path: Path, report: bytes) -> None:
    with Warc(tmp_path / "a.warc.gz") as warc:
        warc.page(url(place), report, LATE)
        warc.revisit(url(place, "/other.html"), LATER, url(place, "/elsewhere.html"), EARLY)
    done = called("ingest", warc.path, *place.flags)
    assert_one_line(done, 1, "1 revisits without the page")
    assert place.ask("SELECT COUNT(*) FROM report") == [(1,)]


def test_what_is_no_report_of_ours_is_counted_by_name(place: Place, tmp_path: Path, report: bytes) -> None:
    host = urlsplit(url(place)).netloc
    with Warc(tmp_path / "a.warc") as warc:
        warc.page(url(place), report, EARLY)
        warc.page("http://www.example.org/a.html", report, EARLY)
        warc.page(url(place, "/logo.png"), b"\x89PNG", EARLY, {"Content-Type": "image/png"})
        warc.page(url(place, "/moved"), b"", EARLY, {"Location": "/"}, "302 Found")
        warc.page(url(place, "/gone.html"), b"<html>404</html>", EARLY, HTML, "404 Not Found")
        warc.page(url(place, "/news.html"), b"<html><title>News</title><p>" + b"news " * 99, EARLY)
        warc.page(f"http://{host.upper()}{PAGE}?again", report, EARLY, {"Content-Encoding": "zstd"})
    said = ingest(place, warc.path)
    for words in (
        "7 pages",
        "1 loaded",
        "1 no portal of the registry has this host: www.example.org 1",
        "1 neither a page nor a file that is read: image/png 1",
        "2 no page was answered: 302 1, 404 1",
        "1 no report",
        "1 cannot be decoded: no decoder here for the content encoding zstd 1",
    ):
        assert words in said
    assert place.ask("SELECT COUNT(*) FROM page") == [(1,)]


def test_a_portal_can_be_named_for_hosts_that_nobody_registered(place: Place, tmp_path: Path, report: bytes) -> None:
    with Warc(tmp_path / "a.warc.gz") as warc:
        warc.page("http://mirror.example.org/a.html", report, EARLY)
    assert_one_line(called("ingest", warc.path, *place.flags), 1, "no report of a registered portal")
    ingest(place, warc.path, "--portal", "sample-classic")
    assert place.ask("SELECT portal_id, url FROM page") == [("sample-classic", "http://mirror.example.org/a.html")]
    assert_one_line(called("ingest", warc.path, "--portal", "nobody", *place.flags), 1, "no portal 'nobody'")


def test_a_host_of_two_portals_wants_one_named(place: Place, tmp_path: Path, report: bytes) -> None:
    entry = (place.portals / "sample-jpaas.toml").read_text(encoding="utf-8")
    (place.portals / "twin.toml").write_text(entry.replace('id = "sample-jpaas"', 'id = "twin"'), encoding="utf-8")
    with Warc(tmp_path / "a.warc.gz") as warc:
        warc.page(url(place), report, EARLY)
    done = called("ingest", warc.path, *place.flags)
    assert (done.returncode, "several portals have this host" in done.stdout) == (1, True)
    ingest(place, warc.path, "--portal", "twin")


def test_a_file_that_breaks_off_does_not_stop_the_next(place: Place, tmp_path: Path, report: bytes) -> None:
    for name, path in (("torn", PAGE), ("whole", "/2.html")):
        with Warc(tmp_path / f"{name}.warc.gz") as warc:
            warc.page(url(place, path), report, EARLY)
            warc.page(url(place, f"{path}?2"), report, EARLY)
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(torn.read_bytes()[:-300])
    (tmp_path / "notes.warc.gz").write_text("notes")
    names = [tmp_path / f"{name}.warc.gz" for name in ("torn", "notes", "gone", "whole")]
    done = called("ingest", *names, *place.flags)
    assert done.returncode == 1
    first, second, third = done.stderr.splitlines()
    assert "torn.warc.gz" in first
    assert "torn: it ends inside the record" in first
    assert "notes.warc.gz" in second
    assert "no WARC file" in second
    assert "gone.warc.gz" in third
    assert "cannot be read" in third
    assert place.ask("SELECT COUNT(*) FROM page") == [(3,)]


def test_an_archive_at_a_url_takes_files_in(place: Place, tmp_path: Path, report: bytes) -> None:
    with Warc(tmp_path / "a.warc.gz") as warc:
        warc.page(url(place), report, EARLY)
    ingest(place, warc.path, "--archive", f"memory://{tmp_path.name}/warcs")
    assert not (place.data / "archive").exists()
    shown = called("show", "衢州市民政局", "2018", *place.flags, "--archive", f"memory://{tmp_path.name}/warcs")
    assert f"memory://{tmp_path.name}/warcs/a.warc.gz" in shown.stdout
