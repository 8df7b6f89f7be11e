"""Guards over the project itself: what its files may not name, and what its documents promise."""

import itertools
import re
import subprocess
import textwrap
import tomllib
from pathlib import Path

import pytest

from extractors.registry import load_portals
from flows.cli import cli

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "postgresql",
    "python3-venv",
    "wget",
    "libreoffice-writer-nogui",
    "libreoffice-calc-nogui",
    "chromium",
    "fonts-noto-cjk",
)
LOCKS = ("requirements.lock", "requirements-dev.lock")
PAGES = ("README.md", "CONTRIBUTING.md")
# Pieced together, so that this file does not name them either.
FORBIDDEN = re.compile(
    "|".join(
        [
            "pypi" + r"\.org",
            "python" + "hosted",
            "npm" + r"js\.org",
            "deb" + r"\.debian",
            "/wo" + "rk/",
            "/fa" + "rm/",
        ]
    )
)


def tracked() -> list[Path]:
    """The files of the project as git sees them: those it has, and those it would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_path_of_this_machine() -> None:
    texts = ((path, path.read_bytes().decode("utf-8", "replace")) for path in tracked())
    found = {str(path.relative_to(ROOT)): match[0] for path, text in texts if (match := FORBIDDEN.search(text))}
    assert found == {}


def test_nothing_that_runs_leave_behind_is_tracked() -> None:
    left = [path for path in tracked() if path.suffix in {".db", ".gz", ".open", ".pyc"}]
    assert left == []


def requirements(lock: str) -> dict[str, str]:
    """The entries of a lock file by canonical name: everything up to the next entry."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.findall(r"^(\S[^\n]*(?:\n[ \t][^\n]*)*)", text, re.MULTILINE)
    return {canonical(re.split(r"[=\[ ;]", entry)[0]): entry for entry in entries}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*groups: str, extras: tuple[str, ...] = ("explore", "postgres")) -> set[str]:
    """Canonical names of what pyproject.toml asks for itself, in some of its extras and in some of its groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    chosen = [project["dependency-groups"][group] for group in groups]
    optional = (project["project"]["optional-dependencies"][extra] for extra in extras)
    asked = itertools.chain(project["project"]["dependencies"], *optional, *chosen)
    return {canonical(re.split(r"[<>=!~\[ ;]", one)[0]) for one in asked}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_requirement_is_pinned_and_hashed(lock: str) -> None:
    entries = requirements(lock)
    assert entries
    bad = [name for name, entry in entries.items() if "==" not in entry or "--hash=sha256:" not in entry]
    assert bad == []
    assert not re.search(r"^--|://", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)


def test_the_locks_have_what_the_project_asks_for() -> None:
    run, dev = (requirements(lock) for lock in LOCKS)
    assert declared("build") <= run.keys()
    assert declared("build", "dev", extras=("dask", "explore", "ocr", "postgres")) <= dev.keys()
    assert run.keys() <= dev.keys()


def code_lines(page: str) -> list[str]:
    """The lines of a page's fenced blocks, continued lines joined."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in re.sub(r"\\\n", " ", block).splitlines()]


def commands_of(page: str) -> list[str]:
    """Every use of `nianbao` in a page, in blocks and between backticks."""
    inline = re.findall(r"`(nianbao [^`\n]+)`", (ROOT / page).read_text(encoding="utf-8"))
    return [line for line in [*code_lines(page), *inline] if line.startswith("nianbao ")]


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_in_the_documents_exist(page: str) -> None:
    used = commands_of(page)
    assert used
    for line in used:
        name = line.split()[1]
        if name != "COMMAND":
            assert name in cli.commands, line
            options = {option for parameter in cli.commands[name].params for option in parameter.opts}
            assert set(re.findall(r"(?<=[\s\[])--[\w-]+", line)) - {"--help"} <= options, line


def test_the_readme_knows_every_command() -> None:
    assert {line.split()[1] for line in commands_of("README.md")} >= cli.commands.keys()


@pytest.mark.parametrize("page", PAGES)
def test_the_make_targets_in_the_documents_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = {line.split()[1] for line in code_lines(page) if line.startswith("make ")}
    named |= set(re.findall(r"`make (\w+)`", text))
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert named
    assert named <= targets


def test_the_build_machine_installs_what_the_readme_names_and_runs_its_test_command() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for package in PACKAGES:
        assert re.search(rf"^ *need {package} ", script, re.MULTILINE)
        assert f"`{package}`" in readme
    assert script.rstrip().endswith("\nmake test")
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


@pytest.mark.parametrize("page", PAGES)
def test_the_registry_entries_in_the_documents_are_good(page: str, tmp_path: Path) -> None:
    entries = re.findall(r"^ *```toml\n(.*?)^ *```", (ROOT / page).read_text(encoding="utf-8"), re.M | re.S)
    assert entries
    for number, entry in enumerate(entries):
        (tmp_path / f"{number}.toml").write_text(textwrap.dedent(entry), encoding="utf-8")
    assert len({portal.group or portal.id for portal in load_portals(tmp_path).values()}) == len(entries)


@pytest.mark.parametrize("path", sorted((ROOT / "data/portals").glob("*.toml")), ids=lambda path: path.stem)
def test_a_portal_file_is_named_by_its_id(path: Path) -> None:
    assert tomllib.loads(path.read_text(encoding="utf-8"))["id"] == path.stem
