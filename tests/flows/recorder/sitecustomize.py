"""Put on PYTHONPATH, this writes every address that a Python process or its children ask for to a file."""

import os
import sys
from pathlib import Path

_EVENTS = {"socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto"}


def _record(event: str, arguments: tuple[object, ...]) -> None:
    if event in _EVENTS:
        address = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
        host = address[0] if isinstance(address, tuple) else address
        with Path(os.environ["TEST_ADDRESSES"]).open("a", encoding="utf-8") as file:
            file.write(f"{event} {host}\n")


sys.addaudithook(_record)
