"""Run the command as a person does: in a process of its own, or as quickly in this one."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from flows.cli import main

COMMAND = Path(sys.executable).with_name("nianbao")
OURS = ("NIANBAO_", "PREFECT_", "DO_NOT_TRACK")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without what would steer us, and with `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, **(extra or {})}


def nianbao(
    *arguments: str | Path, env: Mapping[str, str] | None = None, stdin: bytes = b""
) -> subprocess.CompletedProcess[str]:
    """Run `nianbao` in a process of its own to its end; output is text."""
    command = [str(part) for part in (COMMAND, *arguments)]
    done = subprocess.run(command, env=environment(env), input=stdin, capture_output=True, check=False)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def called(
    *arguments: str | Path, env: Mapping[str, str] | None = None, stdin: bytes = b""
) -> subprocess.CompletedProcess[str]:
    """Run the same entry point in this process, with streams, arguments and environment of its own."""
    command = ["nianbao", *map(str, arguments)]
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    with _as_process(command, stdin, environment(env)), redirect_stdout(out), redirect_stderr(err):
        code = _exit_code()
    return subprocess.CompletedProcess(command, code, _written(out), _written(err))


@contextmanager
def _as_process(command: list[str], stdin: bytes, env: Mapping[str, str]) -> Iterator[None]:
    former = sys.argv, sys.stdin, dict(os.environ)
    sys.argv, sys.stdin = command, io.TextIOWrapper(io.BytesIO(stdin))
    _set_environment(env)
    try:
        yield
    finally:
        sys.argv, sys.stdin = former[:2]
        _set_environment(former[2])


def _set_environment(env: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(env)


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)


def _written(stream: io.TextIOWrapper) -> str:
    with closing(stream):
        stream.seek(0)
        return stream.read()


def assert_one_line(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """The command said in one line of stderr what is wrong, and ended with the code."""
    assert done.returncode == code, done
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "unforeseen" not in done.stderr
    for word in words:
        assert word in done.stderr
