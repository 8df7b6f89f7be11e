"""The rows of `finding`. What rests on more than the report itself is replaced whenever that changes."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, delete

from schema.records import Finding
from warehouse.bulk import write_rows
from warehouse.chunks import chunks
from warehouse.results import Scope
from warehouse.tables import finding

_COLUMNS = ("report_id", "scope", "rule", "severity", "message", "cells")


def insert_findings(connection: Connection, found: Mapping[int, Iterable[Finding]], scope: Scope) -> None:
    """Add findings to reports, by report id."""
    rows = [
        (report_id, scope, one.rule, one.severity, one.message, one.cells)
        for report_id, findings in found.items()
        for one in findings
    ]
    if rows:
        write_rows(connection, finding, _COLUMNS, rows)


def replace_findings(
    connection: Connection, reports: Collection[int], scope: Scope, found: Mapping[int, Iterable[Finding]]
) -> None:
    """Let the findings of a scope on `reports` be `found`, by report id, and no others."""
    for some in chunks(reports):
        connection.execute(delete(finding).where(finding.c.report_id.in_(some), finding.c.scope == scope))
    insert_findings(connection, found, scope)


def replace_rules(connection: Connection, report_id: int, rules: Collection[str], findings: Iterable[Finding]) -> None:
    """Let what these rules say of the report alone be `findings`; what reading it told stays."""
    of_report = (finding.c.report_id == report_id, finding.c.scope == Scope.REPORT)
    connection.execute(delete(finding).where(*of_report, finding.c.rule.in_(rules)))
    insert_findings(connection, {report_id: findings}, Scope.REPORT)
