"""One request and its answer, within the limits: what came is a capture, what did not is an error with a name."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urldefrag

import requests
import urllib3

from extractors.http.content import CutShortError, UnknownCodingError, unpacked
from extractors.http.deadline import OutOfTimeError
from extractors.http.guard import ForbiddenAddressError
from extractors.http.politeness import Politeness
from schema.records import Capture, Outcome

_CHUNK = 64 * 1024
_FAILURES = (
    OSError,
    urllib3.exceptions.HTTPError,
    zlib.error,
    *(ForbiddenAddressError, OutOfTimeError, CutShortError, UnknownCodingError),
)
_BROKEN = (zlib.error, UnknownCodingError)


class VisitError(Exception):
    """A visit ended without a response worth judging.

    `again` says that a retry may help, `unheard` that the host could not be spoken to at all.
    """

    def __init__(self, outcome: Outcome, detail: str, *, again: bool = False, unheard: bool = False) -> None:
        super().__init__(detail)
        self.outcome, self.detail, self.again, self.unheard = outcome, detail, again, unheard


def exchange(
    client: requests.Session, request: requests.PreparedRequest, asked: str, politeness: Politeness
) -> tuple[Capture, float]:
    """Send one request and read the answer in full; redirects are answers too. Raises VisitError.

    With the answer comes when the request had left, on the monotonic clock.
    """
    heard = False
    timeout = (politeness.connect_timeout, politeness.read_timeout)
    try:
        with client.send(request, stream=True, timeout=timeout, allow_redirects=False) as response:
            began, heard = datetime.now(UTC), True
            raw: Any = response.raw
            return _capture(response, asked, began, _body(raw, politeness.max_bytes)), raw.sent_at
    except _FAILURES as error:
        raise _ending(error, heard=heard) from error


def _body(raw: Any, most: int) -> bytes:
    """The decoded body of at most `most` bytes, read as it comes in."""
    length = raw.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > most:
        raise VisitError(Outcome.TOO_LARGE, f"more than {most} bytes")
    body = bytearray()
    for piece in unpacked(_pieces(raw), raw.headers.get("Content-Encoding", "")):
        body += piece
        if len(body) > most:
            raise VisitError(Outcome.TOO_LARGE, f"more than {most} bytes")
    return bytes(body)


def _pieces(raw: Any) -> Iterator[bytes]:
    while piece := raw.read1(_CHUNK, decode_content=False):
        yield piece


def _capture(response: requests.Response, asked: str, began: datetime, body: bytes) -> Capture:
    sent = response.request.body or b""
    return Capture(
        requested_url=asked,
        url=urldefrag(response.url).url,
        fetched_at=began,
        status=response.status_code,
        reason=response.reason or "",
        headers=tuple(response.raw.headers.iteritems()),
        body=body,
        method=response.request.method or "GET",
        request_body=sent.encode() if isinstance(sent, str) else bytes(sent),
    )


def _ending(error: Exception, *, heard: bool) -> VisitError:
    """The end that a failed request is, by what to do about it."""
    reason = line(error)
    if isinstance(error, ForbiddenAddressError):
        return VisitError(Outcome.FOREIGN, reason)
    if isinstance(error, (requests.exceptions.SSLError, urllib3.exceptions.SSLError)):
        return VisitError(Outcome.TLS, reason, unheard=not heard)
    if isinstance(error, OutOfTimeError):
        return VisitError(Outcome.TIMEOUT, reason)
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        unheard = isinstance(error, requests.ConnectTimeout)
        return VisitError(Outcome.TIMEOUT, reason, again=True, unheard=unheard)
    if isinstance(error, _BROKEN):
        return VisitError(Outcome.SERVER_ERROR, reason)
    return VisitError(Outcome.UNREACHABLE, reason, again=True, unheard=not heard)


def line(error: BaseException) -> str:
    """The innermost reason of an error in one line; the libraries wrap it up to four times."""
    inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
    if isinstance(inner, BaseException):
        return line(inner)
    return " ".join(str(error).split()) or type(error).__name__
