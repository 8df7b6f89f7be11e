"""One deadline for a whole answer: a server that drips, be it headers or body, must not hold us for ever.

A socket's timeout begins anew with every byte, so each read gets what is left of the answer's own time.
"""

import http.client
import io
import socket
import time
from typing import Any


class OutOfTimeError(Exception):
    """An answer was not complete in time.

    No OSError, or the HTTP library would take it for a silent server, which may be asked again.
    """


class TimedResponse(http.client.HTTPResponse):
    """A response that must be complete at `until`, on the monotonic clock."""

    def __init__(self, sock: socket.socket, *args: Any, until: float, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock, until))


class _Timed(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, sock: socket.socket, until: float) -> None:
        self._raw, self._sock, self._until = raw, sock, until
        self._patience = sock.gettimeout() or 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise OutOfTimeError("not complete in time")
        self._sock.settimeout(min(self._patience or left, left))
        try:
            return self._raw.readinto(buffer)
        except TimeoutError:
            if time.monotonic() < self._until:
                raise
            raise OutOfTimeError("not complete in time") from None

    def close(self) -> None:
        self._raw.close()
        super().close()
