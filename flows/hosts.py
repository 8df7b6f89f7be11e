"""One run a host: the lanes of all runs, on all machines, take turns at the hosts that they share.

A lane leases its hosts before it asks them for anything, and waits while another run has one of them. A thread renews
the leases of a run; when they were lost, since this process stood still or had no database for too long, the lane stops
before its next request.
"""

import logging
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta

from flows.stopping import Stop
from warehouse.engine import Engine
from warehouse.errors import WarehouseError
from warehouse.leases import LAPSE, Holder, lease, release, renew

_PATIENCE = 12 * 3600.0  # seconds; a night is over by then
_LOOK = 2.0  # seconds between two looks at a host that another run has
_log = logging.getLogger("nianbao.hosts")


class HostTaken(Exception):
    """A host was not to be had: another run has it, or took it over."""


class Held:
    """The hosts of one lane; `lost` says whose they are now, if not ours."""

    def __init__(self, hosts: Collection[str]) -> None:
        self.hosts, self.lost = frozenset(hosts), ""


class LaneStop(Stop):
    """A wish to stop that is the run's, or comes since the lane lost a host."""

    def __init__(self, run: Stop, held: Held) -> None:
        super().__init__()
        self._run, self._held = run, held

    def __bool__(self) -> bool:
        return bool(self._run) or bool(self._held.lost)


class Hosts:
    """What one run holds; a context manager, for a thread of it renews the leases."""

    def __init__(self, engine: Engine, run_id: int, lapse: timedelta = LAPSE) -> None:
        self._engine, self._run_id, self._lapse = engine, run_id, lapse
        self._held: set[Held] = set()
        self._kept: set[str] = set()  # hosts that could not be given back yet
        self._renewed = time.monotonic()
        self._over, self._lock = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._renew_on, name="leases", daemon=True)

    def __enter__(self) -> "Hosts":
        renew(self._engine, self._run_id, self._lapse)
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._thread.join()
        if self._kept:
            self._give_back(self._kept)

    @contextmanager
    def hold(self, hosts: Collection[str], stop: Stop, gap: float = 0.0) -> Iterator[Held]:
        """Have the hosts to ourselves; waits until nobody else asks them.

        They are kept for `gap` seconds after the last request where another machine may be next: within a machine
        turns are shared anyway (see `extractors.http.turns`). Raises HostTaken when a stop is asked for, or patience
        ends, before that.
        """
        with self._lock:
            self._kept.difference_update(hosts)
        self._take(hosts, stop)
        held = Held(hosts)
        with self._lock:
            self._held.add(held)
        try:
            yield held
        finally:
            with self._lock:
                self._held.discard(held)
            if self._engine.dialect.name != "sqlite" and not stop:
                time.sleep(gap)
            self._give_back(hosts)

    def _take(self, hosts: Collection[str], stop: Stop) -> None:
        until = time.monotonic() + _PATIENCE
        told: Holder | None = None
        while holder := lease(self._engine, self._run_id, hosts, self._lapse):
            if holder != told:
                _log.info("waiting: %s", holder)
            told = holder
            if stop or time.monotonic() > until:
                raise HostTaken(str(holder))
            time.sleep(_LOOK)

    def _give_back(self, hosts: Collection[str]) -> None:
        """A warehouse that is away for a moment must not cost what the lane has done; it is tried again later."""
        try:
            release(self._engine, self._run_id, hosts)
        except WarehouseError as error:
            _log.warning("a lease is not given back yet: %s", error)
            with self._lock:
                self._kept.update(hosts)

    def _renew_on(self) -> None:
        while not self._over.wait(self._lapse.total_seconds() / 4):
            with self._lock:  # or a lane that leases in between would seem to have lost its hosts
                self._renew()

    def _renew(self) -> None:
        try:
            if self._kept:  # or they would be renewed with the others
                release(self._engine, self._run_id, self._kept)
                self._kept.clear()
            ours = renew(self._engine, self._run_id, self._lapse)
        except WarehouseError as error:
            _log.warning("leases are not renewed: %s", error)
            if time.monotonic() - self._renewed > self._lapse.total_seconds():
                self._lose(frozenset(), "the warehouse could not be reached for too long")
        else:
            self._renewed = time.monotonic()
            self._lose(ours, "another run took its host over, since this one gave no sign of life for too long")

    def _lose(self, ours: frozenset[str], why: str) -> None:
        for held in self._held:
            if not held.hosts <= ours:
                held.lost = why
