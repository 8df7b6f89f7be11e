-- zh: 各级各类机关的公开率是多少（两种算法）？
-- en: What share of requests ends in disclosure, by level and sector, in two definitions?
-- read: Mean of the agencies' own rates, each agency counting once. of_all divides by everything concluded; of_core by disclosures and core refusals only, which is steadier, since not held, not processed and other ends stay out of it. A form is a line of its own: do not join them without a mark.
SELECT level, sector, year, form,
    COUNT(CASE WHEN series = 'rate_disclosed' THEN value END) AS agencies_of_all,
    ROUND(AVG(CASE WHEN series = 'rate_disclosed' THEN value END), 4) AS of_all,
    COUNT(CASE WHEN series = 'rate_disclosed_substantive' THEN value END) AS agencies_of_core,
    ROUND(AVG(CASE WHEN series = 'rate_disclosed_substantive' THEN value END), 4) AS of_core
FROM series
WHERE series IN ('rate_disclosed', 'rate_disclosed_substantive')
GROUP BY level, sector, year, form
HAVING COUNT(value) > 0
ORDER BY COALESCE(level, ''), COALESCE(sector, ''), year, form
