"""Reading archived pages again: `read_shard` is pure work for any worker, here or on another machine.

A shard goes to its worker as a plain value and comes back as one; it holds whole groups of pages (see
`warehouse.histories`), and its worker takes the bytes from the archive itself. Most groups read as they did, and of
these only that much comes back.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from extractors.registry import Portal
from extractors.report import read_capture
from flows.attached import lent_context
from flows.cluster import Cluster, ClusterTask
from flows.contexts import context_of
from flows.readers import Reader, Readers, Task, Undone
from flows.together import ReadBody, read_together
from schema.records import Reading, ReadingStatus, Report
from warehouse.archive import Archive
from warehouse.errors import WarehouseError
from warehouse.histories import Body, Group, History, is_same
from warehouse.place import ArchivePlace
from warehouse.replay import Reread

DOCUMENTS = 40  # of a shard, or a little more: its worker is busy for a second
_AHEAD = 2  # shards for each worker that wait for it, so that none waits for us


@dataclass(frozen=True, slots=True)
class Shard:
    """Groups to read, the registry's entries of their portals, and where their bytes are.

    With `whole` the readings come back even of groups that read as they did.
    """

    groups: tuple[Group, ...]
    portals: Mapping[str, Portal]
    place: ArchivePlace
    whole: bool = False

    @property
    def documents(self) -> int:
        """How many there are to read."""
        return sum(len(page.bodies) for group in self.groups for page in group)


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a shard; `lost` says of groups that could not be read why, by the address of the page."""

    rereads: tuple[Reread, ...] = ()
    lost: Mapping[str, str] = field(default_factory=dict)


def shards(groups: Iterable[Group], portals: Mapping[str, Portal], place: ArchivePlace) -> Iterator[Shard]:
    """The groups in shards."""
    held: list[Group] = []
    documents = 0
    for group in groups:
        held.append(group)
        documents += sum(len(page.bodies) for page in group)
        if documents >= DOCUMENTS:
            yield _shard(held, portals, place)
            held, documents = [], 0
    if held:
        yield _shard(held, portals, place)


def _shard(groups: Sequence[Group], portals: Mapping[str, Portal], place: ArchivePlace) -> Shard:
    ids = {page.portal_id for group in groups for page in group}
    return Shard(tuple(groups), {name: portals[name] for name in ids if name in portals}, place)


def read_shard(shard: Shard, reader: Reader = read_capture) -> Read:
    """Read all documents of a shard. Raises nothing for what a document holds, or for one that is not there."""
    return _read_groups(shard, partial(_read, shard, reader))


def _read_groups(shard: Shard, read: ReadBody) -> Read:
    rereads: list[Reread] = []
    lost: dict[str, str] = {}
    for group in shard.groups:
        try:
            rereads.append(_read_group(group, read, whole=shard.whole))
        except WarehouseError as error:
            lost |= {page.url: str(error) for page in group}
    return Read(tuple(rereads), lost)


def _read_group(group: Group, read: ReadBody, *, whole: bool) -> Reread:
    readings = read_together(group, read)
    same = not whole and all(is_same(body, readings[body.visit_id]) for page in group for body in page.bodies)
    return Reread(tuple(page.page_id for page in group), {} if same else readings)


def _read(shard: Shard, reader: Reader, page: History, body: Body, lender: Report | None) -> Reading:
    if page.portal_id not in shard.portals:
        raise WarehouseError(f"the registry has no portal {page.portal_id}")
    capture = Archive(shard.place, "").read(body.location)
    context = lent_context(context_of(shard.portals[page.portal_id], page.link), lender)
    return reader(capture.body, content_type=capture.header("Content-Type"), url=capture.url, context=context)


def read_shards(
    readers: Readers, todo: Iterable[Shard], reader: Reader = read_capture, cluster: Cluster | None = None
) -> Iterator[tuple[Shard, Read]]:
    """Read shards in worker processes, or on a cluster; each with what came of it, in their order."""
    pool = cluster or readers
    begun: deque[tuple[Shard, Task[Read] | ClusterTask[Read]]] = deque()
    for shard in todo:
        begun.append((shard, pool.submit(partial(read_shard, shard, reader), shard.documents)))
        if len(begun) > _AHEAD * pool.workers:
            yield _end(readers, reader, *begun.popleft())
    while begun:
        yield _end(readers, reader, *begun.popleft())


def _end(readers: Readers, reader: Reader, shard: Shard, task: Task[Read] | ClusterTask[Read]) -> tuple[Shard, Read]:
    """What came of a shard; if one document took the worker down, each is read by itself, and here."""
    try:
        return shard, task.result()
    except Undone:
        return shard, _read_groups(shard, partial(_read_alone, readers, shard, reader))


def _read_alone(
    readers: Readers, shard: Shard, reader: Reader, page: History, body: Body, lender: Report | None
) -> Reading:
    try:
        return readers.submit(partial(_read, shard, reader, page, body, lender)).result()
    except Undone as why:
        return Reading(ReadingStatus.UNREADABLE, reason=str(why))
