-- The long series over the forms, evaluated for each current report whose form has something to give. A blank counts 0 beside a number, a sum of blanks has no value, and neither has one with a cell that is no number or is missing; the first alternative of a formula that has a value is the one that counts.
SELECT
    a.name AS agency, -- full name of the agency
    a.id AS agency_id, -- its row in `agency`
    a.level AS level, -- central, province, prefecture, county or township; null where nothing tells
    a.sector AS sector, -- what the agency is in charge of, a code of the list of sectors
    a.region AS region, -- division that the agency is of, GB/T 2260
    r.year AS year, -- the year reported on
    s.code AS series, -- code of the list of series
    s.label_zh AS label_zh, -- the series in Chinese
    s.label_en AS label_en, -- the series in English
    r.form AS form, -- edition of the national form that the value comes from
    (
        SELECT {sum_value}
        {sum_of}
    ) AS value, -- the figure, or the share where the formula divides; null where the report gives none
    (
        SELECT {sum_origin}
        {sum_of}
    ) AS origin, -- reported where the agency printed this very number; derived where it is a sum, a share, a later alternative or the sum over applicants in place of a total left blank; null without a value
    CASE WHEN sf.is_share THEN 'share' ELSE i.unit END AS unit, -- code of the unit; share for what is divided
    CASE WHEN sf.is_share THEN '比' ELSE i.unit_zh END AS unit_zh, -- the unit in Chinese
    {sum_before} AS comparability, -- with the agency's report before, of those whose form has the series: same (form), exact, close or broken; null for the first
    COALESCE({sum_before} IN ('close', 'broken'), FALSE) AS break_before, -- whether a break is to be marked between that report and this one
    s.do_not_join AS do_not_join, -- whether some forms' figures of this series must not be drawn as one line
    s.note AS note, -- what to know before one draws it
    r.id AS report_id -- its row in `report`
FROM report r
JOIN agency a ON a.id = r.agency_id
JOIN series_form sf ON sf.form = r.form
JOIN series_definition s ON s.code = sf.series
JOIN indicator i ON i.id = sf.indicator_id
WHERE r.is_current
