"""Charts as SVG: drawn here, so that a page needs no script for them and a reader's software finds text in them.

A line breaks where figures before and after are not comparable; the years in which new forms came are drawn in every
chart over time. Colours stand in attributes, so that a saved picture has them, too.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from warehouse.explorer.words import BREAKS, number

_COLOURS = ("#9b2226", "#005f73", "#bb7a00", "#5b4b8a", "#2f6b3c", "#8c564b", "#3a6ea5", "#555555")
_INK, _QUIET, _GRID = "#333", "#595959", "#e3e0da"
_FONT = 'font-family="system-ui, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"'
_WIDTH, _HEIGHT = 520, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 16, 30, 30
_LEGEND = 22  # height of a line of it
_BAR = 24


class Point(NamedTuple):
    """A year's figure; `value` is None where there is none. `is_broken`: not comparable with the year before."""

    year: int
    value: float | None
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A named series of points in the order of years; `low` and `high` bound a band around it."""

    name: str
    points: Sequence[Point]
    band: Mapping[int, tuple[float, float]] | None = None


class _Frame(NamedTuple):
    first: int
    last: int
    top: float  # value at the upper edge
    bottom: float
    above: int  # height of the legend

    def x(self, year: float) -> float:
        span = max(self.last - self.first, 1)
        return round(_LEFT + 12 + (year - self.first) / span * (_WIDTH - _LEFT - _RIGHT - 24), 1)

    def y(self, value: float) -> float:
        share = (value - self.bottom) / (self.top - self.bottom)
        return round(self.above + _TOP + (1 - share) * (_HEIGHT - _TOP - _BOTTOM), 1)


def line_chart(title: str, lines: Sequence[Line], unit: str = "") -> str:
    """Figures over years; empty where there is no figure at all. `unit` is a code, `share` for percentages."""
    numbers = [p.value for line in lines for p in line.points if p.value is not None]
    numbers += [bound for line in lines for pair in (line.band or {}).values() for bound in pair]
    years = [p.year for line in lines for p in line.points]
    if not numbers:
        return ""
    has_legend = len(lines) > 1
    above = _LEGEND * math.ceil(len(lines) / 2) if has_legend else 0
    step = _step(max(*numbers, 0) - min(*numbers, 0), whole=unit != "share" and all(n == int(n) for n in numbers))
    top = step * math.ceil(max(*numbers, 0) / step) or step
    frame = _Frame(min(years), max(years), top, step * math.floor(min(*numbers, 0) / step), above)
    parts = [_legend(lines) if has_legend else "", _axes(frame, step, unit)]
    parts += [_line(frame, line, _COLOURS[n % len(_COLOURS)], unit) for n, line in enumerate(lines)]
    return _svg(title, _HEIGHT + above, "".join(parts))


def _svg(title: str, height: int, body: str) -> str:
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}"'
        f' height="{height}" role="img" aria-label="{escape(title)}" {_FONT} font-size="14">'
        f'<rect width="100%" height="100%" fill="#fff"/>{body}</svg>'
    )


def _step(span: float, *, whole: bool) -> float:
    """A round distance of which three to five make the height; of whole numbers a whole one."""
    if span <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(span / 4))
    step = next(size * n for n in (1, 2, 2.5, 5, 10) if size * n * 4 >= span)
    return float(math.ceil(step)) if whole else step


def _axes(frame: _Frame, step: float, unit: str) -> str:
    parts: list[str] = []
    for n in range(round((frame.top - frame.bottom) / step) + 1):
        value = frame.bottom + n * step
        y = frame.y(value)
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="{_GRID}"/>')
        parts.append(_text(_LEFT - 8, y + 5, _short(value, unit), anchor="end"))
    every = math.ceil((frame.last - frame.first + 1) / 8)
    base = frame.above + _HEIGHT - 8
    parts += [_text(frame.x(year), base, str(year)) for year in range(frame.last, frame.first - 1, -every)]
    low, high = frame.above + _TOP - 8, frame.above + _HEIGHT - _BOTTOM
    for year, name in BREAKS.items():
        if frame.first < year <= frame.last:
            x = frame.x(year - 0.5)
            place = f'x1="{x}" x2="{x}" y1="{low}" y2="{high}"'
            parts.append(f'<line class="break" {place} stroke="{_QUIET}" stroke-dasharray="3 4"/>')
            parts.append(_text(x, low - 4, name, size=12))
    return "".join(parts)


def _short(value: float, unit: str) -> str:
    if unit == "share":
        return f"{100 * value:g}%"
    if abs(value) >= 10_000:
        return f"{value / 10_000:,g}万"
    return f"{value:,g}"


def _text(x: float, y: float, text: str, *, anchor: str = "middle", size: int = 14, colour: str = _QUIET) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{escape(text)}</text>'


def _legend(lines: Sequence[Line]) -> str:
    parts: list[str] = []
    for n, line in enumerate(lines):
        x, y = 12 + n % 2 * _WIDTH // 2, 16 + n // 2 * _LEGEND
        name = line.name if len(line.name) <= 16 else line.name[:15] + "…"
        colour = _COLOURS[n % len(_COLOURS)]
        parts.append(f'<line x1="{x}" x2="{x + 18}" y1="{y - 5}" y2="{y - 5}" stroke="{colour}" stroke-width="3"/>')
        parts.append(_text(x + 24, y, name, anchor="start", colour=_INK))
    return "".join(parts)


def _line(frame: _Frame, line: Line, colour: str, unit: str) -> str:
    parts: list[str] = []
    if line.band:
        for run in _runs([Point(year, 0.0) for year in sorted(line.band)]):
            upper = [f"{frame.x(p.year)},{frame.y(line.band[p.year][1])}" for p in run]
            lower = [f"{frame.x(p.year)},{frame.y(line.band[p.year][0])}" for p in reversed(run)]
            parts.append(f'<polygon points="{" ".join(upper + lower)}" fill="{colour}" opacity="0.12"/>')
    for run in _runs(line.points):
        path = " ".join(f"{frame.x(p.year)},{frame.y(p.value or 0)}" for p in run)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.2"/>')
    for point in line.points:
        if point.value is not None:
            said = f"{line.name} {point.year}: {number(point.value, unit)}"
            place = f'cx="{frame.x(point.year)}" cy="{frame.y(point.value)}"'
            parts.append(f'<circle class="mark" {place} r="3.6" fill="{colour}"><title>{escape(said)}</title></circle>')
    return "".join(parts)


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """The stretches of consecutive years with figures that are comparable."""
    runs: list[list[Point]] = []
    for point in points:
        if point.value is None:
            continue
        if runs and not point.is_broken and runs[-1][-1].year == point.year - 1:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def bar_chart(title: str, bars: Sequence[tuple[str, int]]) -> str:
    """Counts by name, one below the other; empty where there is none."""
    most = max((count for _, count in bars), default=0)
    if not most:
        return ""
    parts: list[str] = []
    for n, (name, count) in enumerate(bars):
        y = 6 + n * _BAR
        width = round((_WIDTH - 210) * count / most, 1)
        said = f"<title>{escape(name)}: {count:,}</title>"
        parts.append(_text(118, y + 16, name, anchor="end", colour=_INK))
        parts.append(
            f'<rect class="mark" x="126" y="{y + 2}" width="{width}" height="{_BAR - 5}" fill="#005f73">{said}</rect>'
        )
        parts.append(_text(134 + width, y + 16, f"{count:,}", anchor="start"))
    return _svg(title, 12 + _BAR * len(bars), "".join(parts))
