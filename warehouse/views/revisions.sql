-- What changed on a page that showed a report, and after it another content for the same agency and year: a row for each cell, and for title, header and local rows. As read, whatever was corrected; a cell that only moved is none.
SELECT
    a.name AS agency, -- full name of the agency
    a.id AS agency_id, -- its row in `agency`
    b.year AS year, -- the year reported on
    y.first_seen AS changed_at, -- when we saw the page show the later content, UTC; it changed between the visit before and then
    y.portal_id AS portal, -- id of the portal
    y.url AS url, -- the page
    b.revision AS from_revision, -- the earlier content's number on its page
    n.revision AS to_revision, -- the later one's
    'cell' AS what, -- what differs: cell, title, form, header or local rows
    i.code AS indicator, -- of a cell: code of the canonical list; else null
    i.label_zh AS label_zh, -- of a cell: the indicator in Chinese
    d.code AS applicant, -- of a cell: type of applicant
    o.value AS from_value, -- the number before; null where there was none
    m.value AS to_value, -- the number after; null where there is none
    {o_status} AS from_status, -- status of the cell before; absent where there was no such cell
    CASE WHEN m.report_id IS NULL THEN 'absent' ELSE {m_status} END AS to_status, -- status of the cell after
    o.raw AS from_raw, -- text before; of other things than cells, how they read
    m.raw AS to_raw, -- text after
    b.id AS from_report_id, -- the earlier content's row in `report`
    n.id AS to_report_id -- the later one's
{change}
CROSS JOIN observation o
JOIN indicator i ON i.id = o.indicator_id
JOIN dimension d ON d.dimension = 'applicant' AND d.id = o.applicant_id
LEFT JOIN observation m
    ON m.report_id = n.id AND m.indicator_id = o.indicator_id AND m.applicant_id = o.applicant_id
WHERE o.report_id = b.id AND (
    m.report_id IS NULL OR m.raw <> o.raw OR m.status <> o.status OR m.label_id <> o.label_id
    OR COALESCE(m.value, 0) <> COALESCE(o.value, 0) OR COALESCE(m.unit_id, 0) <> COALESCE(o.unit_id, 0)
)
UNION ALL
SELECT a.name, a.id, b.year, y.first_seen, y.portal_id, y.url, b.revision, n.revision, 'cell', i.code, i.label_zh,
    d.code, NULL, m.value, 'absent', {m_status}, NULL, m.raw, b.id, n.id
{change}
CROSS JOIN observation m
JOIN indicator i ON i.id = m.indicator_id
JOIN dimension d ON d.dimension = 'applicant' AND d.id = m.applicant_id
WHERE m.report_id = n.id AND NOT EXISTS (
    SELECT 1 FROM observation o
    WHERE o.report_id = b.id AND o.indicator_id = m.indicator_id AND o.applicant_id = m.applicant_id
)
UNION ALL
SELECT a.name, a.id, b.year, y.first_seen, y.portal_id, y.url, b.revision, n.revision, 'title', NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, b.title, n.title, b.id, n.id
{change}
WHERE b.title <> n.title
UNION ALL
SELECT a.name, a.id, b.year, y.first_seen, y.portal_id, y.url, b.revision, n.revision, 'form', NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, b.form, n.form, b.id, n.id
{change}
WHERE COALESCE(b.form, '') <> COALESCE(n.form, '')
UNION ALL
SELECT a.name, a.id, b.year, y.first_seen, y.portal_id, y.url, b.revision, n.revision, 'header', NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, CAST(b.header AS TEXT), CAST(n.header AS TEXT), b.id, n.id
{change}
WHERE CAST(b.header AS TEXT) <> CAST(n.header AS TEXT)
UNION ALL
SELECT a.name, a.id, b.year, y.first_seen, y.portal_id, y.url, b.revision, n.revision, 'local rows', NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, {local_rows_b}, {local_rows_n}, b.id, n.id
{change}
WHERE COALESCE({local_rows_b}, '') <> COALESCE({local_rows_n}, '')
