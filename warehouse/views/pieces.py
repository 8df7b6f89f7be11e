"""Pieces of SQL that views share, and those that the two engines write in different ways."""

from collections.abc import Mapping

from warehouse.columns import STATUSES

_TOTAL = "(SELECT id FROM dimension WHERE dimension = 'applicant' AND code = 'total')"
# Words of `Outcome` for a portal that could not be asked, or refused.
_REFUSED = (
    "'blocked', 'challenge', 'robots', 'foreign', 'timeout', 'tls', 'unreachable', 'server_error', 'too_large', 'stub'"
)
_PORTALS = (
    "(SELECT t.portal_id FROM report_address t JOIN report q ON q.id = t.report_id"
    " WHERE q.agency_id = a.id AND q.year IS NOT NULL)"
)
_DUE = """CASE
        WHEN y.year > 2018 AND NOT (COALESCE(a.level, '') = 'township'
            OR COALESCE(a.sector, '') IN ('government', 'township', 'street', 'zone'))
        THEN (y.year + 1) || '-01-31' ELSE (y.year + 1) || '-03-31'
    END"""
# CROSS JOIN after it keeps SQLite from reading every observation of the warehouse first.
_CHANGE = """FROM report_address x
JOIN report_address y
    ON x.left_at IS NOT NULL AND y.portal_id = x.portal_id AND y.url = x.url AND y.first_seen = x.left_at
JOIN report b ON b.id = x.report_id
JOIN report n ON n.id = y.report_id AND n.agency_id = b.agency_id AND n.year = b.year AND n.id <> b.id
JOIN agency a ON a.id = b.agency_id"""

# The sum of a total left blank over its applicants; none where one of them is no number.
_PARTS = f"""CASE WHEN t.is_split THEN (
            SELECT CASE WHEN COUNT(CASE WHEN COALESCE(w.status, q.status) = 3 THEN 1 END) = 0
                THEN SUM(CASE WHEN w.report_id IS NULL THEN q.value ELSE w.value END) END
            FROM observation q LEFT JOIN corrected w
                ON w.report_id = q.report_id AND w.indicator_id = q.indicator_id AND w.applicant_id = q.applicant_id
            WHERE q.report_id = r.id AND q.indicator_id = t.indicator_id AND q.applicant_id <> {_TOTAL}
        ) END"""  # noqa: S608
_STATUS = "COALESCE(c.status, o.status)"
_NUMBER = f"CASE {_STATUS} WHEN 0 THEN COALESCE(c.value, o.value) WHEN 3 THEN NULL ELSE {_PARTS} END"
_UP = f"CASE WHEN t.part = 'numerator' THEN {_NUMBER} END"
_DOWN = f"CASE WHEN t.part = 'denominator' THEN {_NUMBER} END"
_SUM_OF = f"""FROM series_term t
        LEFT JOIN observation o
            ON o.report_id = r.id AND o.indicator_id = t.indicator_id AND o.applicant_id = {_TOTAL}
        LEFT JOIN corrected c
            ON c.report_id = o.report_id AND c.indicator_id = o.indicator_id AND c.applicant_id = o.applicant_id
        WHERE t.series = s.code AND t.form = r.form
        GROUP BY t.alternative
        HAVING COUNT(CASE WHEN {_STATUS} = 3 OR (o.report_id IS NULL AND {_PARTS} IS NULL) THEN 1 END) = 0
            AND COUNT({_UP}) > 0
            AND (COUNT(CASE WHEN t.part = 'denominator' THEN 1 END) = 0 OR SUM({_DOWN}) <> 0)
        ORDER BY t.alternative LIMIT 1"""
_SUM_BEFORE = """(
        SELECT b.comparability
        FROM report p JOIN series_boundary b ON b.series = s.code AND b.form_before = p.form AND b.form = r.form
        WHERE p.agency_id = r.agency_id AND p.is_current AND p.year < r.year
        ORDER BY p.year DESC LIMIT 1
    )"""

_COMMON = {
    "total": _TOTAL,
    "refused": _REFUSED,
    "refused_list": (
        f"(SELECT MIN(v.outcome) FROM page v WHERE v.portal_id IN {_PORTALS} AND v.kind = 'list'"  # noqa: S608
        f" AND v.outcome IN ({_REFUSED}))"
    ),
    "portals": _PORTALS,
    # What may follow a name in a title, so that 衢州市人民政府 does not claim the report of 衢州市人民政府办公室.
    "after_name": "'', '2', '关', '政', '信', '的', ':', '：', '(', '（', '《', ' '",
    "published_on": "COALESCE(r.published_on, CAST(w.listed_on AS TEXT), r.composed_on)",
    "due_on": _DUE,
    "change": _CHANGE,
    "sum_of": _SUM_OF,
    "sum_value": (
        f"CASE WHEN COUNT(CASE WHEN t.part = 'denominator' THEN 1 END) = 0 THEN SUM({_UP})"
        f" ELSE 1.0 * SUM({_UP}) / SUM({_DOWN}) END"
    ),
    "sum_origin": (
        "CASE WHEN MIN(t.alternative) > 1 OR COUNT(*) > 1"
        f" OR COUNT(CASE WHEN COALESCE({_STATUS}, 1) <> 0 AND {_PARTS} IS NOT NULL THEN 1 END) > 0"
        " THEN 'derived' ELSE 'reported' END"
    ),
    "sum_before": _SUM_BEFORE,
}
_OF_ENGINE = {
    "sqlite": {
        "last_day": "(SELECT date(MAX(started_at), '+8 hours') FROM run)",
        "lines": "(SELECT group_concat(z.line, '; ') FROM (SELECT label || ': ' || cells AS line FROM local_row"
        " WHERE report_id = {0}.id ORDER BY position) z)",
    },
    "postgresql": {
        "last_day": "(SELECT to_char(MAX(started_at) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') FROM run)",
        "lines": "(SELECT string_agg(label || ': ' || CAST(cells AS TEXT), '; ' ORDER BY position) FROM local_row"
        " WHERE report_id = {0}.id)",
    },
}


def pieces(dialect: str) -> Mapping[str, str]:
    """The pieces by name, for `sqlite` or `postgresql`."""
    of_engine = _OF_ENGINE[dialect]
    return _COMMON | {
        "last_day": of_engine["last_day"],
        "local_rows_b": of_engine["lines"].format("b"),
        "local_rows_n": of_engine["lines"].format("n"),
        "status": _words(_STATUS),
        "o_status": _words("o.status"),
        "m_status": _words("m.status"),
    }


def _words(status: str) -> str:
    """A status in words."""
    return f"CASE {status} " + " ".join(f"WHEN {n} THEN '{word}'" for n, word in enumerate(STATUSES)) + " END"
