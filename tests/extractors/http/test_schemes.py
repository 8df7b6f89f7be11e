"""http or https: the one of them that a host answers."""

from collections.abc import Iterator

import pytest

from schema.records import Outcome
from tests.extractors.http.certificates import Authority
from tests.extractors.loopback import Loopback, Reply, capture_of, page

PAGES = {"/ok": page("密"), "/robots.txt": Reply("", 404), "/no": Reply("", 404)}


@pytest.fixture
def secure(authority: Authority) -> Iterator[Loopback]:
    with Loopback(PAGES, tls=authority.server()) as running:
        yield running


def test_https_where_http_fails(secure: Loopback) -> None:
    plain = secure.url.replace("https", "http")
    with secure.session(base_url=plain) as session:
        first, second = session.get(f"{plain}/ok"), session.get(f"{plain}/no")
    assert (first.outcome, second.outcome) == (Outcome.FETCHED, Outcome.NOT_FOUND)
    assert (first.url, capture_of(first).requested_url) == (f"{plain}/ok", f"{plain}/ok")
    assert capture_of(first).url == f"{secure.url}/ok"
    assert first.detail.startswith("over https, since http failed: ")
    assert second.detail.startswith("404 Not Found; over https, since http failed: ")
    assert [asked.path for asked in secure.log] == ["/robots.txt", "/ok", "/no"]


def test_http_only_where_the_registry_allows_it(server: Loopback) -> None:
    url = server.url.replace("http", "https")
    with server.session(base_url=url) as session:
        assert session.get(f"{url}/ok").outcome is Outcome.TLS
    assert server.log == []
    with server.session(base_url=url, http_fallback=True) as session:
        got = session.get(f"{url}/ok")
    assert (got.outcome, capture_of(got).url) == (Outcome.FETCHED, f"{server.url}/ok")
    assert got.detail.startswith("over http, since https failed: ")


def test_tried_once(server: Loopback) -> None:
    """Where neither answers the first failure is the one that counts, and the other scheme is not tried again."""
    server.pages["/robots.txt"] = Reply(reset=True)
    url = server.url.replace("http", "https")
    with server.session(base_url=url, http_fallback=True) as session:
        first, second = session.get(f"{url}/ok"), session.get(f"{url}/ok")
    assert (first.outcome, second.outcome) == (Outcome.TLS, Outcome.TLS)
    assert f"tried {server.url} instead" in first.detail
    assert [asked.path for asked in server.log] == ["/robots.txt"]


def test_a_page_that_fails_says_nothing_of_its_host(server: Loopback) -> None:
    server.pages["/broken"] = Reply(reset=True)
    with server.session() as session:
        got = session.get(f"{server.url}/broken")
    assert (got.outcome, "instead" in got.detail) == (Outcome.UNREACHABLE, False)


def test_redirects_are_read_on_the_scheme_that_answers(secure: Loopback) -> None:
    plain = secure.url.replace("https", "http")
    secure.pages |= {
        "/to": Reply("", 302, {"Location": f"{plain}/ok"}),
        "/round": Reply("", 302, {"Location": plain + "/round"}),
    }
    with secure.session(base_url=plain) as session:
        assert session.get(f"{plain}/to").outcome is Outcome.FETCHED
        got = session.get(f"{plain}/round")
    assert (got.outcome, "circle" in got.detail) == (Outcome.SERVER_ERROR, True)
