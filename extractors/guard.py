"""The address guard: what the portal's name leads to must be an address of the public internet.

The check is made on the connection itself and not by a look-up of our own before it, because a name may
answer with one address to the look-up and with another to the connection. It stands between the
connection and its first byte.
"""

import ipaddress
import socket

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class ForbiddenAddressError(Exception):
    """A portal's name led to loopback, a private network or the like; the message names the address.

    No OSError, or the HTTP library would take it for a connection that may be tried again.
    """


def check_address(address: str) -> None:
    """Raise ForbiddenAddressError unless an IP address (a scope after % allowed) is a public one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    if not (mapped or ip).is_global or (mapped or ip).is_multicast:
        raise ForbiddenAddressError(f"leads to {address}, which is no public address")


def _guarded(connected: socket.socket) -> socket.socket:
    try:
        check_address(connected.getpeername()[0])
    except ForbiddenAddressError:
        connected.close()
        raise
    return connected


class _GuardedHTTP(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _guarded(super()._new_conn())


class _GuardedHTTPS(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _guarded(super()._new_conn())


class _GuardedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTP


class _GuardedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPS


GUARDED_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _GuardedHTTPPool, "https": _GuardedHTTPSPool}
