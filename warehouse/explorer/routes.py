"""From an address to a page: a page's function is asked for what the address says, and a template filled."""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from datasette.utils.asgi import NotFound, Response

from warehouse.errors import WarehouseError
from warehouse.explorer.downloads import as_csv, as_parquet
from warehouse.explorer.guard import ARCHIVED_CSP
from warehouse.explorer.pages import agency, cell, compare, indicator, quality, report, start
from warehouse.explorer.search import find_agencies, find_meanings

_T = TypeVar("_T")
_BIGGEST = 2**63 - 1


async def _ask(datasette: Any, page: Callable[[sqlite3.Connection], _T]) -> _T:
    """The answer of a page's function, in one of the threads that Datasette keeps for queries."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(datasette.executor, datasette.nianbao.shelf.ask, page)


async def _page(datasette: Any, request: Any, template: str, values: dict[str, Any] | None) -> Any:
    if values is None:
        raise NotFound("没有这一页 There is no such page")
    return Response.html(await datasette.render_template(f"{template}.html", values, request=request))


def _number(request: Any, name: str) -> int:
    found = int(request.url_vars[name])
    return found if found <= _BIGGEST else 0


def _year(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) == 4 else None


async def start_page(datasette: Any, request: Any) -> Any:
    """The first page."""
    return await _page(datasette, request, "start", await _ask(datasette, start.start))


async def search_page(datasette: Any, request: Any) -> Any:
    """Agencies and indicators by name; as JSON for the list of proposals."""
    question = (request.args.get("q") or "").strip()
    if request.path.endswith(".json"):
        found = await _ask(datasette, partial(find_agencies, question=question, limit=12))
        return Response.json([{"id": each["agency_id"], "name": each["name"]} for each in found])
    agencies = await _ask(datasette, partial(find_agencies, question=question))
    meanings = await _ask(datasette, partial(find_meanings, question=question))
    return await _page(datasette, request, "search", {"q": question, "agencies": agencies, "meanings": meanings})


async def agency_page(datasette: Any, request: Any) -> Any:
    """One agency."""
    found = await _ask(datasette, partial(agency.agency, agency_id=_number(request, "agency")))
    return await _page(datasette, request, "agency", found)


async def report_page(datasette: Any, request: Any) -> Any:
    """One report."""
    found = await _ask(datasette, partial(report.report, report_id=_number(request, "report")))
    return await _page(datasette, request, "report", found)


async def cell_page(datasette: Any, request: Any) -> Any:
    """One number and its cell."""
    names = {name: request.url_vars[name] for name in ("indicator", "applicant")}
    found = await _ask(datasette, partial(cell.cell, report_id=_number(request, "report"), **names))
    return await _page(datasette, request, "cell", found)


async def archived_page(datasette: Any, request: Any) -> Any:
    """An archived page with a cell marked, as nothing but text and tables: it may be anybody's."""
    response = await _ask(datasette, partial(cell.response, capture_id=_number(request, "capture")))
    if response is None:
        raise NotFound("没有这份存档 There is no such response")
    headers = {"Content-Security-Policy": ARCHIVED_CSP, "Cache-Control": "private, max-age=600"}
    sources, place = datasette.nianbao.sources, cell.place_of(request.args.get("at") or "")
    try:
        shown = await asyncio.get_running_loop().run_in_executor(None, sources.shown, response, place)
    except WarehouseError as error:
        text = await datasette.render_template("no_source.html", {"reason": str(error), "url": response.url})
        return Response.html(text, headers=headers)
    return Response.html(shown.html, headers=headers)


async def raw_bytes(datasette: Any, request: Any) -> Any:
    """An archived response's body, as a file to keep and never as a page of this site."""
    response = await _ask(datasette, partial(cell.response, capture_id=_number(request, "capture")))
    if response is None:
        raise NotFound("没有这份存档 There is no such response")
    try:
        capture = await asyncio.get_running_loop().run_in_executor(None, datasette.nianbao.sources.capture, response)
    except WarehouseError as error:
        raise NotFound(str(error)) from error
    name = quote(response.url.rpartition("/")[2][-80:] or "page", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Content-Security-Policy": ARCHIVED_CSP}
    return Response(capture.body, headers=headers, content_type="application/octet-stream")


async def indicators_page(datasette: Any, request: Any) -> Any:
    """The list of indicators and series."""
    return await _page(datasette, request, "indicators", await _ask(datasette, indicator.indicators))


async def indicator_page(datasette: Any, request: Any) -> Any:
    """One indicator or series."""
    asked = partial(indicator.indicator, code=request.url_vars["code"], year=_year(request.args.get("year")))
    return await _page(datasette, request, "indicator", await _ask(datasette, asked))


async def compare_page(datasette: Any, request: Any) -> Any:
    """Agencies side by side. What is typed to be added makes a new address, which then says all."""
    asked = compare.Asked.of({name: request.args.getlist(name) for name in ("a", "c", "from", "to")})
    typed = [(request.args.get(name) or "").strip() for name in ("agency", "add")]
    if any(typed):
        more = await _ask(datasette, partial(compare.add, asked=asked, name=typed[0], meaning=typed[1]))
        return Response.redirect(datasette.urls.path(f"/compare?{more.query}"))
    kind = request.url_vars["kind"]
    if kind:
        figures = await _ask(datasette, partial(compare.figures_for, asked=asked))
        return _download(kind.lstrip("."), figures)
    return await _page(datasette, request, "compare", await _ask(datasette, partial(compare.compare, asked=asked)))


def _download(kind: str, figures: list[dict[str, Any]]) -> Any:
    make, content_type = {"csv": (as_csv, "text/csv"), "parquet": (as_parquet, "application/vnd.apache.parquet")}[kind]
    headers = {"Content-Disposition": f'attachment; filename="nianbao-compare.{kind}"'}
    return Response(make(compare.COLUMNS, figures), headers=headers, content_type=content_type)


async def quality_page(datasette: Any, request: Any) -> Any:
    """What is missing, late, edited or failing."""
    rule, status = (request.args.get(name) or "" for name in ("rule", "status"))
    province = request.args.get("province")
    province = None if province in (None, "all") else province
    asked = partial(quality.quality, year=_year(request.args.get("year")), province=province, rule=rule, status=status)
    return await _page(datasette, request, "quality", await _ask(datasette, asked))


async def questions_page(datasette: Any, request: Any) -> Any:
    """The questions that stand ready, and the ways to ask others."""
    return await _page(datasette, request, "questions", {"questions": datasette.nianbao.questions})


async def no_page(request: Any) -> Any:
    """What Datasette tells of itself and of the machine, such as the paths of its files: nobody's business."""
    raise NotFound("没有这一页 There is no such page")


ROUTES = [
    (r"^/-/(?!static/).*$", no_page),
    (r"^/$", start_page),
    (r"^/search(?:\.json)?$", search_page),
    (r"^/agency/(?P<agency>[0-9]{1,18})$", agency_page),
    (r"^/report/(?P<report>[0-9]{1,18})$", report_page),
    (r"^/cell/(?P<report>[0-9]{1,18})/(?P<indicator>[a-z0-9_.]+)/(?P<applicant>[a-z0-9_.]+)$", cell_page),
    (r"^/archived/(?P<capture>[0-9]{1,18})$", archived_page),
    (r"^/archived/(?P<capture>[0-9]{1,18})/raw$", raw_bytes),
    (r"^/indicators$", indicators_page),
    (r"^/indicator/(?P<code>[a-z0-9_.]+)$", indicator_page),
    (r"^/compare(?P<kind>\.csv|\.parquet)?$", compare_page),
    (r"^/quality$", quality_page),
    (r"^/questions$", questions_page),
]
