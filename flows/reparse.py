"""Read the archive again with the present reader, and let the warehouse follow: no portal is asked for anything.

The order is: which pages (`histories`), in shards, read by workers (`flows.reread`), applied a shard at a time, each in
one transaction. A page that reads as it did costs no write. A run that is killed leaves what it applied; given
again, the command finds that part as it reads it, and goes on with the rest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from extractors.registry import Portal, load_portals, pick
from extractors.report import VERSION
from flows.cluster import Cluster
from flows.readers import Readers
from flows.reread import Read, Shard, read_shard, read_shards, shards
from flows.settings import Settings
from flows.steps import portal_row
from flows.stopping import Stop, stop_on_signals
from warehouse.changes import Tally
from warehouse.corrections import put_corrections
from warehouse.corrections_file import read_corrections
from warehouse.engine import Engine, open_warehouse
from warehouse.errors import WarehouseError
from warehouse.histories import bodies, histories
from warehouse.ledger import finish_run, known_portals, register_portals, start_run
from warehouse.place import ArchivePlace
from warehouse.replay import Reread, apply, entangled, grown

Moved = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be read again: portals by id and report years, none of either for all; only what rests in quarantine.

    With `dry_run` the warehouse stays as it is. `cluster` is the address of a Dask scheduler whose workers read. Of the
    changes the first `examples` of each kind are told, None for all.
    """

    portals: Sequence[str] = ()
    years: Sequence[int] = ()
    only_quarantine: bool = False
    dry_run: bool = False
    workers: int | None = None
    cluster: str = ""
    examples: int | None = 10


@dataclass(slots=True)
class Reparsed:
    """What came of it: documents read, changes, what could not be read or applied by address or reason, a signal."""

    documents: int = 0
    pages: int = 0
    changes: Tally = field(default_factory=Tally)
    failures: dict[str, str] = field(default_factory=dict)
    signal: int = 0


def reparse(settings: Settings, asked: Asked) -> Reparsed:
    """Read again what is asked for.

    Raises RegistryError, WarehouseError and ServerError before anything is read; ServerError when the cluster is lost.
    """
    registry = load_portals(settings.portals)
    if asked.portals:
        pick(registry, asked.portals)
    engine = open_warehouse(settings.warehouse, create=False)
    try:
        if asked.dry_run:
            return _read_again(engine, registry, settings.archive, asked)
        register_portals(
            engine, map(portal_row, (registry[name] for name in known_portals(engine) if name in registry))
        )
        put_corrections(engine, read_corrections(settings.corrections))
        run = start_run(engine, command="reparse", portals=asked.portals, years=asked.years)
        done = _read_again(engine, registry, settings.archive, asked)
        if not done.signal:
            finish_run(engine, run.id, status="failed" if done.failures else "done")
        return done
    finally:
        engine.dispose()


def _read_again(engine: Engine, portals: Mapping[str, Portal], place: ArchivePlace, asked: Asked) -> Reparsed:
    which = (engine, asked.portals, asked.years)
    groups = histories(*which, only_quarantine=asked.only_quarantine)
    done = Reparsed(changes=Tally(asked.examples))
    with (
        Readers(asked.workers) as readers,
        Cluster(asked.cluster) if asked.cluster else nullcontext() as cluster,
        stop_on_signals() as stop,
        _bar(partial(bodies, *which, only_quarantine=asked.only_quarantine)) as moved,
    ):
        for shard, read in read_shards(readers, _until(stop, shards(groups, portals, place)), cluster=cluster):
            _take(engine, portals, shard, read, done, keep=not asked.dry_run)
            moved(shard.documents)
        done.signal = stop.signal
    return done


def _take(
    engine: Engine, portals: Mapping[str, Portal], shard: Shard, read: Read, done: Reparsed, *, keep: bool
) -> None:
    """Apply what came of a shard, and count it."""
    done.documents += shard.documents
    done.pages += sum(map(len, shard.groups))
    done.failures |= read.lost
    try:
        rereads = _whole(engine, portals, shard.place, read.rereads)
        done.changes.add(apply(engine, rereads, VERSION, keep=keep))
    except WarehouseError as error:
        done.failures |= {page.url: str(error) for group in shard.groups for page in group}


def _whole(
    engine: Engine, portals: Mapping[str, Portal], place: ArchivePlace, rereads: Sequence[Reread]
) -> Sequence[Reread]:
    """With the pages that are of the same group since it reads as it does now, or since it was looked up.

    They are read here and now. Raises WarehouseError when one cannot be.
    """
    while others := entangled(engine, rereads):
        groups = histories(engine, pages=set[int]().union(*others.values()))
        read = read_shard(Shard(tuple(groups), portals, place, whole=True))
        if read.lost:
            raise WarehouseError("; ".join(f"{url}: {why}" for url, why in read.lost.items()))
        rereads = grown(rereads, others, read.rereads)
    return rereads


def _until(stop: Stop, todo: Iterator[Shard]) -> Iterator[Shard]:
    for shard in todo:
        if stop:
            return
        yield shard


@contextmanager
def _bar(total: Callable[[], int]) -> Iterator[Moved]:
    """A bar over all documents, on a terminal only; they are not counted for nobody."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("documents", total=total() if console.is_terminal else None)
        yield lambda count: progress.advance(bar, count)
