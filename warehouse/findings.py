"""The rows of `finding`. What rests on more than the report itself is replaced whenever that changes."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, delete, insert

from schema.records import Finding
from warehouse.results import Scope
from warehouse.tables import finding


def insert_findings(connection: Connection, report_id: int, findings: Iterable[Finding], scope: Scope) -> None:
    """Add findings to a report."""
    rows: list[dict[str, Any]] = [
        {
            "report_id": report_id,
            "scope": scope,
            "rule": one.rule,
            "severity": one.severity,
            "message": one.message,
            "cells": one.cells,
        }
        for one in findings
    ]
    if rows:  # an empty list would insert one row of defaults
        connection.execute(insert(finding), rows)


def replace_findings(
    connection: Connection, reports: Select[tuple[int]], scope: Scope, found: Mapping[int, Iterable[Finding]]
) -> None:
    """Let the findings of a scope on `reports` (a query of their ids) be `found`, by report id, and no others."""
    connection.execute(delete(finding).where(finding.c.report_id.in_(reports), finding.c.scope == scope))
    for report_id, findings in found.items():
        insert_findings(connection, report_id, findings, scope)


def replace_rules(connection: Connection, report_id: int, rules: Collection[str], findings: Iterable[Finding]) -> None:
    """Let what these rules say of the report alone be `findings`; what reading it told stays."""
    of_report = (finding.c.report_id == report_id, finding.c.scope == Scope.REPORT)
    connection.execute(delete(finding).where(*of_report, finding.c.rule.in_(rules)))
    insert_findings(connection, report_id, findings, Scope.REPORT)
