"""What came of storing a visit."""

from enum import StrEnum


class LoadResult(StrEnum):
    """How a visit changed the reports. Every visit changes the ledger; few change a report."""

    NEW = "new"  # a report that no page showed before
    REVISED = "revised"  # the page showed another content for this agency and year before
    UNCHANGED = "unchanged"  # the page shows what it showed
    ADDRESS = "address"  # one more page that shows a report we have
    KEPT = "kept"  # nothing to load: lists, refusals, documents that are no report, quarantine
