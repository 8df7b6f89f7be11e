"""Ask the explorer without a server."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def get(app: Any, address: str, **query: str) -> Any:
    """An answer. In a thread of its own, since the browser's session has a loop that runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(app.client.get(address, params=query or None))).result()
