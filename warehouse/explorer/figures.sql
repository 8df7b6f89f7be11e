-- What the explorer's pages show of the whole country, computed once from the base (attached as `base`).

CREATE TABLE card (
    agency_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    credit_code TEXT,
    region TEXT,
    region_name TEXT NOT NULL, -- from the province down
    province TEXT NOT NULL, -- code; empty where it is not known
    level TEXT,
    sector TEXT,
    reports INTEGER NOT NULL,
    years TEXT NOT NULL, -- of the current reports, as JSON [[year, report_id], ...]
    words TEXT NOT NULL, -- what a search looks through: names and region
    pinyin TEXT NOT NULL -- initials and syllables of the name, filled in afterwards
);
INSERT INTO card
SELECT
    a.id, a.name, a.credit_code, a.region,
    COALESCE(p.name, '') || CASE WHEN g.code <> p.code THEN COALESCE(g.name, '') ELSE '' END,
    COALESCE(p.code, ''), a.level, a.sector,
    (SELECT COUNT(*) FROM base.report r WHERE r.agency_id = a.id AND r.is_current),
    (
        SELECT COALESCE(json_group_array(json_array(year, id)), '[]')
        FROM (SELECT year, id FROM base.report r WHERE r.agency_id = a.id AND r.is_current ORDER BY year)
    ),
    a.name || ' ' || COALESCE(p.name, '') || ' ' || COALESCE(g.name, '') || ' '
        || COALESCE((SELECT group_concat(name, ' ') FROM base.agency_alias l WHERE l.agency_id = a.id), ''),
    ''
FROM base.agency a
LEFT JOIN base.region g ON g.code = a.region
LEFT JOIN base.region p ON p.code = substr(a.region, 1, 2) || '0000';

CREATE TABLE expected AS
SELECT agency_id, year, status, is_late, published_on, due_on, form, url, evidence, report_id FROM base.coverage;
CREATE INDEX expected_agency ON expected (agency_id, year);
CREATE INDEX expected_year ON expected (year, status);

CREATE TABLE coverage_count AS
SELECT k.province, e.year, e.status, COUNT(*) AS agencies
FROM expected e JOIN card k ON k.agency_id = e.agency_id
GROUP BY k.province, e.year, e.status;

CREATE TABLE finding_count AS
SELECT q.rule, q.severity, q.year, k.province, MAX(q.rule_zh) AS rule_zh, MAX(q.rule_en) AS rule_en,
    COUNT(DISTINCT q.report_id) AS reports, SUM(q.findings) AS findings
FROM base.quality q JOIN card k ON k.agency_id = q.agency_id
GROUP BY q.rule, q.severity, q.year, k.province;

CREATE TABLE failing AS
SELECT q.rule, q.severity, q.year, q.report_id, q.agency_id, k.province, q.findings, q.message
FROM base.quality q JOIN card k ON k.agency_id = q.agency_id;
CREATE INDEX failing_rule ON failing (rule, year, province);

CREATE TABLE edited AS
SELECT v.agency_id, v.year, v.url, v.changed_at, v.from_revision, v.to_revision, r.id AS report_id, COUNT(*) AS changes,
    MIN(CASE WHEN v.what = 'cell'
        THEN v.label_zh || '：' || COALESCE(v.from_raw, '') || ' → ' || COALESCE(v.to_raw, '') END) AS first
FROM base.revisions v
LEFT JOIN base.report r ON r.agency_id = v.agency_id AND r.year = v.year AND r.is_current
GROUP BY v.agency_id, v.year, v.url, v.changed_at, v.from_revision, v.to_revision, r.id;
CREATE INDEX edited_agency ON edited (agency_id);
CREATE INDEX edited_changed ON edited (changed_at);

CREATE TABLE recent AS
SELECT agency_id, year, id AS report_id, revision, valid_from AS seen_at
FROM base.report WHERE is_current ORDER BY valid_from DESC, id DESC LIMIT 12;

CREATE TABLE total AS
SELECT COUNT(*) AS reports, COUNT(DISTINCT agency_id) AS agencies, MIN(year) AS first_year, MAX(year) AS last_year,
    SUM(cells) AS cells, SUM(reported) AS numbers
FROM base.report WHERE is_current;

CREATE TABLE national (
    code TEXT, -- of an indicator or a series
    year INTEGER,
    reports INTEGER NOT NULL, -- whose form has it
    numbers INTEGER NOT NULL, -- that have a number there
    sum REAL, mean REAL, p10 REAL, p25 REAL, p50 REAL, p75 REAL, p90 REAL,
    PRIMARY KEY (code, year)
) WITHOUT ROWID;
CREATE TABLE histogram (
    code TEXT, year INTEGER, bin INTEGER, -- upper bounds are in `statistics.py`
    agencies INTEGER NOT NULL, PRIMARY KEY (code, year, bin)
) WITHOUT ROWID;
CREATE TABLE extreme (
    code TEXT, year INTEGER, side TEXT, -- high or low
    place INTEGER, report_id INTEGER NOT NULL, agency_id INTEGER NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (code, year, side, place)
) WITHOUT ROWID;
CREATE TABLE peer (
    code TEXT, year INTEGER, level TEXT, sector TEXT, value REAL, agency_id INTEGER,
    PRIMARY KEY (code, year, level, sector, value, agency_id)
) WITHOUT ROWID;
CREATE INDEX peer_agency ON peer (agency_id);
