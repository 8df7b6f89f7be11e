-- Where each number comes from: its cell, and the response that the cell is in. Of all contents that reports ever had; those that stand are current.
SELECT
    a.name AS agency, -- full name of the agency
    a.id AS agency_id, -- its row in `agency`
    r.year AS year, -- the year reported on
    i.code AS indicator, -- code of the canonical list
    d.code AS applicant, -- type of applicant; total where the form does not split
    CASE WHEN c.report_id IS NULL THEN o.value ELSE c.value END AS value, -- the number, the right one where the cell is corrected
    {status} AS status, -- reported, blank, dash or text
    o.raw AS raw, -- text of the cell as printed
    l.text AS printed_label, -- label of the row as printed
    o.grid AS grid, -- which table of the document, from 1
    o.grid_row AS grid_row, -- row of the cell in it, from 1
    o.grid_column AS grid_column, -- column of the cell in it, from 1
    k.url AS url, -- where the response came from, after redirects
    k.requested_url AS requested_url, -- what was asked for
    k.fetched_at AS fetched_at, -- when, UTC
    k.content_type AS content_type, -- as the portal called it
    k.digest AS digest, -- SHA-256 of the body
    k.file AS warc_file, -- WARC file, relative to the archive
    k.file_offset AS warc_offset, -- byte where the record begins
    k.record_length AS warc_length, -- bytes of the record, compressed
    r.reader_version AS reader_version, -- version of the reader that read it
    r.revision AS revision, -- which content of its page, from 1
    r.is_current AS is_current, -- whether this content stands
    o.value AS read_value, -- the number as read
    e.reason AS correction, -- why it is corrected; null where it is not
    r.id AS report_id, -- the report's row in `report`
    k.id AS capture_id -- the response's row in `capture`
FROM observation o
JOIN report r ON r.id = o.report_id
JOIN agency a ON a.id = r.agency_id
JOIN capture k ON k.id = r.capture_id
JOIN indicator i ON i.id = o.indicator_id
JOIN dimension d ON d.dimension = 'applicant' AND d.id = o.applicant_id
JOIN label l ON l.id = o.label_id
LEFT JOIN corrected c
    ON c.report_id = o.report_id AND c.indicator_id = o.indicator_id AND c.applicant_id = o.applicant_id
LEFT JOIN correction e ON e.id = c.correction_id
