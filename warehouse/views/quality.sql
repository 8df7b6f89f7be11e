-- What the checks say of the current reports: a row for each report, rule and severity.
SELECT
    a.name AS agency, -- full name of the agency
    a.id AS agency_id, -- its row in `agency`
    a.level AS level, -- central, province, prefecture, county or township; null where nothing tells
    a.sector AS sector, -- what the agency is in charge of, a code of the list of sectors
    a.region AS region, -- division that the agency is of, GB/T 2260
    r.year AS year, -- the year reported on
    r.form AS form, -- edition of the national form that the report uses
    f.rule AS rule, -- name of the rule that fails, or of what was found
    f.severity AS severity, -- error, warning or info
    f.scope AS scope, -- what it rests on: the report alone, the agency's other years (cross_year), other pages (pages), or the list of corrections (correction)
    COUNT(*) AS findings, -- how many there are
    COALESCE(k.label_zh, '') AS rule_zh, -- what the rule says, in Chinese
    COALESCE(k.label_en, '') AS rule_en, -- what the rule says, in English
    MIN(f.message) AS message, -- what the first of them says, with the figures
    r.id AS report_id -- the report's row in `report`
FROM finding f
JOIN report r ON r.id = f.report_id
JOIN agency a ON a.id = r.agency_id
LEFT JOIN rule k ON k.name = f.rule
WHERE r.is_current
GROUP BY a.id, a.name, a.level, a.sector, a.region, r.id, r.year, r.form, f.rule, f.severity, f.scope, k.name
