"""The registry of portals: TOML files, read strictly.

A file is one portal, or a prefecture whose hosts run one publishing system: then what it says holds for each of its
`sites`, which has an `id`, a `name` and a `base_url` of its own and may say anything else anew. Site `czj` of `kunming`
is the portal `kunming-czj`.

A file that is misspelt must not become a portal that is crawled wrongly, so an unknown key is an error
as much as a missing one. Every message is one line that names the file and the key.
"""

import difflib
import ipaddress
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from extractors.platforms import PLATFORMS

STATUSES = ("live", "unverified", "blocked")

_LONGEST_GAP = 3600.0  # seconds; more is a slip of the pen
_TEXT, _NUMBER, _LIST, _TABLE = (str,), (int, float), (list,), (dict,)
_PORTAL_KEYS: Mapping[str, tuple[type, ...]] = {
    "id": _TEXT,
    "name": _TEXT,
    "region": _TEXT,
    "platform": _TEXT,
    "base_url": _TEXT,
    "status": _TEXT,
    "columns": _LIST,
    "gap": _NUMBER,
    "revisit_days": _NUMBER,
    "agencies": _TABLE,
    "notes": _TEXT,
    "hosts": _LIST,
    "private": (bool,),
    "weak_tls": _LIST,
    "http_fallback": (bool,),
}
_COLUMN_KEYS: Mapping[str, tuple[type, ...]] = {"id": _TEXT, "url": _TEXT, "title": _TEXT, "agency": _TEXT}
_PORTAL_NEEDS = ("id", "name", "region", "platform", "base_url", "status")
_SITE_OWN = ("id", "name", "base_url")  # inherited, they would make two portals of one
_SHARED_KEYS = {key: kind for key, kind in _PORTAL_KEYS.items() if key not in ("base_url", "columns", "private")}
_COLUMN_NEEDS = ("id", "url", "title")


class RegistryError(Exception):
    """A portal file that cannot be used, or a portal that nobody registered; one line."""


@dataclass(frozen=True, slots=True)
class Column:
    """A list of a portal in which reports are published (栏目).

    `url` is absolute or relative to the portal's base URL. `agency` is the full name of the one agency
    whose reports the column holds; empty when it holds those of many.
    """

    id: str
    url: str
    title: str
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Portal:
    """One government website. `region` is a GB/T 2260 code, `gap` seconds between requests to one host.

    `agencies` gives the full name to an agency's name as the portal prints it. `hosts` are the other hosts
    whose documents may be fetched, `private` lets a portal be on loopback, which only the sample is.
    `revisit_days` is the time between two visits to a known page outside the season, 0 for every run. `group` is
    the id of the prefecture whose file the portal is in, if it is in one of several sites.
    """

    id: str
    name: str
    region: str
    platform: str
    base_url: str
    columns: tuple[Column, ...] = ()
    gap: float = 2.0
    revisit_days: float = 30.0
    agencies: Mapping[str, str] = field(default_factory=dict)
    status: str = "unverified"
    notes: str = ""
    hosts: tuple[str, ...] = ()
    private: bool = False
    weak_tls: tuple[str, ...] = ()
    http_fallback: bool = False
    group: str = ""

    def address(self, column: Column) -> str:
        """The absolute URL of a column."""
        return urljoin(self.base_url, column.url)


def load_portals(directory: Path) -> dict[str, Portal]:
    """Read every `*.toml` of a directory; portals by id, in the order of the file names.

    Raises RegistryError for the first file that is wrong, and when there is none at all.
    """
    portals: dict[str, Portal] = {}
    taken: set[str] = set()
    for path in sorted(directory.glob("*.toml")):
        found = _portals(path)
        names = [portal.id for portal in found] + [found[0].group or found[0].id]
        for name in names:
            _require(path, "id", name not in taken, f"'{name}' is taken by another file")
        taken.update(names)
        portals |= {portal.id: portal for portal in found}
    if not portals:
        raise RegistryError(f"{directory}: no portal file (*.toml) there")
    return portals


def pick(portals: Mapping[str, Portal], ids: Sequence[str]) -> list[Portal]:
    """The portals of these ids, each once; without ids the live ones, but for the sample's.

    An unverified portal is asked for the first time by a person who names it, and looks at what comes. The id of a
    prefecture picks all of its sites. Raises RegistryError for an id that nobody registered, naming
    those that look like it.
    """
    if not ids:
        return [portal for portal in portals.values() if portal.status == "live" and not portal.private]
    chosen: dict[str, Portal] = {}
    for wanted in ids:
        named = {portal.id: portal for portal in portals.values() if wanted in (portal.id, portal.group)}
        if not named:
            raise RegistryError(f"no portal '{wanted}' in the registry; {_nearest(wanted, list(portals))}")
        chosen |= named
    return list(chosen.values())


def _nearest(wanted: str, known: list[str]) -> str:
    close = difflib.get_close_matches(wanted, known, n=3)
    return f"did you mean {', '.join(close)}?" if close else f"there are: {', '.join(sorted(known))}"


def _portals(path: Path) -> list[Portal]:
    """The portals of a file: one, or one for each of its sites."""
    entry = _read(path)
    if "sites" not in entry:
        return [_portal(str(path), entry)]
    sites = entry.pop("sites")
    _require(path, "sites", isinstance(sites, list) and bool(sites), "a list of tables expected, [[sites]]")
    for key in ("base_url", "columns", "private"):
        _require(path, key, key not in entry, "belongs into each of the [[sites]]")
    _check_keys(str(path), entry, _SHARED_KEYS, ("id",))
    found = [_site(f"{path}: sites[{place}]", entry, site) for place, site in enumerate(sites, 1)]
    _require(path, "sites", len({portal.id for portal in found}) == len(found), "the id of a site twice")
    return found


def _site(where: str, shared: Mapping[str, Any], own: object) -> Portal:
    """A site as a portal: what it says, and for the rest what its prefecture says."""
    if not isinstance(own, dict):
        raise RegistryError(f"{where}: a site is a table, not {type(own).__name__}")
    _check_keys(where, own, _PORTAL_KEYS, _SITE_OWN)
    notes = "\n".join(filter(None, (shared.get("notes", "").strip(), own.get("notes", "").strip())))
    portal = _portal(where, {**shared, **own, "id": f"{shared['id']}-{own['id']}", "notes": notes}, shared["id"])
    area = shared.get("region", "").removesuffix("00").removesuffix("00")
    _require(where, "region", portal.region.startswith(area), f"'{portal.region}' is not in {shared.get('region')}")
    return portal


def _portal(where: str, entry: Mapping[str, Any], group: str = "") -> Portal:
    _check_keys(where, entry, _PORTAL_KEYS, _PORTAL_NEEDS)
    lists = {key: tuple(entry.get(key, ())) for key in ("columns", "hosts", "weak_tls")}
    lists["columns"] = tuple(_column(f"{where}: columns[{n}]", item) for n, item in enumerate(lists["columns"], 1))
    portal = Portal(**{**entry, **lists, "group": group})
    _check_words(where, portal)
    _check_places(where, portal)
    return portal


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RegistryError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise RegistryError(f"{path}: not TOML: {error}") from error


def _column(where: str, entry: object) -> Column:
    if not isinstance(entry, dict):
        raise RegistryError(f"{where}: a column is a table, not {type(entry).__name__}")
    _check_keys(where, entry, _COLUMN_KEYS, _COLUMN_NEEDS)
    return Column(**entry)


def _check_keys(
    where: str, entry: Mapping[str, object], keys: Mapping[str, tuple[type, ...]], needs: Sequence[str]
) -> None:
    for key, value in entry.items():
        if key not in keys:
            raise RegistryError(f"{where}: {key}: unknown key; {_nearest(key, list(keys))}")
        if not isinstance(value, keys[key]) or (isinstance(value, bool) and bool not in keys[key]):
            raise RegistryError(f"{where}: {key}: {keys[key][-1].__name__} expected, not {value!r}")
    for key in needs:
        if not entry.get(key):
            raise RegistryError(f"{where}: {key}: missing")


def _check_words(where: str, portal: Portal) -> None:
    """The values that are words of a closed list, or must be unlike each other."""
    ids = [column.id for column in portal.columns]
    _require(where, "status", portal.status in STATUSES, f"'{portal.status}' is none of {', '.join(STATUSES)}")
    known = f"unknown platform '{portal.platform}'; {_nearest(portal.platform, list(PLATFORMS))}"
    _require(where, "platform", portal.platform in PLATFORMS, known)
    region_ok = re.fullmatch(r"[1-9]\d{5}", portal.region) is not None
    _require(where, "region", region_ok, f"'{portal.region}' is no code of GB/T 2260 (six digits)")
    twice = sorted({one for one in ids if ids.count(one) > 1})
    _require(where, "columns", not twice, f"column id twice: {', '.join(twice)}")
    _require(where, "columns", bool(ids) or portal.status != "live", "a live portal needs at least one")
    names = [name for pair in portal.agencies.items() for name in pair]
    for key, values in (("agencies", names), ("hosts", portal.hosts), ("weak_tls", portal.weak_tls)):
        _require(where, key, all(isinstance(value, str) for value in values), "holds what is no text")


def _check_places(where: str, portal: Portal) -> None:
    """The addresses and the gap."""
    _require(where, "base_url", _is_web(portal.base_url), f"'{portal.base_url}' is no http(s) address")
    for column in portal.columns:
        _require(
            where,
            "columns",
            _is_web(portal.address(column)),
            f"{column.id}: '{column.url}' is no http(s) address",
        )
    for host in portal.hosts:
        plain = re.fullmatch(r"[\w.-]+(:\d+)?", host) is not None
        _require(where, "hosts", plain, f"'{host}' is no host: a name, with :port if it is not the usual one")
    foreign = sorted({*portal.weak_tls} - {*portal.hosts, urlsplit(portal.base_url).netloc})
    _require(where, "weak_tls", not foreign, f"{', '.join(foreign)}: neither the host of base_url nor one of hosts")
    gap_ok = math.isfinite(portal.gap) and 0 <= portal.gap <= _LONGEST_GAP
    _require(where, "gap", gap_ok, f"{portal.gap} is not between 0 and {_LONGEST_GAP:.0f} seconds")
    _require(where, "revisit_days", 0 <= portal.revisit_days <= 366, f"{portal.revisit_days} is not between 0 and 366")
    # A portal out there that may lead us to our own network is what the address guard is against.
    lawful = not portal.private or is_loopback(portal.base_url)
    _require(where, "private", lawful, "only for a portal on loopback")


def _require(where: Path | str, key: str, ok: bool, otherwise: str) -> None:
    if not ok:
        raise RegistryError(f"{where}: {key}: {otherwise}")


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
