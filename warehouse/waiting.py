"""What the ledger knows of the work that lies before a crawl: pages of a year by what is known of them."""

from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from warehouse.tables import page, portal_run


@dataclass(frozen=True, slots=True)
class Known:
    """One portal: its list pages, documents whose links suggest the year or none, and whether a crawl found links."""

    portal_id: str
    list_pages: int
    documents: frozenset[str]
    was_crawled: bool


def known_of(engine: Engine, portal_id: str, year: int) -> Known:
    """What is known of a portal for a report year."""
    here = page.c.portal_id == portal_id
    lists = select(func.count()).where(here, page.c.kind == "list")
    documents = select(page.c.url).where(here, page.c.kind == "document", page.c.year.is_(None) | (page.c.year == year))
    runs = select(func.count()).where(portal_run.c.portal_id == portal_id, portal_run.c.found > 0)
    with engine.connect() as connection:
        return Known(
            portal_id,
            connection.execute(lists).scalar_one(),
            frozenset(connection.scalars(documents)),
            bool(connection.execute(runs).scalar_one()),
        )
