"""What is promised of the deployments without a server: pins, schedules, forms, and one name for each flow."""

import re
import tomllib
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from flows.cli import cli
from flows.estimate import Estimate, Plan
from flows.serve import CHINA, HEALTH_CRON
from flows.sources import REST, SEASON
from flows.spread import grouped
from tests.flows.crawling import First
from tests.flows.running import called
from tests.flows.test_order import portal

ROOT = Path(__file__).resolve().parents[2]


def deployed() -> dict[str, Any]:
    told = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    return {one["name"]: one for one in told["deployments"]}


def pins() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {one.name: one for one in map(Requirement, project["dependencies"])}


@pytest.mark.parametrize(("name", "broken"), [("sqlalchemy", "2.1.0"), ("fastapi", "0.151.0"), ("prefect", "3.9.0")])
def test_versions_with_which_no_schedule_fires_are_kept_out(name: str, broken: str) -> None:
    """With SQLAlchemy 2.1 the scheduler fails in its log alone; with a later FastAPI the server does not start."""
    assert not pins()[name].specifier.contains(Version(broken))
    assert pins()[name].specifier.contains(version(name))
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = re.search(rf"^{name}==(\S+)", lock, re.MULTILINE)
    assert locked
    assert pins()[name].specifier.contains(locked[1])


def test_every_deployment_leads_to_a_flow_of_its_name() -> None:
    from flows import deployments

    for name, one in deployed().items():
        file, _, flow = one["entrypoint"].partition(":")
        assert (ROOT / file).is_file()
        assert getattr(deployments, flow).name == name
    assert {"nightly", "backfill", "reparse", "publish", "health", "part"} == deployed().keys()


def test_the_schedules_are_those_of_serve() -> None:
    schedules = {name: one.get("schedules", []) for name, one in deployed().items()}
    crons = {name: [one["cron"] for one in some] for name, some in schedules.items() if some}
    assert crons == {"nightly": [SEASON, REST], "health": [HEALTH_CRON]}
    assert {one["timezone"] for some in schedules.values() for one in some} == {CHINA}


def test_the_season_is_crawled_every_night_and_the_rest_of_the_year_once_a_week() -> None:
    from prefect._vendor.croniter import croniter

    def nights(month: int) -> int:
        """How often the two fire in four weeks of a month."""
        began = datetime(2026, month, 1, tzinfo=ZoneInfo(CHINA))
        days = {datetime.fromtimestamp(began.timestamp() + 86400 * day, ZoneInfo(CHINA)).date() for day in range(28)}
        fires = [croniter(cron, began) for cron in (SEASON, REST)]
        return sum(one.get_next(datetime).date() in days for one in fires for _ in range(31))

    assert [nights(month) for month in range(1, 13)] == [28] * 4 + [4] * 8


def test_parameters_become_a_form() -> None:
    from prefect.utilities.callables import parameter_schema

    from flows import deployments

    form = parameter_schema(deployments.backfill).model_dump()
    assert form["required"] == ["year"]
    assert form["properties"]["year"]["type"] == "integer"
    assert form["properties"]["files"]["items"] == {"type": "string"}
    assert all(one.get("description") for one in form["properties"].values())


def test_lanes_are_dealt_out_evenly_and_stay_whole() -> None:
    ways = [
        [portal(f"{lane}{n}", f"https://{lane}.example") for n in range(size)]
        for lane, size in zip("abcd", (1, 3, 2, 1), strict=True)
    ]
    dealt = [sorted(one.id for one in group) for group in grouped(ways, 2)]
    assert dealt == [["b0", "b1", "b2", "d0"], ["a0", "c0", "c1"]]
    assert len(grouped(ways, 9)) == 4


def test_an_estimate_counts_the_slowest_lane() -> None:
    one = Estimate("a", 3, 16, 2.0, is_new=False)
    assert one.seconds == 20 * 2.5
    told = list(Plan((one, Estimate("b", 1, 0, 2.0, is_new=True)), one.seconds).lines())
    assert told == [
        "2 portals: 4 list pages and 16 documents to ask for; about 0:00:50",
        "not crawled yet, so their links are not counted: 1 portals (b)",
    ]


@pytest.mark.slow
def test_of_a_year_that_is_there_nothing_is_missing(first: First) -> None:
    def told(*more: str) -> str:
        done = called("backfill", "2016", "--portal", "sample-classic", "--estimate", *more, *first.place.flags)
        assert done.returncode == 0, done
        return done.stdout

    # A report whose page was not there on one night is missing still; none of the others is.
    assert int(re.findall(r"(\d+) documents", told())[0]) <= 1
    assert int(re.findall(r"(\d+) documents", told("--again"))[0]) >= 4


def test_the_automation_in_the_documentation_is_one() -> None:
    from prefect.events.schemas.automations import AutomationCore

    page = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(name:.*?)```", page, re.DOTALL)
    told = AutomationCore.model_validate(yaml.safe_load(text.replace("the id of a notification block", str(uuid4()))))
    assert "prefect.flow-run.Failed" in told.trigger.model_dump()["expect"]


@pytest.mark.parametrize("page", ["docs/operate.md", "docs/scaling.md"])
def test_the_commands_in_the_documentation_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    used = {
        line.split()[1] for line in re.findall(r"\bnianbao [a-z-]+(?: .*)?", text) if line.split()[1] in cli.commands
    }
    assert {"docs/operate.md": {"serve", "health", "settings", "backup", "restore", "migrate"}}.get(page, set()) <= used
    for name, options in re.findall(r"^(?:\S+=\S+ )?nianbao ([a-z-]+)(.*)$", text, re.MULTILINE):
        known = {option for one in cli.commands[name].params for option in one.opts}
        assert set(re.findall(r"(?<=\s)--[a-z-]+", options)) <= known, (name, options)
