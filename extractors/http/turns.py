"""Whose turn it is: one gap a host, however many sessions, threads and processes ask it.

With a folder the turns are shared by all processes of this machine. It holds one file a host, `HOST.turn`, of two
numbers: when the host was last asked and when it is free again, both in seconds of the monotonic clock, which
all processes of a machine share. The file is locked (flock) while it is read and changed, never while somebody
waits. After a reboot the clock begins anew, so times that the clock cannot have shown yet are no times.
"""

import fcntl
import math
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LONGEST = 3600.0  # seconds; nobody holds a host for longer, so whoever seems to wrote before a reboot


@dataclass(slots=True)
class _Turn:
    asked_at: float = -math.inf
    free_at: float = -math.inf

    def take(self, gap: float) -> float:
        """Take the turn if it is ours and give 0, or give the seconds that are left until it may be."""
        now = time.monotonic()
        # Counted with our gap too: whoever asked before us may keep a shorter one.
        left = max(self.free_at, self.asked_at + gap) - now
        if left <= 0:
            self.asked_at, self.free_at = now, now + gap
        return max(0.0, left)


class Turns:
    """The turns of all hosts; without a folder those of this object alone. Safe for threads."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._known: dict[str, _Turn] = {}
        self._lock = threading.Lock()
        if folder:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def wait(self, host: str, gap: float) -> None:
        """Sleep until the host was asked by nobody for `gap` seconds and nobody holds it; then it is our turn."""
        while left := self._take(host, gap):
            time.sleep(left)

    def hold(self, host: str, seconds: float) -> None:
        """Let the next turn, whoever takes it, be no sooner than `seconds` from now."""
        if seconds <= 0:
            return
        with self._turn(host) as turn:
            turn.free_at = max(turn.free_at, time.monotonic() + min(seconds, _LONGEST))

    def _take(self, host: str, gap: float) -> float:
        with self._turn(host) as turn:
            return turn.take(gap)

    @contextmanager
    def _turn(self, host: str) -> Iterator[_Turn]:
        if self._folder:
            with _filed(self._folder / f"{host}.turn") as turn:
                yield turn
        else:
            with self._lock:
                yield self._known.setdefault(host, _Turn())


def machine_folder() -> Path:
    """Where the turns of this user's processes on this machine lie: on its own disk, and the same for a cron job.

    Raises PermissionError where another user has taken its name.
    """
    folder = Path(tempfile.gettempdir()) / f"nianbao-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder}: belongs to another user; the turns of our processes cannot lie there")
    return folder


@contextmanager
def _filed(path: Path) -> Iterator[_Turn]:
    # O_NOFOLLOW: in a folder for temporary files a name may be a trap of another user.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "r+", encoding="ascii", errors="replace") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        turn = _read(file.read())
        yield turn
        file.seek(0)
        # Of one width: a shorter text would leave a tail of the longer one behind.
        file.write(f"{turn.asked_at:24.6f} {turn.free_at:24.6f}\n")


def _read(text: str) -> _Turn:
    try:
        asked_at, free_at = map(float, text.split())
    except ValueError:
        return _Turn()
    now = time.monotonic()
    return _Turn(asked_at, free_at) if asked_at <= now and free_at <= now + _LONGEST else _Turn()
