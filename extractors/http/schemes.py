"""Which of http and https a host answers: the registry may know the one of last year.

Of 3,209 home pages in a public inventory 76 answered only on the other scheme than the one written down. A host
that cannot be spoken to on one scheme is tried once on the other, on the same port where one is given, and what
answered is kept for the session. From http to https is always fine. From https to http it is not: what comes
then may have been changed on its way, so a person allows it in the portal's registry entry (`http_fallback`).
"""

from urllib.parse import urlsplit

from extractors.http.addresses import site

_OTHER = {"http": "https", "https": "http"}
_Door = tuple[str, str]  # a scheme and a host


class Schemes:
    """What one session knows of the schemes of its hosts."""

    def __init__(self, *, downgrade: bool) -> None:
        self._downgrade = downgrade
        self._open: set[_Door] = set()
        self._tried: set[_Door] = set()
        self._closed: dict[_Door, str] = {}  # and why, where the other scheme answered

    def of(self, url: str) -> str:
        """The address on the scheme that its host answers."""
        return _switched(url) if _door(url) in self._closed else url

    def note(self, url: str) -> str:
        """What to tell of an address that is asked for on the other scheme; empty for all others."""
        why = self._closed.get(_door(url))
        scheme = urlsplit(url).scheme
        return f"over {_OTHER[scheme]}, since {scheme} failed: {why}" if why else ""

    def answered(self, url: str) -> None:
        """Take note that the host answers on this address's scheme."""
        self._open.add(_door(url))

    def other(self, url: str) -> str:
        """The address on the other scheme, given once; empty where the host answers or it is not allowed."""
        door = _door(url)
        lawful = door[0] == "http" or self._downgrade
        if not lawful or door in self._open or door in self._tried:
            return ""
        self._tried.add(door)
        return _switched(url)

    def switch(self, url: str, why: str) -> None:
        """Use the other scheme from now on for every address like this one."""
        self._closed[_door(url)] = why


def _door(url: str) -> _Door:
    return urlsplit(url).scheme, site(url)


def _switched(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(scheme=_OTHER[parts.scheme]).geturl()
