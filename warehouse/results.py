"""The words of closed lists that this room writes into its tables."""

from enum import StrEnum


class LoadResult(StrEnum):
    """How a visit changed the reports. Every visit changes the ledger; few change a report."""

    NEW = "new"  # a report that no page showed before
    REVISED = "revised"  # the page showed another content for this agency and year before
    UNCHANGED = "unchanged"  # the page shows what it showed
    ADDRESS = "address"  # one more page that shows a report we have
    KEPT = "kept"  # nothing to load: lists, refusals, documents that are no report, quarantine


class Scope(StrEnum):
    """What a finding rests on: findings of one scope are replaced together when that changes."""

    REPORT = "report"  # the report alone
    CROSS_YEAR = "cross_year"  # the current reports of the same agency for other years
    PAGES = "pages"  # other pages that show another content for the same agency and year
    CORRECTION = "correction"  # the list of corrections


class Expect(StrEnum):
    """What the report that stands should print in a corrected cell; when it does not, a person must look."""

    PRINTED = "printed"  # still the wrong text
    FIXED = "fixed"  # another text: the page was mended, earlier contents still need the correction
