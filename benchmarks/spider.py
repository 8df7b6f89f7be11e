"""What Scrapy does with the portals of `benchmarks.server`, for `benchmarks.crawl`.

    python -m benchmarks.spider FOLDER --port 8790 --hosts 20 --gap 0 --work same

With `--work bytes` every body goes into a WARC file and nothing is read; with `same` it is read, checked and loaded
into a warehouse as well, by the functions of this project.
"""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess

from benchmarks.server import COLUMN
from extractors.report import VERSION, Context, read_capture
from schema.records import Capture, Fetch, Link, Outcome
from warehouse.archive import Archive
from warehouse.engine import open_warehouse
from warehouse.ledger import PortalRow, register_portals, start_run
from warehouse.load import Visit, store


class Reports(scrapy.Spider):
    """A list page and the documents that it links to, of every host."""

    name = "reports"

    def __init__(self, folder: Path, urls: list[str], *, loads: bool) -> None:
        super().__init__()
        self.start_urls = urls
        self._loads = loads
        self._archive = Archive(folder / "archive", "benchmark")
        self._engine = open_warehouse(f"sqlite:///{folder / 'warehouse.db'}")
        register_portals(self._engine, [PortalRow(_host(url), "", "330800", "", url, "live") for url in urls])
        self._run = start_run(self._engine, command="scrapy", portals=[], years=[]).id

    def parse(self, response: Any) -> Iterator[scrapy.Request]:
        """The list page."""
        for anchor in response.css("li a"):
            title = anchor.css("::text").get()
            yield response.follow(anchor, self.parse_document, cb_kwargs={"title": title})

    def parse_document(self, response: Any, title: str) -> None:
        """One document: kept, and if asked for read and loaded."""
        names = response.headers.to_unicode_dict().items()
        headers = tuple((str(name), str(value)) for name, value in names)
        url = response.url
        capture = Capture(url, url, datetime.now(UTC), response.status, "", headers, response.body)
        location = self._archive.write(capture)
        if self._loads:
            reading = read_capture(
                capture.body,
                content_type=capture.header("Content-Type"),
                url=url,
                context=Context("330800", link_title=title),
            )
            link = Link(url, title, "annual")
            fetch = Fetch(url, Outcome.FETCHED, "", capture)
            store(self._engine, Visit(self._run, _host(url), "document", fetch, link, location, reading, VERSION))

    def closed(self, _reason: str) -> None:
        """End the archive's file."""
        self._archive.close()


def _host(url: str) -> str:
    return url.split("/")[2].split(":")[0]


def main() -> None:
    """Crawl and end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--hosts", nargs="+", required=True)
    parser.add_argument("--gap", type=float, default=0.0)
    parser.add_argument("--work", choices=["bytes", "same"], default="same")
    options = parser.parse_args()
    settings = {
        "DOWNLOAD_DELAY": options.gap,
        "RANDOMIZE_DOWNLOAD_DELAY": False,
        "CONCURRENT_REQUESTS": 256,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "ROBOTSTXT_OBEY": True,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_LEVEL": "ERROR",
    }
    process = CrawlerProcess(settings)
    urls = [f"http://{host}:{options.port}{COLUMN}" for host in options.hosts]
    process.crawl(Reports, folder=options.folder, urls=urls, loads=options.work == "same")
    process.start()


if __name__ == "__main__":
    main()
