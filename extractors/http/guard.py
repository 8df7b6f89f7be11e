"""Connections with two guards on them: an address guard, and a deadline for each answer.

What a portal's name leads to must be an address of the public internet. The check is made on the connection
itself and not by a look-up of our own before it, because a name may answer with one address to the look-up
and with another to the connection. It stands between the connection and its first byte.
"""

import functools
import ipaddress
import socket
import time
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from extractors.http.deadline import TimedResponse

# IPv6 networks whose addresses end in an IPv4 address: mapped and compatible (RFC 4291), translated (RFC 6052).
_CARRIERS = tuple(map(ipaddress.IPv6Network, ("::ffff:0:0/96", "::/96", "64:ff9b::/96")))


class ForbiddenAddressError(Exception):
    """A portal's name led to loopback, a private network or the like; the message names the address.

    No OSError, or the HTTP library would take it for a connection that may be tried again.
    """


def check_address(address: str) -> None:
    """Raise ForbiddenAddressError unless an IP address (a scope after % allowed) is a public one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    meant = _carried(ip) if isinstance(ip, ipaddress.IPv6Address) else ip
    if not meant.is_global or meant.is_multicast:
        raise ForbiddenAddressError(f"leads to {address}, which is no public address")


def _carried(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address that an IPv6 address leads to, or the address itself."""
    if ip.sixtofour:
        return ip.sixtofour
    carries = any(ip in network for network in _CARRIERS) and int(ip) > 1  # :: and ::1 are addresses of their own
    return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF) if carries else ip


class _Connection(HTTPConnection):
    """A connection that keeps its answers to `total_timeout` seconds and, if `guarded`, to public addresses.

    Its responses have a `sent_at`: when the request had left, on the monotonic clock.
    """

    response_class: Any

    def __init__(self, *args: Any, total_timeout: float, guarded: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self._total_timeout, self._guarded = total_timeout, guarded

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        try:
            if self._guarded:
                check_address(connected.getpeername()[0])
        except ForbiddenAddressError:
            connected.close()
            raise
        return connected

    def getresponse(self) -> Any:
        sent_at = time.monotonic()
        self.response_class = functools.partial(TimedResponse, until=sent_at + self._total_timeout)
        response: Any = super().getresponse()
        response.sent_at = sent_at
        return response


class _TlsConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


GUARDED_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _TlsPool}
