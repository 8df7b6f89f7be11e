"""Figures that were recognised in a picture count only where the form's own arithmetic bears them out.

A sum that holds is no proof by itself, since a 1 that looks like a 7 may look so in its total, too. So none of the sums
that a figure stands in may fail, and one must hold that does not rest on it alone.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from extractors.documents.errors import SCANNED
from schema.checks import Facts, Key, Verdict, facts, verdicts
from schema.records import Document, Finding, Observation, Severity, Status

_LINES = 0  # the table that figures in running text are said to stand in


def prove(
    document: Document, form: str | None, observations: Sequence[Observation]
) -> tuple[tuple[Observation, ...], list[Finding]]:
    """The observations of a document, those from pictures that nothing bears out as text, and what is told of that."""
    how = document.meta.get(SCANNED)
    if how is None or form is None or not observations:
        return tuple(observations), []
    doubtful = {_LINES, *(grid.index for grid in document.grids() if grid.origin == "scan")}
    now = facts(observations)
    proven = _proven(form, now)
    found, unproven = [], []
    for one in observations:
        key = (one.indicator, one.applicant)
        if one.place.table in doubtful and one.status is Status.REPORTED and key not in proven:
            unproven.append(key)
            one = _as_text(one)
        found.append(one)
    message = f"{how}; {len(unproven)} figures stand in no sum of the form that holds, and are kept as text"
    return tuple(found), [Finding("scanned", Severity.WARNING, message, tuple(unproven))]


def _as_text(one: Observation) -> Observation:
    """An observation of which only the text is kept."""
    return one._replace(value=None, status=Status.TEXT)


def _proven(form: str, now: Facts) -> set[Key]:
    """The cells that stand in a sum that holds, and in none that does not."""
    holds: defaultdict[Key, list[bool]] = defaultdict(list)
    for verdict in verdicts(form, now):
        for key in _summed(verdict):
            holds[key].append(bool(verdict.holds))
    return {key for key, ends in holds.items() if all(ends)}


def _summed(verdict: Verdict) -> Iterator[Key]:
    """The cells of a sum that could be evaluated; none of any other rule."""
    comparisons = verdict.case.comparisons
    if verdict.holds is not None and len(comparisons) == 1 and comparisons[0].op == "=":
        yield from comparisons[0].left.keys
        yield from comparisons[0].right.keys
