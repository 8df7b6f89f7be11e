"""The address guard: what a portal may lead to."""

import socket

import pytest

from extractors.http import PoliteSession
from extractors.http.guard import ForbiddenAddressError, check_address
from schema.records import Outcome
from tests.extractors.loopback import QUICK, Loopback

PRIVATE = [
    *("127.0.0.2", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("224.0.0.1", "255.255.255.255", "::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
    *("::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "::", "::ffff:0.0.0.0"),
]
NO_ADDRESS = [
    *("", "javascript:void(0)", "mailto:a@b", "ftp://127.0.0.1/", "http://", "http://[", "http://a:99999/"),
    *("foo://[", "http://elsewhere.test/a", "http://127.0.0.1/", "http://例え。テスト/", "http://a..b/"),
    *("http://2130706433/", "http://0x7f.1/", "http://0/", "file:///etc/passwd", "gopher://127.0.0.1/", "//a/b", "ok"),
]


class TestAddresses:
    def test_no_loopback_unless_the_portal_is_private(self, server: Loopback) -> None:
        with PoliteSession(server.portal(private=False), QUICK) as session:
            got = session.get(f"{server.url}/ok")
        assert (got.outcome, server.log) == (Outcome.FOREIGN, [])
        assert "127.0.0.1" in got.detail

    def test_a_name_is_judged_by_where_it_leads(self, server: Loopback) -> None:
        url = server.url.replace("127.0.0.1", "localhost")
        with PoliteSession(server.portal(private=False, base_url=url), QUICK) as session:
            assert session.get(f"{url}/ok").outcome is Outcome.FOREIGN
        assert server.log == []

    def test_every_address_of_a_name_counts(self, monkeypatch: pytest.MonkeyPatch, server: Loopback) -> None:
        """A name whose first address is not there and whose second is ours: the one that is connected to counts."""
        port = int(server.url.rpartition(":")[2])
        closed = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0))
        ours = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [closed, ours])
        url = f"http://www.example.gov.cn:{port}"
        with PoliteSession(server.portal(private=False, base_url=url), QUICK) as session:
            got = session.get(f"{url}/ok")
        assert (got.outcome, "127.0.0.1" in got.detail, server.log) == (Outcome.FOREIGN, True, [])

    def test_https_is_guarded_too(self, server: Loopback) -> None:
        url = server.url.replace("http://", "https://")
        with PoliteSession(server.portal(private=False, base_url=url), QUICK) as session:
            assert session.get(f"{url}/ok").outcome is Outcome.FOREIGN

    @pytest.mark.parametrize(
        "address",
        PRIVATE,
    )
    def test_forbidden_addresses(self, address: str) -> None:
        with pytest.raises(ForbiddenAddressError, match="no public address"):
            check_address(address)

    @pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
    def test_public_addresses(self, address: str) -> None:
        check_address(address)

    @pytest.mark.parametrize(
        "url",
        NO_ADDRESS,
    )
    def test_what_is_no_address_of_the_portal(self, server: Loopback, url: str) -> None:
        with server.session() as session:
            got = session.get(url)
        assert (got.url, got.outcome, got.capture) == (url, Outcome.FOREIGN, None)
        assert "\n" not in got.detail
        assert server.log == []
