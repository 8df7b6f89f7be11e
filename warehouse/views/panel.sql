-- Agency, year and indicator, the applicant being the total: one row for each cell that the report's form prints, whether the report has it or not.
SELECT
    a.name AS agency, -- full name of the agency
    a.id AS agency_id, -- its row in `agency`
    a.level AS level, -- central, province, prefecture, county or township; null where nothing tells
    a.sector AS sector, -- what the agency is in charge of, a code of the list of sectors
    a.region AS region, -- division that the agency is of, GB/T 2260
    r.year AS year, -- the year reported on
    r.form AS form, -- edition of the national form that the report uses
    i.code AS indicator, -- code of the canonical list
    i.label_zh AS label_zh, -- the indicator in Chinese
    i.label_en AS label_en, -- the indicator in English
    CASE WHEN c.report_id IS NULL THEN o.value ELSE c.value END AS value, -- the number, corrected where it is known to be wrong; null unless the status is reported
    CASE WHEN o.report_id IS NULL THEN 'absent' ELSE {status} END AS status, -- reported, blank, dash or text; absent where the report's table has no such cell
    i.unit AS unit, -- code of the unit
    i.unit_zh AS unit_zh, -- the unit in Chinese, as the list has it
    fr.comparability AS comparability, -- of this form's row with the indicator's definition, which follows the latest form: exact or close
    COALESCE((
        SELECT p.form <> r.form AND (b.comparability <> 'exact' OR fr.comparability <> 'exact')
        FROM report p JOIN form_row b ON b.indicator = fr.indicator AND b.form = p.form
        WHERE p.agency_id = r.agency_id AND p.is_current AND p.year < r.year
        ORDER BY p.year DESC LIMIT 1
    ), FALSE) AS break_before, -- whether the agency's earlier report with this indicator is on another form whose row is not exactly comparable: mark a break between them
    c.report_id IS NOT NULL AS is_corrected, -- whether a correction stands in place of what was read
    r.id AS report_id -- its row in `report`
FROM report r
JOIN agency a ON a.id = r.agency_id
JOIN form_row fr ON fr.form = r.form
JOIN indicator i ON i.code = fr.indicator
LEFT JOIN observation o ON o.report_id = r.id AND o.indicator_id = i.id AND o.applicant_id = {total}
LEFT JOIN corrected c
    ON c.report_id = o.report_id AND c.indicator_id = o.indicator_id AND c.applicant_id = o.applicant_id
WHERE r.is_current
