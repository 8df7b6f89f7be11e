"""How fast a page becomes a checked report, against the floor and against what others would use.

    python -m benchmarks.parse                        three page sizes, side by side in one run
    python -m benchmarks.parse --page FILE...         pages of yours
    python -m benchmarks.parse --documents 10000      memory over many documents

The floor is lxml's bare parse of the same bytes. Ours is the whole way: decode, parse, grids, form, header, identity,
values, checks. The rounds are interleaved, so that noise of the machine hits all alike; the figures are medians.
"""

import argparse
import io
import random
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup
from lxml import etree
from rich.console import Console
from rich.table import Table

from extractors.report import read_capture
from tests.extractors import forms

LONG = forms.Style(mark="word", page_break=True)
# How many menu entries and paragraphs stand around the tables, so that the pages are of the sizes that portals have.
SIZES = {"62 kB": (forms.Style(), 300, 40), "118 kB": (forms.Style(mark="word"), 380, 20), "457 kB": (LONG, 2400, 240)}
TITLE = "示例市教育局2023年政府信息公开工作年度报告"
SENTENCE = "本年度按照要求公开各类信息，办理依申请公开事项，健全工作制度，加强平台建设。"
Way = Callable[[bytes], object]


def page(style: forms.Style, links: int, paragraphs: int) -> bytes:
    """A page with the form of 2021, menus above it and prose around it, as portals have."""
    chance = random.Random(1)
    figures = {cell: str(chance.randrange(500)) for cell in forms.cells("2021")}
    menu = "".join(
        f'<li class="nav"><a href="/col/col{n}/index.html" title="栏目{n}">栏目{n}</a></li>' for n in range(links)
    )
    prose = "".join(
        f'<p style="text-indent: 2em; line-height: 28px;"><span>{SENTENCE * 4}</span></p>' for _ in range(paragraphs)
    )
    return forms.page("2021", figures, style, TITLE, f"<ul>{menu}</ul>{prose}").encode()


def floor(body: bytes) -> object:
    """The bare parse of lxml."""
    return etree.fromstring(body, etree.HTMLParser(encoding="utf-8", huge_tree=True))


WAYS: dict[str, Way] = {
    "lxml, parse only": floor,
    "nianbao, bytes to checked report": read_capture,
    "pandas.read_html": lambda body: pd.read_html(io.BytesIO(body), encoding="utf-8"),
    "BeautifulSoup(lxml), parse only": lambda body: BeautifulSoup(body, "lxml"),
}


def measure(body: bytes, rounds: int) -> dict[str, float]:
    """Median seconds of each way over interleaved rounds, after one round to warm up."""
    times: dict[str, list[float]] = {name: [] for name in WAYS}
    for number in range(rounds + 1):
        for name, way in WAYS.items():
            start = time.perf_counter()
            way(body)
            if number:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def compare(pages: dict[str, bytes], rounds: int) -> Table:
    """A table of all ways on all pages."""
    table = Table(
        "way",
        *(f"{name} ({len(body):,} bytes)" for name, body in pages.items()),
        title="milliseconds (times the floor)",
    )
    results = [measure(body, rounds) for body in pages.values()]
    for name in WAYS:
        cells = [f"{found[name] * 1000:.2f} ({found[name] / found['lxml, parse only']:.1f} x)" for found in results]
        table.add_row(name, *cells)
    return table


def memory(documents: int) -> str:
    """Resident memory at its highest after a tenth of the documents, and after all of them."""
    bodies = [page(*SIZES["118 kB"]), page(*SIZES["62 kB"])]
    peaks = []
    for number in range(documents):
        read_capture(bodies[number % 2] + b"<!-- %d -->" % number)
        if number + 1 in (documents // 10, documents):
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return f"{documents:,} documents: {peaks[0]:.0f} MB after a tenth of them, {peaks[-1]:.0f} MB after all"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", type=Path, nargs="+", help="pages to read instead of the made ones")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--documents", type=int, help="measure memory over this many documents instead")
    options = parser.parse_args()
    if options.documents:
        print(memory(options.documents))
        return
    pages = {name: page(*size) for name, size in SIZES.items()}
    if options.page:
        pages = {path.name: path.read_bytes() for path in options.page}
    Console().print(compare(pages, options.rounds))


if __name__ == "__main__":
    main()
