"""What only LibreOffice reads (doc, wps, rtf, OpenDocument, Office's XML of 2003): turned into docx or xlsx by it.

Many files go in one call, since it takes longer to begin than to convert. Each call has a profile of its own, for two
that share one end in silence, and it is deleted after: what a document could leave there is gone. Macros are off, links
are not updated, and a run that takes too long is killed with all that it has begun.
"""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from extractors.documents.errors import NEEDS_LIBREOFFICE, Unreadable
from schema.records import Document

SECONDS = 40.0  # for a call with one file; below the limit of a document, so that the run ends before its parent
_SECONDS_MORE = 5.0  # for each further file
_MEMORY = 6 << 30  # bytes of address space of a run
_NAMES = ("soffice", "libreoffice")
_HEAD = 4096  # bytes in which a file says what it is
_OLE = b"\xd0\xcf\x11\xe0"
_DOCX, _XLSX = "docx:MS Word 2007 XML", "xlsx:Calc MS Excel 2007 XML"
_MARKS = {
    b"{\\rtf": ("Rich Text Format", _DOCX),
    b"opendocument.text": ("writer8", _DOCX),
    b"opendocument.spreadsheet": ("calc8", _XLSX),
    b"office/word/2003": ("MS Word 2003 XML", _DOCX),
    b"office:spreadsheet": ("MS Excel 2003 XML", _XLSX),
}
_ITEM = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
_OPTIONS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),  # never
    ("Office.Calc/Content/Update", "Link", "1"),  # never: the programs count otherwise
)
_SETTINGS = "".join(
    [
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">',
        *(_ITEM.format(path=path, name=name, value=value) for path, name, value in _OPTIONS),
        "</oor:items>",
    ]
)


def read_office(body: bytes, url: str = "") -> Document:
    """Read one file by way of LibreOffice. Raises Unreadable: `needs:libreoffice` where it is not installed."""
    from extractors.documents import read_document

    (found,) = convert([body])
    if isinstance(found, Unreadable):
        raise found
    return read_document(found, url=url)


def convert(bodies: Sequence[bytes]) -> list[bytes | Unreadable]:
    """Each file as docx or, where it is a workbook, as xlsx; or why it could not be turned into one."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        return [Unreadable(NEEDS_LIBREOFFICE) for _ in bodies]
    with tempfile.TemporaryDirectory(prefix="nianbao-") as name:
        folder = Path(name)
        problem = _run(program, folder, bodies)
        return [_result(folder / "out", n, problem) for n in range(len(bodies))]


def _run(program: str, folder: Path, bodies: Sequence[bytes]) -> str:
    """Convert all files into `out`; what is wrong, if it is the run itself."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    by_kind: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for number, body in enumerate(bodies):
        kind = _kind(body)
        if kind:
            file = folder / f"{number}.bin"
            file.write_bytes(body)
            by_kind[kind].append(str(file))
    problems = (_call(program, folder, kind, files) for kind, files in by_kind.items())
    return next(filter(None, problems), "")


def _kind(body: bytes) -> tuple[str, str] | None:
    """The filters to read a file by and to write it by; None for a file of no known kind.

    The one to read by is named, since LibreOffice takes what it does not know for plain text.
    """
    head = body[:_HEAD]
    if body.startswith(_OLE):
        if "WordDocument".encode("utf-16-le") in body:
            return "MS Word 97", _DOCX
        return ("MS Excel 97", _XLSX) if "Workbook".encode("utf-16-le") in body else None
    return next((kind for mark, kind in _MARKS.items() if mark in head), None)


def _call(program: str, folder: Path, kind: tuple[str, str], files: Sequence[str]) -> str:
    options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    filters = [f"--infilter={kind[0]}", "--convert-to", kind[1]]
    command = [program, *options, profile, *filters, "--outdir", str(folder / "out"), *files]
    limit = SECONDS + _SECONDS_MORE * (len(files) - 1)
    home = {"HOME": str(folder), "PATH": os.environ.get("PATH", ""), "SAL_USE_VCLPLUGIN": "svp", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(  # noqa: S603
        command,
        env=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: _bounded(limit),
    ) as run:
        try:
            run.wait(limit)
        except subprocess.TimeoutExpired:
            return f"LibreOffice did not convert it within {limit:g} s"
        finally:
            _kill(run.pid)
    return ""


def _bounded(seconds: float) -> None:
    """Limits that hold even where the run outlives the process that waits for it."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    wanted = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, wanted))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))


def _kill(group: int) -> None:
    """End the program and what it has begun: the command is a script that starts another."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _result(folder: Path, number: int, problem: str) -> bytes | Unreadable:
    for file in _outputs(folder, number):
        return file.read_bytes()
    return Unreadable(problem or "LibreOffice cannot convert it: broken, encrypted or of no kind that it knows")


def _outputs(folder: Path, number: int) -> Iterator[Path]:
    return (file for ending in ("docx", "xlsx") if (file := folder / f"{number}.{ending}").is_file())
