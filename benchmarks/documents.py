"""What a document that is not HTML costs, and how much of its table comes out, beside what others would use.

    python -m benchmarks.documents

The documents are the report of the form of 2019 as LibreOffice, Chromium and a simulated scanner make it. Each way
reads each of them in a process of its own, several times: seconds are of the processor (of programs that are called,
too), the first document apart, for it pays for what has to be loaded; memory is the highest of either.
`rows` are those of the form whose label and figures come out as one row in their order. Ours goes on to the checked
report, the others end with their table or text. What is not installed here is left out by name.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table

from extractors.labels import fold
from extractors.report import read_capture
from schema.records import Observation
from tests.extractors.documents.producers import Produced, expected, pdf_of, produce, scanned

FORM = "2019"
DPI = 150
Rows = list[list[str]]


def nianbao(file: Path) -> Rows:
    """Bytes to checked report; its figures row by row."""
    report = read_capture(file.read_bytes()).report
    return [[label, *values] for label, values in _printed(report.observations if report else ())]


def markitdown(file: Path) -> Rows:
    """Markdown, whose tables are rows of bars; what it writes into blank cells of a sheet counts for nothing."""
    from markitdown import MarkItDown

    text = MarkItDown(enable_plugins=False).convert(str(file)).text_content
    return [[word for word in line.replace("|", " ").split() if word != "NaN"] for line in text.splitlines()]


def camelot(file: Path) -> Rows:
    """Tables by their rules, which is what it does best."""
    import camelot as library

    found = library.read_pdf(str(file), pages="all", flavor="lattice")
    return [[str(cell) for cell in row] for table in found for row in table.df.to_numpy().tolist()]


def tesseract(file: Path) -> Rows:
    """Each page drawn and read as one block of text."""
    import pypdfium2

    rows: Rows = []
    with pypdfium2.PdfDocument(file) as pdf, tempfile.TemporaryDirectory() as folder:
        for page in pdf:
            picture = Path(folder) / "page.png"
            page.render(scale=DPI / 72).to_pil().save(picture)
            command = ["tesseract", str(picture), "stdout", "-l", "chi_sim", "--psm", "6"]
            text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rows += [line.split() for line in text.splitlines()]
    return rows


WAYS: dict[str, Callable[[Path], Rows]] = {
    "nianbao": nianbao,
    "markitdown": markitdown,
    "camelot": camelot,
    "tesseract": tesseract,
}
FILES = {
    "docx": ("nianbao", "markitdown"),
    "xlsx": ("nianbao", "markitdown"),
    "xls": ("nianbao", "markitdown"),
    "doc": ("nianbao",),
    "pdf": ("nianbao", "camelot", "markitdown"),
    "chromium": ("nianbao", "camelot", "markitdown"),
    "scan": ("nianbao", "tesseract"),
}


def absent(way: str) -> str:
    """Why a way cannot be tried here; empty where it can."""
    if way == "tesseract":
        return "" if shutil.which(way) else "the program tesseract, with chi_sim, is not installed"
    return "" if way == "nianbao" or find_spec(way) else f"the package {way} is not installed (make .venv/.bench)"


def _printed(observations: Iterable[Observation]) -> list[tuple[str, list[str]]]:
    """The rows of section 3 and of section 2, each with its figures: of section 4 the labels stand above."""
    rows = groupby((o for o in observations if "/行政" not in o.label), key=lambda o: o.label.split(" / ")[0])
    return [(label, [o.raw for o in group]) for label, group in rows if not label.startswith("行政诉讼/")]


def score(rows: Rows) -> tuple[int, int]:
    """How many rows of the page came out with their label and all their figures in order; and how many there are."""
    report = expected(FORM).report
    asked = [(fold(label), values) for label, values in _printed(report.observations if report else ()) if any(values)]
    found = [("".join(map(fold, row)), [cell for cell in row if cell]) for row in rows]
    right = sum(
        any(label in text and cells[-len(values) :] == values for text, cells in found) for label, values in asked
    )
    return right, len(asked)


def measure(way: str, file: Path, rounds: int) -> dict[str, float]:
    """Read a file several times in this process."""
    times, rows = [], []
    for _ in range(rounds + 1):
        start = _seconds()
        rows = WAYS[way](file)
        times.append(_seconds() - start)
    right, asked = score(rows)
    return {
        "first": times[0],
        "each": statistics.median(times[1:]),
        "memory": max(_peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024,
        "right": right,
        "asked": asked,
    }


def _peak() -> int:
    """The most memory that this process had, in KiB. What `getrusage` says of it begins at its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def _seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def compare(folder: Path, rounds: int) -> Table:
    """A table of all ways on all files."""
    files = documents(folder)
    table = Table(
        "document", "way", "first, s", "each further, s", "memory, MB", "rows", title="processor time a document"
    )
    for kind, ways in FILES.items():
        for way in ways:
            if not absent(way):
                command = [sys.executable, "-m", "benchmarks.documents", "--way", way, "--file", str(files[kind])]
                done = subprocess.run([*command, "--rounds", str(rounds)], check=True, capture_output=True, text=True)
                told = json.loads(done.stdout.splitlines()[-1])
                numbers = (f"{told['first']:.2f}", f"{told['each']:.3f}", f"{told['memory']:.0f}")
                table.add_row(kind, way, *numbers, f"{told['right']} of {told['asked']}")
    return table


def documents(folder: Path) -> dict[str, Path]:
    """The files by kind."""
    made: Produced = produce(folder)
    endings = {kind: "pdf" if kind in ("chromium", "pdf") else kind for kind in FILES if kind != "scan"}
    files = {kind: folder / kind / f"{FORM}.{ending}" for kind, ending in endings.items()}
    files["scan"] = folder / "scan.pdf"
    files["scan"].write_bytes(pdf_of(scanned(made.file("pdf", FORM), DPI), DPI))
    return files


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--file", type=Path)
    options = parser.parse_args(arguments)
    if options.way:
        print(json.dumps(measure(options.way, options.file, options.rounds)))
        return
    for way in WAYS:
        if why := absent(way):
            print(f"left out: {way}: {why}")
    with tempfile.TemporaryDirectory() as folder:
        Console().print(compare(Path(folder), options.rounds))


if __name__ == "__main__":
    main()
