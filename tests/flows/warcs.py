"""WARC files for the tests: what wget makes of a portal, and records written one by one."""

import io
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HTML = {"Content-Type": "text/html; charset=utf-8"}


def wget(folder: Path, urls: Iterable[str], *options: str, name: str = "wget") -> Path:
    """Fetch the addresses with Debian's wget and give the WARC file that it wrote."""
    if not shutil.which("wget"):
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say("there is no wget here: install the system package `wget`")
    folder.mkdir(exist_ok=True)
    (folder / "urls").write_text("\n".join(urls), encoding="utf-8")
    command = [
        "wget",
        "--no-proxy",
        "--quiet",
        f"--warc-file={name}",
        "--input-file=urls",
        "--output-document=/dev/null",
    ]
    subprocess.run([*command, *options], cwd=folder, check=False)  # 8 where a page is not there
    (file,) = folder.glob(f"{name}.warc*")
    return file


class Warc:
    """A file that another tool writes, record by record; `at` is the WARC-Date."""

    def __init__(self, path: Path, version: str = "1.0") -> None:
        self.path = path
        self._out = path.open("wb")
        self._writer = WARCWriter(self._out, gzip=path.suffix == ".gz", warc_version=version)

    def __enter__(self) -> "Warc":
        return self

    def __exit__(self, *raised: object) -> None:
        self._out.close()

    def page(self, url: str, body: bytes, at: str, headers: Mapping[str, str] = HTML, status: str = "200 OK") -> None:
        http = StatusAndHeaders(status, list(headers.items()), protocol="HTTP/1.1")
        options = {"http_headers": http, "warc_headers_dict": {"WARC-Date": at}}
        self._writer.write_record(self._writer.create_warc_record(url, "response", io.BytesIO(body), **options))

    def revisit(
        self, url: str, at: str, of_url: str, of_at: str, digest: str = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
    ) -> None:
        dated = {"WARC-Date": at}
        record = self._writer.create_revisit_record(url, digest, of_url, of_at, warc_headers_dict=dated)
        self._writer.write_record(record)
