"""`nianbao sample-portal` and `nianbao demo`: portals on loopback, for those who have no other."""

import signal

import click

from flows.commands.options import with_settings
from flows.settings import Settings


@click.command("sample-portal", short_help="Serve the sample portals on loopback.")
def sample_portal() -> int:
    """Serve the sample portals on loopback until Ctrl-C; crawl them from another terminal.

    \b
    nianbao sample-portal &
    nianbao crawl sample-jpaas sample-classic
    """
    from flows.sample_portal import SamplePortal

    with SamplePortal(ports=SamplePortal.PORTS) as sample:
        for portal, url in sample.base_urls.items():
            click.echo(f"{portal}  {url}")
        click.echo("Ctrl-C ends it.")
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    return 0


@click.command(short_help="Crawl the sample portals and ask the warehouse.")
@with_settings
def demo(settings: Settings) -> int:
    """Crawl the sample portals through the real flow and ask the warehouse three questions.

    All of it stays in the folder `demo` of the data folder. Run it twice: the second run changes nothing.
    """
    from flows.demo import run_demo

    return run_demo(settings.data / "demo")
