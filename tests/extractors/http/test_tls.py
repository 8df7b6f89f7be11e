"""TLS against real servers: certificates are always checked, old ways are for registered hosts alone."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from extractors.http.client import weak_context
from schema.records import Outcome
from tests.extractors.http.certificates import Authority
from tests.extractors.loopback import Loopback, Reply, fetch, page

PAGES = {"/ok": page("密"), "/robots.txt": Reply("", 404)}
# A TLS 1.2 ServerHello without extensions, as of a server that knows no secure renegotiation (RFC 5746).
OLD_HELLO = b"\x02\x00\x00\x26\x03\x03" + bytes(32) + b"\x00\xc0\x2f\x00"


def host(server: Loopback) -> str:
    return server.url.removeprefix("https://")


def test_a_certificate_that_we_trust(authority: Authority) -> None:
    with Loopback(PAGES, tls=authority.server()) as server:
        assert fetch(server, "/ok").outcome is Outcome.FETCHED


def test_an_unknown_certificate_is_refused(tmp_path: Path) -> None:
    with Loopback(PAGES, tls=Authority(tmp_path).server()) as server:
        got = fetch(server, "/ok")
    assert (got.outcome, server.log) == (Outcome.TLS, [])
    assert "certificate verify failed" in got.detail
    assert "\n" not in got.detail


def test_no_tls_at_all(server: Loopback) -> None:
    url = server.url.replace("http://", "https://")
    with server.session(base_url=url) as session:
        assert session.get(f"{url}/ok").outcome is Outcome.TLS


class TestWeakHosts:
    def test_only_where_the_registry_says_so(self, authority: Authority) -> None:
        with Loopback(PAGES, tls=authority.weak_server()) as server:
            got = fetch(server, "/ok")
            assert (got.outcome, server.log) == (Outcome.TLS, [])
            assert "DH_KEY_TOO_SMALL" in got.detail
            with server.session(weak_tls=(host(server),)) as session:
                assert session.get(f"{server.url}/ok").outcome is Outcome.FETCHED

    def test_the_other_hosts_of_the_portal_stay_strict(self, authority: Authority) -> None:
        weak = authority.weak_server()
        with (
            Loopback(PAGES, tls=weak) as server,
            Loopback(PAGES, tls=weak) as other,
            server.session(weak_tls=(host(server),), hosts=(host(other),)) as session,
        ):
            assert session.get(f"{other.url}/ok").outcome is Outcome.TLS

    def test_an_unknown_certificate_is_refused_all_the_same(self, tmp_path: Path) -> None:
        with (
            Loopback(PAGES, tls=Authority(tmp_path).weak_server()) as server,
            server.session(weak_tls=(host(server),)) as session,
        ):
            got = session.get(f"{server.url}/ok")
        assert (got.outcome, "certificate verify failed" in got.detail) == (Outcome.TLS, True)
        assert server.log == []

    def test_so_is_the_certificate_of_another_host(self, authority: Authority) -> None:
        with (
            Loopback(PAGES, tls=authority.server("127.0.0.2")) as server,
            server.session(weak_tls=(host(server),)) as session,
        ):
            got = session.get(f"{server.url}/ok")
        assert (got.outcome, "127.0.0.1" in got.detail) == (Outcome.TLS, True)

    def test_loopback_stays_forbidden(self, authority: Authority) -> None:
        with (
            Loopback(PAGES, tls=authority.weak_server()) as server,
            server.session(weak_tls=(host(server),), private=False) as session,
        ):
            assert session.get(f"{server.url}/ok").outcome is Outcome.FOREIGN

    @pytest.mark.parametrize(("context", "refuses"), [(ssl.create_default_context(), True), (weak_context(), False)])
    def test_a_server_without_secure_renegotiation(self, context: ssl.SSLContext, refuses: bool) -> None:
        # The server says no more than its hello, so both end in an error, but not in the same one.
        with (
            old_server() as address,
            socket.create_connection(address, timeout=5) as connection,
            pytest.raises(OSError) as ended,
        ):
            context.wrap_socket(connection, server_hostname="127.0.0.1")
        assert ("UNSAFE_LEGACY_RENEGOTIATION_DISABLED" in str(ended.value)) is refuses


@contextmanager
def old_server() -> Iterator[tuple[str, int]]:
    def greet() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"\x16\x03\x03" + len(OLD_HELLO).to_bytes(2, "big") + OLD_HELLO)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=greet)
        thread.start()
        yield listening.getsockname()
        thread.join()
