-- Every cell of the current reports, a row each, joined and labelled in Chinese and English.
SELECT
    a.name AS agency, -- full name of the agency
    a.id AS agency_id, -- its row in `agency`
    a.level AS level, -- central, province, prefecture, county or township; null where nothing tells
    a.sector AS sector, -- what the agency is in charge of, a code of the list of sectors
    s.label_zh AS sector_zh, -- the sector in Chinese
    s.label_en AS sector_en, -- the sector in English
    a.region AS region, -- division that the agency is of, GB/T 2260
    g.name AS region_name, -- that division in Chinese
    r.year AS year, -- the year reported on
    r.form AS form, -- edition of the national form that the report uses: 2014, 2019 or 2021
    i.code AS indicator, -- code of the canonical list
    i.label_zh AS label_zh, -- the indicator in Chinese
    i.label_en AS label_en, -- the indicator in English
    d.code AS applicant, -- type of applicant; total where the form does not split
    d.label_zh AS applicant_zh, -- the applicant in Chinese
    d.label_en AS applicant_en, -- the applicant in English
    CASE WHEN c.report_id IS NULL THEN o.value ELSE c.value END AS value, -- the number, the right one where the cell is corrected; null unless the status is reported
    {status} AS status, -- what the cell holds: reported, blank, dash or text; a blank is not a zero
    i.unit AS unit, -- code of the unit that the list gives for the indicator
    COALESCE(u.text, i.unit_zh) AS unit_zh, -- unit of the value, as printed in the cell or implied by the form
    o.raw AS raw, -- text of the cell as printed
    l.text AS printed_label, -- label of the row as printed
    o.grid AS grid, -- which table of the document, from 1
    o.grid_row AS grid_row, -- row of the cell in it, from 1
    o.grid_column AS grid_column, -- column of the cell in it, from 1
    c.report_id IS NOT NULL AS is_corrected, -- whether a correction stands in place of what was read
    o.value AS read_value, -- the number as read, whatever was corrected
    r.published_on AS published_on, -- day that the report's header gives for its publication, ISO
    (SELECT MIN(x.portal_id) FROM report_address x WHERE x.report_id = r.id AND x.left_at IS NULL) AS portal, -- id of the portal that shows it; of several the first by name
    r.id AS report_id, -- its row in `report`
    r.capture_id AS capture_id -- the response it was read from, a row of `capture`
FROM observation o
JOIN report r ON r.id = o.report_id
JOIN agency a ON a.id = r.agency_id
JOIN indicator i ON i.id = o.indicator_id
JOIN dimension d ON d.dimension = 'applicant' AND d.id = o.applicant_id
JOIN label l ON l.id = o.label_id
LEFT JOIN label u ON u.id = o.unit_id
LEFT JOIN corrected c
    ON c.report_id = o.report_id AND c.indicator_id = o.indicator_id AND c.applicant_id = o.applicant_id
LEFT JOIN region g ON g.code = a.region
LEFT JOIN dimension s ON s.dimension = 'sector' AND s.code = a.sector
WHERE r.is_current
