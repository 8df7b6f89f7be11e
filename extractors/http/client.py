"""The HTTP client of one portal: who we say we are, and which connections it makes.

It takes no proxy and no credentials from the environment: behind a proxy the address guard would see the
proxy only.
"""

import ssl
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import create_urllib3_context

from extractors.http.addresses import ASCII, USUAL_PORT
from extractors.http.guard import GUARDED_POOLS
from extractors.http.politeness import AGENT, Politeness
from extractors.registry import Portal

_LEGACY_SERVER_CONNECT = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT, which Python 3.11 does not name


def client(portal: Portal, politeness: Politeness) -> requests.Session:
    """A client for one portal, whose hosts in `weak_tls` alone may use what TLS has given up since."""
    made = _Client()
    made.trust_env = False
    made.headers.update(
        {
            "User-Agent": _user_agent(politeness.contact),
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": "gzip, deflate",
        }
    )
    usual = _Adapter(politeness.total_timeout, guarded=not portal.private)
    for scheme in USUAL_PORT:
        made.mount(f"{scheme}://", usual)
    for host in portal.weak_tls:
        # With the slash: "https://host" would be the beginning of https://host.elsewhere too.
        weak = _Adapter(politeness.total_timeout, guarded=not portal.private, context=weak_context())
        made.mount(f"https://{host.lower()}/", weak)
    return made


def weak_context() -> ssl.SSLContext:
    """TLS as it was ten years ago: short keys and no secure renegotiation. Certificates are still checked."""
    context = create_urllib3_context(ciphers="DEFAULT:@SECLEVEL=1")
    context.options |= _LEGACY_SERVER_CONNECT
    return context


class _Client(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None ever: requests would read a redirect's body, whatever its size, only to offer the next."""


class _Adapter(HTTPAdapter):
    def __init__(self, total_timeout: float, *, guarded: bool, context: ssl.SSLContext | None = None) -> None:
        self._limits = {"total_timeout": total_timeout, "guarded": guarded}
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        if self._context:
            options["ssl_context"] = self._context
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = GUARDED_POOLS

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        pool.conn_kw.update(self._limits)
        return pool


def _user_agent(contact: str) -> str:
    try:
        name = f"{AGENT}/{version('nianbao')}"
    except PackageNotFoundError:  # run from a source tree that nobody installed
        name = AGENT
    return f"{name} (+{quote(contact, safe=ASCII)})" if contact else name
