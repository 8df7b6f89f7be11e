"""How fast a page becomes a checked report, against the floor and against what others would use.

    python -m benchmarks.parse                        three page sizes, side by side in one run
    python -m benchmarks.parse --page FILE...         pages of yours
    python -m benchmarks.parse --documents 10000      memory over many documents

The floor is lxml's bare parse of the same bytes. Ours is the whole way: decode, parse, grids, form, header, identity,
values, checks. Our reader remembers what recurs from report to report, which are the national labels and small
numbers, so no page is read twice: each round has another agency, other figures, menus and prose (of a file: other
figures), and all ways read it in turn. The figures break the rules of the form, which is the dearest case.

Times are of the processor, not of the clock, since machines are shared; the figures are medians, those of the ratios
over the ratios within one round.
"""

import argparse
import io
import random
import re
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup
from lxml import etree
from rich.console import Console
from rich.table import Table

from extractors.report import read_capture
from tests.conftest import CORPUS
from tests.extractors import forms

LONG = forms.Style(mark="word", page_break=True)
# How many menu entries and paragraphs stand around the tables, so that the pages are of the sizes that portals have.
SIZES = {"52 kB": (forms.Style(), 300, 40), "105 kB": (forms.Style(mark="word"), 380, 20), "400 kB": (LONG, 2400, 240)}
REAL = CORPUS / "html" / "shuyang_fgj_2023.html"
HAN = [chr(code) for code in range(0x4E00, 0x9FA0)]
FIGURE = re.compile(rb">\s*(\d+)\s*<")
Way = Callable[[bytes], object]
Page = Callable[[int], bytes]  # the page of a round


def made(style: forms.Style, links: int, paragraphs: int) -> Page:
    """Pages with the form of 2021, menus above it and prose around it, as portals have."""

    def page(number: int) -> bytes:
        chance = random.Random(number)
        figures = {cell: str(chance.randrange(500)) for cell in forms.cells("2021")}
        menu = "".join(_entry(chance, n) for n in range(links))
        prose = "".join(_paragraph(chance) for _ in range(paragraphs))
        title = f"{_words(chance, 2)}市{_words(chance, 2)}局2023年政府信息公开工作年度报告"
        return forms.page("2021", figures, style, title, f"<ul>{menu}</ul>{prose}").encode()

    return page


def _entry(chance: random.Random, n: int) -> str:
    name = _words(chance, 2)
    return f'<li class="nav"><a href="/col/col{n}/index.html" title="{name}{n}">{name}{n}</a></li>'


def _paragraph(chance: random.Random) -> str:
    sentences = "".join(f"{_words(chance, 10)}，{_words(chance, 12)}，{_words(chance, 12)}。" for _ in range(4))
    return f'<p style="text-indent: 2em; line-height: 28px;"><span>{sentences}</span></p>'


def _words(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(HAN, k=length))


def of_file(path: Path) -> Page:
    """The page in a file, each time with other figures of as many digits."""
    body = path.read_bytes()

    def page(number: int) -> bytes:
        chance = random.Random(number)
        return FIGURE.sub(lambda match: match[0].replace(match[1], _figure(chance, len(match[1]))), body)

    return page


def _figure(chance: random.Random, digits: int) -> bytes:
    return b"%d" % chance.randrange(10 ** (digits - 1) if digits > 1 else 0, 10**digits)


def floor(body: bytes) -> object:
    """The bare parse of lxml."""
    return etree.fromstring(body, etree.HTMLParser(encoding="utf-8", huge_tree=True))


WAYS: dict[str, Way] = {
    "lxml, parse only": floor,
    "nianbao, bytes to checked report": read_capture,
    "pandas.read_html": lambda body: pd.read_html(io.BytesIO(body), encoding="utf-8"),
    "BeautifulSoup(lxml), parse only": lambda body: BeautifulSoup(body, "lxml"),
}


def measure(page: Page, rounds: int) -> list[list[float]]:
    """Seconds of each way in each round, after two rounds to warm up."""
    times = []
    for number in range(rounds + 2):
        body = page(number)
        times.append([_seconds(way, body) for way in WAYS.values()])
    return times[2:]


def _seconds(way: Way, body: bytes) -> float:
    start = time.process_time()
    way(body)
    return time.process_time() - start


def compare(pages: dict[str, Page], rounds: int) -> Table:
    """A table of all ways on all pages."""
    heads = [f"{name} ({len(page(0)):,} bytes)" for name, page in pages.items()]
    table = Table("way", *heads, title="milliseconds (times the floor)")
    results = [measure(page, rounds) for page in pages.values()]
    for way, name in enumerate(WAYS):
        table.add_row(name, *(_cell(times, way) for times in results))
    return table


def _cell(times: Sequence[Sequence[float]], way: int) -> str:
    median = statistics.median(found[way] for found in times)
    ratio = statistics.median(found[way] / found[0] for found in times)
    return f"{median * 1000:.2f} ({ratio:.1f} x)"


def memory(documents: int) -> str:
    """Resident memory at its highest after a tenth of the documents, and after all of them."""
    pages = [made(*SIZES["105 kB"]), made(*SIZES["52 kB"])]
    peaks = []
    for number in range(documents):
        read_capture(pages[number % 2](number))
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
    pages = {name: made(*size) for name, size in SIZES.items()}
    if REAL.exists():
        pages[REAL.name] = of_file(REAL)
    if options.page:
        pages = {path.name: of_file(path) for path in options.page}
    Console().print(compare(pages, options.rounds))


if __name__ == "__main__":
    main()
