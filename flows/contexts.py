"""What is known of a document beside its bytes, from the registry and from the link that leads to it."""

from extractors.registry import Portal
from extractors.report import Context
from schema.records import Link


def context_of(portal: Portal, link: Link | None) -> Context:
    """The context in which a page of the portal is read; `link` is None where nobody listed it."""
    if link is None:
        return Context(portal.region, portal.agencies)
    agency = next((column.agency for column in portal.columns if column.id == link.column), "")
    of_link = (link.title, link.listed_on, link.agency, link.organ)
    return Context(portal.region, portal.agencies, agency, *of_link)
