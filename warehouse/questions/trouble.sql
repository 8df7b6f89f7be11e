-- zh: 哪些报告缺失、迟到、被改、照抄或自相矛盾？
-- en: Which reports are missing, late, edited, copied or failing?
-- read: A row for each trouble, and an agency and year may have several. late, table_missing, blank, blocked and not_found are what the ledger knows; edited counts what changed on the page after we first saw it; copied repeats every figure of the year before; failing breaks the form's own arithmetic. None proves a fault.
SELECT agency, year, status AS trouble,
    CASE WHEN status = 'late' THEN 'published ' || published_on || ', due ' || due_on ELSE evidence END AS detail
FROM coverage
WHERE status <> 'reported'
UNION ALL
SELECT agency, year, 'edited',
    'changes: ' || CAST(COUNT(*) AS TEXT) || ', the last seen on ' || substr(CAST(MAX(changed_at) AS TEXT), 1, 10)
FROM revisions
GROUP BY agency, year
UNION ALL
SELECT agency, year, 'copied', message
FROM quality
WHERE rule = 'table_copied'
UNION ALL
SELECT agency, year, 'failing', rule || ': ' || message
FROM quality
WHERE severity = 'error'
ORDER BY 1, 2, 3, 4
