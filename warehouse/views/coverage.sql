-- Every agency and year for which a report is expected: from 2014, or from the agency's first known report, to the last year that was due before the last run began. What was published before it was due is here as well.
WITH RECURSIVE years (year) AS (
    SELECT 2014
    UNION ALL
    SELECT year + 1 FROM years WHERE year < CAST(substr({last_day}, 1, 4) AS INTEGER)
)
SELECT
    a.name AS agency, -- full name of the agency
    a.id AS agency_id, -- its row in `agency`
    a.level AS level, -- central, province, prefecture, county or township; null where nothing tells
    a.sector AS sector, -- what the agency is in charge of, a code of the list of sectors
    a.region AS region, -- division that the agency is of, GB/T 2260
    y.year AS year, -- the year to be reported on
    CASE
        WHEN r.id IS NOT NULL AND r.cells = 0 THEN 'table_missing'
        WHEN r.id IS NOT NULL AND r.reported = 0 THEN 'blank'
        WHEN r.id IS NOT NULL AND {published_on} > {due_on} THEN 'late'
        WHEN r.id IS NOT NULL THEN 'reported'
        WHEN p.outcome IN ({refused}) OR p.reading = 'blocked' THEN 'blocked'
        WHEN p.reading IN ('report', 'no_table', 'unreadable') THEN 'table_missing'
        WHEN p.id IS NULL AND {refused_list} IS NOT NULL THEN 'blocked'
        ELSE 'not_found'
    END AS status, -- reported; late (after due_on); table_missing (a document without a table that could be read); blank (every cell); blocked (the portal could not be asked, or refused); not_found
    {published_on} > {due_on} AS is_late, -- whether it was published after due_on, with a table or without; null where no date is known
    {published_on} AS published_on, -- ISO day of publication: as the header says, else as the list says, else the day the report was composed
    {due_on} AS due_on, -- last day for publication: 31 March of the next year by article 31 of the Regulations of 2007; for years from 2019 on by article 49 of those of 2019, 31 January for departments and 31 March for governments, and for townships, street offices and zones, for which it names no day
    r.form AS form, -- edition of the national form that the report uses; null without a table
    COALESCE(w.url, p.url) AS url, -- where the report stands, or where it should
    CASE
        WHEN w.outcome IN ('fetched', 'unchanged') THEN ''
        WHEN w.id IS NOT NULL THEN w.outcome || CASE WHEN w.detail <> '' THEN ': ' || w.detail ELSE '' END
        WHEN p.reason <> '' THEN p.reading || ': ' || p.reason
        WHEN p.id IS NOT NULL THEN p.outcome || CASE WHEN p.detail <> '' THEN ': ' || p.detail ELSE '' END
        ELSE COALESCE('list ' || {refused_list}, 'no page')
    END AS evidence, -- what the ledger knows beyond the status: how the last visit ended where it was not good, what a document reads as, or that no page is known
    r.id AS report_id -- its row in `report`; null where there is none
FROM agency a
JOIN years y ON y.year >= COALESCE((SELECT MIN(q.year) FROM report q WHERE q.agency_id = a.id AND q.is_current), 2014)
LEFT JOIN report r ON r.agency_id = a.id AND r.year = y.year AND r.is_current
LEFT JOIN page w ON w.id = (
    SELECT MIN(v.id)
    FROM report_address x JOIN page v ON v.portal_id = x.portal_id AND v.url = x.url
    WHERE x.report_id = r.id AND x.left_at IS NULL
)
LEFT JOIN page p ON p.id = (
    SELECT v.id
    FROM page v
    WHERE r.id IS NULL AND v.portal_id IN {portals} AND v.kind = 'document' AND v.year = y.year
        AND (
            v.agency = a.name
            OR v.agency IN (SELECT name FROM agency_alias WHERE agency_id = a.id)
            OR (substr(v.title, 1, length(a.name)) = a.name AND substr(v.title, length(a.name) + 1, 1) IN ({after_name}))
        )
    ORDER BY CASE WHEN v.outcome IN ('fetched', 'unchanged') THEN 0 WHEN v.outcome IN ({refused}) THEN 1 ELSE 2 END, v.id
    LIMIT 1
)
WHERE {due_on} < {last_day} OR r.id IS NOT NULL
