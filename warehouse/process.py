"""Who is alive on this host: a process is known by its id and, where the kernel tells, by when it started."""

import os
import socket
from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    """A process of some host. `started` is in kernel ticks since boot; empty where there is no /proc."""

    host: str
    pid: int
    started: str

    def is_dead(self) -> bool:
        """Surely dead: of this host, and gone or its id given to another. Of other hosts nothing is sure."""
        if self.host != socket.gethostname():
            return False
        return not _exists(self.pid) or _started(self.pid) != self.started


def this_process() -> Process:
    """The process that asks."""
    return Process(socket.gethostname(), os.getpid(), _started(os.getpid()))


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it lives, and is somebody else's
        return True
    return True


def _started(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The second field, the command in brackets, may hold spaces and brackets itself; the 22nd is the start.
    fields = stat.rpartition(")")[2].split()
    return fields[19] if fields[0] != "Z" else ""  # a zombie has ended; nobody asked yet how
