"""`nianbao parse`: documents to reports, without network or database."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schema.records import Reading, ReadingStatus

if TYPE_CHECKING:
    from flows.readers import Readers


@click.command(short_help="Read documents; store nothing.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a document.")
def parse(files: tuple[str, ...], as_json: bool) -> int:
    """Read documents and print the reports in them; `-` is standard input. Nothing is stored.

    HTML, text, Word, Excel and PDF files; pictures and scans where the extra `ocr` is installed, and doc, wps and rtf
    where LibreOffice is.

    \b
    nianbao parse report.html
    nianbao parse pages/*.html --json > reports.jsonl

    Exit code 1 when an input could not be read; the others are printed all the same.
    """
    from flows.readers import Readers

    with Readers(1) as readers:
        readings = [_parse_one(source, readers, as_json=as_json) for source in files]
    return int(ReadingStatus.UNREADABLE in readings)


def _parse_one(source: str, readers: "Readers", *, as_json: bool) -> ReadingStatus:
    from flows.json_lines import line_of_json
    from flows.output import print_report

    reading = _read(source, readers)
    if as_json:
        click.echo(line_of_json(source, reading))
    elif reading.report:
        print_report(source, reading.report, reading.findings)
    elif reading.status is not ReadingStatus.UNREADABLE:
        click.echo(f"{source}: {reading.status}: {reading.reason}")
    if reading.status is ReadingStatus.UNREADABLE:
        click.echo(f"nianbao: {source}: {reading.reason}", err=True)
    return reading.status


def _read(source: str, readers: "Readers") -> Reading:
    try:
        body = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        return Reading(ReadingStatus.UNREADABLE, reason=f"cannot be opened: {error.strerror}")
    return readers.read_file(body, url="" if source == "-" else Path(source).absolute().as_uri())
