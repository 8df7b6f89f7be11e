"""Which files an archive has, and how long they are."""

from pathlib import Path

from warehouse.place import ArchivePlace
from warehouse.remote import Remote

_ENDS = (".warc", ".warc.gz")


def index_of(place: ArchivePlace) -> dict[str, int]:
    """Bytes of the finished files by name, those at the archive's URL included. Raises WarehouseError."""
    here = {path.name: path.stat().st_size for path in _files(place.folder)}
    return (Remote(place.url).sizes(_ENDS) if place.url else {}) | here


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.endswith(_ENDS)] if folder.is_dir() else []
