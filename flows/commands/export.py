"""`nianbao export`: tables of the warehouse as files for other programs."""

from pathlib import Path

import click

from flows.commands.options import Years, with_settings
from flows.settings import Settings

_DIR = click.Path(path_type=Path)
_FORMATS = ("parquet", "csv", "xlsx", "dta")


@click.command(short_help="Write tables as Parquet, CSV, Excel or Stata files.")
@click.option("--to", "to", metavar="DIR", required=True, type=_DIR, help="Folder to write into.")
@click.option("--format", "formats", multiple=True, type=click.Choice(_FORMATS), help="May be given again [parquet].")
@click.option("--years", type=Years(), metavar="YEARS", help="Such as 2018, 2014-2023 or 2018,2020 [all].")
@click.option("--tables", metavar="NAMES", default="", help="Names with commas between them [see above].")
@with_settings
def export(settings: Settings, to: Path, formats: tuple[str, ...], years: frozenset[int] | None, tables: str) -> int:
    """Write tables of the warehouse, or of a release, into a folder. What was there by the same names is replaced.

    \b
    nianbao export --to out                                    Parquet, one file a year
    nianbao export --to out --format xlsx --years 2019-2023    the panel for Excel
    nianbao export --to out --format dta --format csv --tables panel,series

    \b
    Tables (those with * if none is named; only panel for xlsx and dta):
      observations*  every cell, labelled      quality*    what the checks say
      panel*         agency, year, indicator   revisions*  what changed on the pages
      series*        long series with breaks   lineage     page, record and cell of each number
      coverage*      what is there, what not   and as they are stored: agency, region, portal, report,
                                               report_address, capture, correction, indicator, form,
                                               form_row, dimension, rule, series_definition

    \b
    parquet  typed; a file a year for the large tables; the text that was printed is in `raw`
    csv      UTF-8; texts that a spreadsheet could run as formulas begin with an apostrophe
    xlsx     text stays text; long tables go on in further sheets
    dta      Stata 14 or later, with labels; put together in memory
    """
    from flows.progress import steps
    from warehouse.export.export import export as write
    from warehouse.export.tables import named_tables

    try:
        names = named_tables(tables)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--tables") from error
    with steps() as tell:
        written = write(settings.warehouse, to, formats or ("parquet",), names, years, tell)
    for one in written:
        cut = f", {one.cut} texts cut to what a cell of Excel holds" if one.cut else ""
        click.echo(f"{one.path}: {one.rows:,} rows{cut}")
    return 0
