"""What follows a run, whoever started it: the page on stdout, and an alert where something failed."""

from collections.abc import Callable

from flows.alerts import send_alert
from flows.night import Night, night
from flows.output import print_table
from flows.settings import Settings
from flows.summary import Ending, exit_code, print_ending


def tell(ending: Ending, settings: Settings, command: str, keep: Callable[[Night], None] = lambda page: None) -> int:
    """Print, alert and give the exit code; `keep` may keep the page elsewhere, as Prefect does."""
    page = night(settings.warehouse, ending)
    print_table("", ("", f"run {page.run_id}", f"run {page.before}" if page.before else "no run before"), page.rows)
    print_ending(ending, settings)
    keep(page)
    send_alert(settings.alerts, f"nianbao {command}: run {page.run_id} failed", () if ending.signal else page.problems)
    return exit_code(ending)
